#ifndef RELAY_GATEWAY_H
#define RELAY_GATEWAY_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/seal.h"
#include "base/settings.h"

#include <stdatomic.h>
#include <stdint.h>

struct store;
struct pool;
struct catalog_cache;

/*
 * What all requests share that a program relays: made once in a process,
 * safe for all its threads. The settings and the store must outlive it.
 */
struct gateway {
	const struct settings *settings;
	struct store *store;
	struct pool *pool;
	struct catalog_cache *catalogue;
	struct arena *arena;
	const char *holder; /* this process, as the books name it */
	struct seal seal;
	struct fault sealed; /* why credentials cannot be opened, if so */
	_Atomic int64_t swept_at;
};

struct gateway *gateway_new(const struct settings *settings,
			    struct store *store);
void gateway_free(struct gateway *gateway);

/*
 * Look after what dead processes left, if nobody in this process has for some
 * seconds. Called when a request has been answered, so that none waits for it.
 */
void gateway_sweep(struct gateway *gateway, int64_t now_ms);

/* The same at once, because a hold was refused: has anything been freed? */
bool gateway_sweep_now(struct gateway *gateway, int64_t now_ms);

#endif
