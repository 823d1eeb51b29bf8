#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads JSON where it stands, without building anything: a text is validated
 * once by scan_text(), and then any value in it can be walked, as spans of
 * the original bytes. What is never looked at costs only that one pass.
 *
 *	if (!scan_text(body, SCAN_DEPTH, &value, why))
 *		return false;
 *	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
 *		if (scan_named(&item, "model"))
 *			...
 *
 * All functions but scan_text() take values that scan_text() has found valid,
 * or parts of them; they do not check again.
 */

enum scan_kind {
	SCAN_NOTHING, /* a span that is none, as scan_find() may give */
	SCAN_NULL,
	SCAN_FALSE,
	SCAN_TRUE,
	SCAN_NUMBER,
	SCAN_STRING,
	SCAN_ARRAY,
	SCAN_OBJECT,
};

enum {
	SCAN_DEPTH = 128,	/* what requests and answers may nest */
	SCAN_DEPTH_MOST = 1024, /* the most that scan_text() can be asked for */
};

/*
 * Is TEXT one whole JSON value (RFC 8259), white space around it allowed?
 * Then *VALUE is that value without the white space. Strings must be
 * well-formed UTF-8 without control characters; numbers may have any size;
 * names may repeat. An escape of half a surrogate pair passes: the grammar
 * allows it, and streams are known to cut an emoji between two events.
 *
 * FAULT_BAD_REQUEST names the first wrong byte, counted from 0, or the one
 * that opens a level past DEPTH (a scalar has no level, "[]" has one).
 */
bool scan_text(struct span text, unsigned depth, struct span *value,
	       struct fault *why);

enum scan_kind scan_kind(struct span value);

/* An element of an array, or a member of an object. */
struct scan_item {
	struct span name; /* between its quotes, as spelled; `at` is NULL in
			     an array */
	bool escaped;	  /* the name's spelling has escapes */
	enum scan_kind kind;
	struct span value;
};

/* Going through the items of VALUE in their order. Anything that is neither
 * array nor object has none. */
struct scan_walk {
	const char *at, *end;
	bool object;
};

struct scan_walk scan_walk(struct span value);
bool scan_next(struct scan_walk *walk, struct scan_item *item);

/* Do the bytes of a string, as spelled, say TEXT? */
bool scan_spells(struct span raw, const char *text);

/* Is that the member's name, whatever its spelling? */
static inline bool scan_named(const struct scan_item *item, const char *name)
{
	return item->escaped ? scan_spells(item->name, name)
			     : span_is(item->name, name);
}

/* The value of OBJECT's member NAME, the last one if there are several; its
 * `at` is NULL when there is none. */
struct span scan_find(struct span object, const char *name);

/* Does the string VALUE say TEXT? False for any other kind of value. */
bool scan_says(struct span value, const char *text);

/*
 * The string VALUE decoded, in memory of A and closed by a NUL that `len` does
 * not count; it may hold others. Half a surrogate pair becomes U+FFFD. `at` is
 * NULL when VALUE is no string.
 */
struct span scan_string(struct arena *a, struct span value);

/* How many bytes scan_string() would give; 0 for what is no string. */
size_t scan_string_len(struct span value);

/* A number that is a whole one however it is spelled ("12", "12.0", "1.2e1")
 * and fits; false for all else, *NUMBER untouched. */
bool scan_int(struct span value, int64_t *number);

/* "true" or "false"; false for all else, *FLAG untouched. */
bool scan_bool(struct span value, bool *flag);

#endif
