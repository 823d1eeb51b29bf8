#ifndef HTTP_SANDBOX_COUNTS_H
#define HTTP_SANDBOX_COUNTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "http/sandbox_play.h"

#include <jansson.h>

/*
 * What the sandbox has seen, so that tests can ask how many requests reached a
 * provider. It is kept in the file sandbox.log of the installation's home, to
 * which all processes append: a line when a request begins and one when it
 * ends. A file that has grown to 64 MiB gets no more lines, and the sums say
 * that it is full.
 */
struct sandbox_counts;

struct sandbox_counts *sandbox_counts_new(const char *home);
void sandbox_counts_free(struct sandbox_counts *c);

/* Who asks for what. MODEL, USER and PEER may be NULL. */
struct sandbox_visit {
	const char *mount, *model, *user;
	const char *peer; /* the connection: address and port of its client */
};

/* A file that cannot be written loses the line, and nothing else. */
void sandbox_counts_begin(struct sandbox_counts *c,
			  const struct sandbox_visit *visit);
void sandbox_counts_end(struct sandbox_counts *c,
			const struct sandbox_visit *visit,
			const struct sandbox_outcome *outcome);

/*
 * The sums of what was seen at WHICH's mount, and of its model and its user
 * alone unless they are NULL: "requests", "connections", "answered",
 * "refused", "broken", "aborted", "stopped", "open", "events", "full", the same
 * numbers for each of "models" and "users", and the last of the "aborts".
 * A new reference.
 */
bool sandbox_counts_sum(struct sandbox_counts *c,
			const struct sandbox_visit *which, json_t **sums,
			struct fault *why);

/* Begin again with nothing. */
bool sandbox_counts_clear(struct sandbox_counts *c, struct fault *why);

#endif
