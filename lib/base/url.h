#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/arena.h"
#include "base/fault.h"

/*
 * What a request's target says. `path` begins with '/' and is normalised: no
 * empty segment but perhaps the last, no dot segment, no control character,
 * and nothing encoded but "%2F" and "%25". So a slash inside a segment is no
 * separator yet, and url_decode() undoes the rest, once. `query` is raw,
 * without its '?'; "" when there is none.
 */
struct url {
	const char *path, *query;
};

/*
 * Take apart a target as web servers hand it over: "/v1/models?x=1", or with
 * scheme and authority in front, which say nothing here. FAULT_BAD_REQUEST
 * when it is none, or its path could mean two things: dot segments, however
 * encoded; NUL and other control characters; '%' without two digits; '#'.
 */
bool url_read(struct arena *a, const char *target, struct url *url,
	      struct fault *why);

/* What stands in PATH behind the segments of PREFIX, "/" when nothing does;
 * NULL when it does not begin with them. */
const char *url_behind(const char *path, const char *prefix);

/* TEXT with its percent sequences undone. What is none, and NUL, stays. */
const char *url_decode(struct arena *a, const char *text);

/*
 * A normalised path as a target again: what may not stand in one is encoded,
 * and so are ';' and '\\', which some servers take for separators. "%2F" and
 * "%25" stay as they are.
 */
const char *url_encode(struct arena *a, const char *path);

/* QUERY without any parameter called NAME, however that is spelled; all other
 * bytes stay. */
const char *url_without(struct arena *a, const char *query, const char *name);

/* The first parameter called NAME, decoded, with '+' for a space; "" when it
 * has no value, NULL when there is none. */
const char *url_parameter(struct arena *a, const char *query, const char *name);

#endif
