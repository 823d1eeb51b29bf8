#include "relay/gateway.h"

#include "base/clock.h"
#include "domain/catalog.h"
#include "domain/health.h"
#include "domain/holder.h"
#include "domain/sweep.h"
#include "store/store.h"
#include "upstream/pool.h"

#include <stdlib.h>
#include <time.h>

enum { SWEEP_EVERY_S = 10, FORGET_EVERY = 60, STACK_BYTES = 256 * 1024 };

struct gateway *gateway_new(const struct settings *settings,
			    struct store *store)
{
	struct gateway *g = calloc(1, sizeof(*g));

	if (!g)
		abort();
	g->settings = settings;
	g->store = store;
	g->pool = pool_new();
	g->catalogue = catalog_cache_new();
	g->arena = arena_new();
	g->holder = holder_self(g->arena);
	seal_read(settings->sealing_key, &g->seal, &g->sealed);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
	return g;
}

void gateway_free(struct gateway *g)
{
	if (!g)
		return;
	pthread_mutex_lock(&g->lock);
	g->ending = true;
	pthread_cond_signal(&g->changed);
	pthread_mutex_unlock(&g->lock);
	if (g->sweeping)
		pthread_join(g->sweeper, NULL);
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	pool_free(g->pool);
	catalog_cache_free(g->catalogue);
	arena_free(g->arena);
	free(g);
}

const struct catalog *gateway_catalogue(struct gateway *g, struct arena *a,
					int64_t version, struct fault *why)
{
	const struct catalog *c = catalog_cached(g->catalogue, version);
	struct db *db;

	if (!c) {
		db = store_borrow(g->store, why);
		if (!db)
			return NULL;
		c = catalog_get(g->catalogue, db, version, why);
		store_return(g->store, db);
	}
	if (c)
		catalog_bind(a, c);
	return c;
}

bool gateway_sweep_now(struct gateway *g, int64_t now_ms)
{
	struct arena *a = arena_new();
	struct swept swept = { 0 };
	bool ok = sweep(g->store, a, now_ms, &swept, NULL);

	arena_free(a);
	return ok && swept.freed > 0;
}

/* Failing is no matter: the next one does it. */
static void forget_old_minutes(struct gateway *g)
{
	struct health_cleaning cleaning = { .now_ms = clock_now_ms() };

	store_commit(g->store, health_clean, &cleaning, NULL);
}

static struct timespec next_sweep(void)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += SWEEP_EVERY_S;
	return at;
}

static void *keep_swept(void *gateway)
{
	struct gateway *g = gateway;
	unsigned sweeps = 0;

	pthread_mutex_lock(&g->lock);
	while (!g->ending) {
		struct timespec until = next_sweep();

		pthread_cond_timedwait(&g->changed, &g->lock, &until);
		if (g->ending)
			break;
		pthread_mutex_unlock(&g->lock);
		gateway_sweep_now(g, clock_now_ms());
		if (++sweeps % FORGET_EVERY == 0)
			forget_old_minutes(g);
		pthread_mutex_lock(&g->lock);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

static void start_sweeper(struct gateway *g)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_mutex_lock(&g->lock);
	if (!g->sweeping && !g->ending)
		g->sweeping =
			!pthread_create(&g->sweeper, &attr, keep_swept, g);
	pthread_mutex_unlock(&g->lock);
	pthread_attr_destroy(&attr);
}

void gateway_served(struct gateway *g)
{
	int64_t served = atomic_fetch_add(&g->served, 1) + 1;

	if (served == 1)
		gateway_sweep_now(g, clock_now_ms());
	else if (served == 2)
		start_sweeper(g);
}
