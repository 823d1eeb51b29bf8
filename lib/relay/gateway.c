#include "relay/gateway.h"

#include "domain/catalog.h"
#include "domain/holder.h"
#include "domain/sweep.h"
#include "upstream/pool.h"

#include <stdlib.h>

enum { SWEEP_EVERY_MS = 10000 };

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
	return g;
}

void gateway_free(struct gateway *g)
{
	if (!g)
		return;
	pool_free(g->pool);
	catalog_cache_free(g->catalogue);
	arena_free(g->arena);
	free(g);
}

bool gateway_sweep_now(struct gateway *g, int64_t now_ms)
{
	struct arena *a = arena_new();
	struct swept swept = { 0 };
	bool ok = sweep(g->store, a, now_ms, &swept, NULL);

	arena_free(a);
	return ok && swept.freed > 0;
}

void gateway_sweep(struct gateway *g, int64_t now_ms)
{
	int64_t last = atomic_load(&g->swept_at);

	if (now_ms - last < SWEEP_EVERY_MS ||
	    !atomic_compare_exchange_strong(&g->swept_at, &last, now_ms))
		return;
	gateway_sweep_now(g, now_ms);
}
