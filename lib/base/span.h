#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A stretch of somebody else's bytes. Not closed by a NUL. `at` is NULL when
 * there is no such stretch, which is not the same as an empty one. */
struct span {
	const char *at;
	size_t len;
};

static inline struct span span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

static inline bool span_is(struct span s, const char *text)
{
	return s.at && strlen(text) == s.len && !memcmp(s.at, text, s.len);
}

#endif
