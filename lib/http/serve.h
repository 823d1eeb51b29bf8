#ifndef HTTP_SERVE_H
#define HTTP_SERVE_H

#include "http/exchange.h"
#include "http/reply.h"

/* Answer, or say why not: serve() turns the fault into the error reply. */
typedef bool handler(struct exchange *x, struct fault *why);

struct program;

/* What a route asks of the caller's key. */
enum need {
	NEED_NOTHING,	 /* no key is looked at */
	NEED_KEY,	 /* any valid key */
	NEED_CATALOGUE,	 /* the same, or none at all if public_models is on */
	NEED_INFERENCE,	 /* a regular key */
	NEED_MANAGEMENT, /* a management key */
};

struct route {
	const char *method; /* "GET" also answers HEAD; "*" is any but OPTIONS,
			       which serve_one() answers */
	const char *path;   /* exact, or a prefix ending in '*' */
	handler *answer;
	enum need need;
};

/* Routes are served under /v1 and /api/v1; but a program's that is bare, and
 * one whose path begins with "/api/", as they stand. */
bool route_stands(const struct program *program, const struct route *route);

/* All that makes one program of the suite different from the others. */
struct program {
	const char *name;
	const struct route *routes; /* ends with an empty one */

	/* All routes are served as they stand: "/healthz". */
	bool bare;

	/* NULL, or routes are served under /v1 and /api/v1 and as they stand;
	 * the list is the paths, with '*' for any segment or, at the end, for
	 * anything, that --routes tells web servers. It ends with NULL. */
	const char *const *everywhere;

	/* How errors look. */
	enum reply_dialect dialect;

	/* May be NULL. Make suite->own before the first request, and put it
	 * away after the last. */
	bool (*start)(struct suite *suite, struct fault *why);
	void (*stop)(struct suite *suite);
};

/* The program's main(): serve requests until told to stop. */
int serve(const struct program *program, int argc, char **argv);

/*
 * Serve one request: what serve() repeats, and what tests call. Routes are
 * tried in their order; '*' stands for at least one character. OPTIONS is
 * answered for each of them.
 */
void serve_one(const struct program *program, const struct suite *suite,
	       struct channel *channel);

/* Has this process been told to stop? */
bool serve_stopping(void);

#endif
