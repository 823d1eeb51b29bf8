#include "store/store.h"

#include "store/checkpoint.h"
#include "store/commit.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* Connections that nobody has at the moment, the last one used on top: its
 * pages are the warmest. `made` counts these and the borrowed ones. */
struct pool {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	struct db **idle;
	size_t idle_count, made, most;
};

struct store {
	struct opener opener;
	struct pool pool;
	struct commit *commit;
	struct checkpoint *checkpoint;
	_Atomic int64_t waits;
};

static size_t most_connections(const struct settings *settings)
{
	long cores;

	if (settings->connections > 0)
		return (size_t)settings->connections;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > 0 ? (size_t)cores * 2 : 2;
}

static void pool_init(struct pool *pool, size_t most)
{
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->returned, NULL);
	pool->most = most;
	pool->idle = calloc(most, sizeof(struct db *));
	if (!pool->idle)
		abort();
}

static void pool_done(struct pool *pool)
{
	assert(pool->idle_count == pool->made);
	while (pool->idle_count)
		db_close(pool->idle[--pool->idle_count]);
	free(pool->idle);
	pthread_cond_destroy(&pool->returned);
	pthread_mutex_destroy(&pool->lock);
}

struct store *store_new(const struct settings *settings)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		abort();
	store->opener.options = (struct db_options){
		.path = settings->database,
		.journal = settings->journal,
		.synchronous = settings->synchronous,
		.busy_wait_ms = settings->busy_wait_ms,
		.waits = &store->waits,
	};
	pool_init(&store->pool, most_connections(settings));
	pthread_mutex_init(&store->opener.turn, NULL);
	store->commit = commit_new(&store->opener);
	store->checkpoint = checkpoint_new(&store->opener, store->commit);
	return store;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	checkpoint_free(store->checkpoint);
	commit_free(store->commit);
	pool_done(&store->pool);
	pthread_mutex_destroy(&store->opener.turn);
	free(store);
}

/* An idle connection, or NULL when the caller is to make one and has the
 * right to. */
static struct db *take(struct pool *pool)
{
	struct db *db = NULL;

	pthread_mutex_lock(&pool->lock);
	while (!pool->idle_count && pool->made == pool->most)
		pthread_cond_wait(&pool->returned, &pool->lock);
	if (pool->idle_count)
		db = pool->idle[--pool->idle_count];
	else
		pool->made++;
	pthread_mutex_unlock(&pool->lock);
	return db;
}

/* Give back DB, or NULL for the right to make one. */
static void give(struct pool *pool, struct db *db)
{
	pthread_mutex_lock(&pool->lock);
	if (db)
		pool->idle[pool->idle_count++] = db;
	else
		pool->made--;
	pthread_mutex_unlock(&pool->lock);
	pthread_cond_signal(&pool->returned);
}

/* One for reading: what changes goes through store_commit(). */
static bool make(struct store *store, struct db **db, struct fault *why)
{
	struct db *made;

	if (!opener_open(&store->opener, store->opener.options.busy_wait_ms,
			 &made, why))
		return false;
	if (!db_read_only(made, why)) {
		db_close(made);
		return false;
	}
	*db = made;
	return true;
}

struct db *store_borrow(struct store *store, struct fault *why)
{
	struct db *db;

	assert(!commit_is_step(store->commit));
	db = take(&store->pool);
	if (db || make(store, &db, why))
		return db;
	give(&store->pool, NULL);
	return NULL;
}

void store_return(struct store *store, struct db *db)
{
	if (!db)
		return;
	assert(!db_changing(db));
	give(&store->pool, db);
}

bool store_commit(struct store *store, store_step *step, void *what,
		  struct fault *why)
{
	bool stands = commit_run(store->commit, step, what, why);

	checkpoint_note(store->checkpoint);
	return stands;
}

void store_tend(struct store *store)
{
	checkpoint_tend(store->checkpoint);
}

void store_tidy(struct store *store)
{
	checkpoint_tidy(store->checkpoint);
}

struct store_counts store_counts(struct store *store)
{
	return (struct store_counts){
		.commits = commit_count(store->commit),
		.steps = commit_steps(store->commit),
		.checkpoints = checkpoint_count(store->checkpoint),
		.busy = store->waits,
	};
}
