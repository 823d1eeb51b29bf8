/* The half of catalog.h that keeps one catalogue for a process. */
#include "domain/catalog_work.h"

#include <pthread.h>
#include <stdlib.h>

struct catalog_cache {
	pthread_mutex_t lock;
	const struct catalog *now;
};

struct catalog_cache *catalog_cache_new(void)
{
	struct catalog_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		abort();
	pthread_mutex_init(&cache->lock, NULL);
	return cache;
}

void catalog_cache_free(struct catalog_cache *cache)
{
	if (!cache)
		return;
	catalog_put(cache->now);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

const struct catalog *catalog_cached(struct catalog_cache *cache,
				     int64_t version)
{
	const struct catalog *found = NULL;

	pthread_mutex_lock(&cache->lock);
	if (cache->now && catalog_version(cache->now) >= version)
		found = catalog_keep(cache->now);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

/* Keep the newer of the two; threads may have read at the same time. */
static void keep_newest(struct catalog_cache *cache,
			const struct catalog *fresh)
{
	const struct catalog *old = NULL;

	pthread_mutex_lock(&cache->lock);
	if (!cache->now ||
	    catalog_version(cache->now) < catalog_version(fresh)) {
		old = cache->now;
		cache->now = catalog_keep(fresh);
	}
	pthread_mutex_unlock(&cache->lock);
	catalog_put(old);
}

const struct catalog *catalog_get(struct catalog_cache *cache, struct db *db,
				  int64_t version, struct fault *why)
{
	const struct catalog *found = catalog_cached(cache, version);

	if (found)
		return found;
	found = catalog_read(db, version, why);
	if (found)
		keep_newest(cache, found);
	return found;
}

const struct catalog *catalog_latest(struct catalog_cache *cache, struct db *db,
				     struct fault *why)
{
	int64_t version = catalog_version_now(db, why);

	return version < 0 ? NULL : catalog_get(cache, db, version, why);
}
