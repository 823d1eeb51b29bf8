#ifndef DOMAIN_PATTERN_H
#define DOMAIN_PATTERN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What a key is narrowed to: names, as they are or up to a closing "*", without
 * regard to case. A model's pattern without an author fits any author.
 */
struct patterns {
	bool all; /* not narrowed */
	const char **items;
	size_t count;
};

/* Read a JSON array of patterns, as it is kept with a key. "" and an empty
 * array narrow nothing; what is no array allows nothing. */
struct patterns patterns_read(struct arena *a, const char *json);

bool patterns_fit(const struct patterns *patterns, const char *name);
bool patterns_fit_model(const struct patterns *patterns, const char *model);

#endif
