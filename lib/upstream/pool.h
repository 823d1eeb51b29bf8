#ifndef UPSTREAM_POOL_H
#define UPSTREAM_POOL_H

/*
 * What calls of one process share: curl handles with their live connections,
 * handed out last in, first out, preferring one that has a live connection to
 * the host asked for; names resolved and TLS sessions. What is idle is bounded
 * in number and in age. curl itself is initialised at the first call, so that
 * a program that makes none starts without it.
 *
 * Any number of threads may use a pool; nobody may while it is freed.
 */
struct pool;
struct line;

struct pool *pool_new(void);
void pool_free(struct pool *pool);

/* For call_run() alone: a line for HOST, as line_host() writes it, and its
 * way back. */
struct line *pool_take(struct pool *pool, const char *host);
void pool_give(struct pool *pool, struct line *line);

#endif
