#ifndef RELAY_GATEWAY_H
#define RELAY_GATEWAY_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/seal.h"
#include "base/settings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct store;
struct pool;
struct catalog;
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
	_Atomic int64_t served;

	/* Sweeps every now and then; only in a process that lives longer than
	 * one request. */
	pthread_t sweeper;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool sweeping, ending;
};

struct gateway *gateway_new(const struct settings *settings,
			    struct store *store);
void gateway_free(struct gateway *gateway);

/* The catalogue at VERSION, or newer; put back with the arena. NULL: see WHY.
 */
const struct catalog *gateway_catalogue(struct gateway *gateway,
					struct arena *a, int64_t version,
					struct fault *why);

/*
 * Called when a request has been answered. After the first, what dead
 * processes left is looked after at once; from the second on a thread does
 * that every few seconds, so that no request waits for it.
 */
void gateway_served(struct gateway *gateway);

/* Settle what dead processes left, at once: has anything been freed? */
bool gateway_sweep_now(struct gateway *gateway, int64_t now_ms);

#endif
