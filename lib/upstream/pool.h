#ifndef UPSTREAM_POOL_H
#define UPSTREAM_POOL_H

/*
 * What calls of one process share: curl handles with their live connections,
 * handed out last in, first out, preferring one that has a live connection to
 * the host asked for; names resolved and TLS sessions. curl itself is
 * initialised at the first call, so that a program that makes none starts
 * without it.
 */
struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *pool);

#endif
