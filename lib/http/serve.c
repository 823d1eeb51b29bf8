#include "http/serve.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/url.h"
#include "http/guard.h"
#include "http/request_log.h"

#include <inttypes.h>
#include <string.h>

enum { ID_BYTES = 11 };

/* Does the normalised PATH fit the route's pattern? Then *TAIL is what '*'
 * stood for. One slash more at the end makes no difference to an exact one. */
static bool fits(const char *pattern, const char *path, const char **tail)
{
	size_t len = strlen(pattern);

	*tail = "";
	if (len && pattern[len - 1] == '*') {
		*tail = path + len - 1;
		return !strncmp(pattern, path, len - 1) && **tail;
	}
	return !strncmp(pattern, path, len) &&
	       (!path[len] || !strcmp(path + len, "/"));
}

static bool answers_method(const struct route *r, const char *method)
{
	return (!strcmp(r->method, "*") && strcmp(method, "OPTIONS") != 0) ||
	       !strcmp(r->method, method) ||
	       (!strcmp(r->method, "GET") && !strcmp(method, "HEAD"));
}

bool route_stands(const struct program *program, const struct route *route)
{
	return program->bare || !strncmp(route->path, "/api/", 5);
}

/* A normalised path, and what stands in it behind one of the two systems'
 * prefixes: NULL without one. */
struct place {
	const char *whole, *inner;
};

/* The first route for a place and METHOD, or NULL. */
static const struct route *find(const struct program *program,
				const struct place *place, const char *method,
				const char **tail)
{
	for (const struct route *r = program->routes; r->path; r++) {
		const char *path =
			route_stands(program, r) ? place->whole : place->inner;

		if (path && answers_method(r, method) &&
		    fits(r->path, path, tail))
			return r;
	}
	return NULL;
}

/* The methods that a place knows, as the Allow header has them; NULL when it
 * is not known at all. */
static const char *allowed(const struct program *program, struct arena *a,
			   const struct place *place)
{
	static const char *const methods[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
	};
	const char *list = NULL, *tail;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (find(program, place, methods[i], &tail))
			list = arena_print(a, "%s%s%s", list ? list : "",
					   list ? ", " : "", methods[i]);
	return list ? arena_print(a, "%s, OPTIONS", list) : NULL;
}

/* A browser asks what a page from elsewhere may send. Keys travel in headers
 * and never in cookies, so any page may send what its user gave it. */
static bool preflight(struct exchange *x, const char *methods)
{
	const char *headers =
		exchange_header(x, "Access-Control-Request-Headers");

	exchange_add_header(x, "Allow", methods);
	exchange_add_header(x, "Access-Control-Allow-Methods", methods);
	exchange_add_header(x, "Access-Control-Allow-Headers",
			    headers ? headers : "Authorization, Content-Type");
	exchange_add_header(x, "Access-Control-Max-Age", "86400");
	exchange_add_header(x, "Vary", "Access-Control-Request-Headers");
	exchange_begin(x, 204, "");
	return true;
}

/* No route has both this path and this method. */
static bool miss(const struct program *program, struct exchange *x,
		 const struct place *place, struct fault *why)
{
	const char *methods = allowed(program, x->arena, place);

	if (methods && !strcmp(x->method, "OPTIONS"))
		return preflight(x, methods);
	if (methods)
		exchange_add_header(x, "Allow", methods);
	else if (!place->inner && !program->bare)
		return fault_set(why, FAULT_NOT_FOUND,
				 "%s is not served here: paths begin with /v1 "
				 "or /api/v1",
				 x->path);
	return fault_set(why, methods ? FAULT_BAD_METHOD : FAULT_NOT_FOUND,
			 "%s %s is not served here", x->method, x->path);
}

/* The normalised path is the one that is both authorised and served. */
static bool dispatch(const struct program *program, struct exchange *x,
		     const struct place *place, struct fault *why)
{
	const char *tail;
	const struct route *r = find(program, place, x->method, &tail);

	if (!r)
		return miss(program, x, place, why);
	x->tail = url_decode(x->arena, tail);
	return guard_admit(x, r->need, why) && r->answer(x, why);
}

/* Where a path leads, behind the base path that the web server may have in
 * front. */
static struct place place_of(const struct program *program,
			     const struct exchange *x, const char *path)
{
	const char *base = x->suite->settings->base_path;
	const char *whole = base ? url_behind(path, base) : NULL;
	const char *inner;

	whole = whole ? whole : path;
	inner = url_behind(whole, "/api/v1");
	inner = inner ? inner : url_behind(whole, "/v1");
	return (struct place){
		.whole = whole,
		.inner = inner || !program->everywhere ? inner : whole,
	};
}

static bool answer(const struct program *program, struct exchange *x,
		   struct fault *why)
{
	const char *target = exchange_variable(x, "REQUEST_URI");
	struct place place;
	struct url url;

	if (!url_read(x->arena, target ? target : "", &url, why))
		return false;
	place = place_of(program, x, url.path);
	x->query = url.query;
	x->raw = place.inner && !program->bare ? place.inner : place.whole;
	x->path = url_decode(x->arena, x->raw);
	if (!dispatch(program, x, &place, why))
		return false;
	return x->began || fault_set(why, FAULT_INTERNAL, "nothing to answer");
}

/*
 * "gen-", the second, "-", and 24 hex digits, of which three are the
 * millisecond and the rest random: what is new sorts behind what is older, so
 * that the rows of a moment share the pages that its commits write.
 */
static const char *new_id(struct arena *a)
{
	int64_t now = clock_now_ms();
	char random[2 * ID_BYTES + 1];

	hash_random_hex(ID_BYTES, random);
	return arena_print(a, "gen-%" PRId64 "-%03x%s", now / 1000,
			   (unsigned)(now % 1000), random + 1);
}

void serve_one(const struct program *program, const struct suite *suite,
	       struct channel *channel)
{
	struct arena *arena = arena_new();
	struct exchange x = {
		.arena = arena,
		.channel = channel,
		.suite = suite,
		.id = new_id(arena),
		.path = "",
		.raw = "",
		.tail = "",
		.query = "",
		.headers = "",
		.started_us = clock_ticks_us(),
	};
	const char *method = exchange_variable(&x, "REQUEST_METHOD");
	struct fault why = { 0 };

	x.method = method ? method : "GET";
	if (!answer(program, &x, &why)) {
		fault_set(&why, FAULT_INTERNAL, "no reason given");
		reply_fault(&x, program->dialect, &why);
	}
	request_log_end(&x);
	arena_free(arena);
}
