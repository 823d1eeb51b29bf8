/*
 * Threads that take the catalogue and put it back while its version changes:
 * for the thread sanitizer, and to see that nobody's catalogue goes away under
 * him.
 */
#include "domain/catalog.h"
#include "store/sql.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 300, CHANGES = 50 };

static struct db *open_db(const char *path)
{
	struct db_options options = { .path = path,
				      .journal = "wal",
				      .synchronous = "normal",
				      .busy_wait_ms = 10000 };
	struct fault why = { 0 };
	struct db *db;

	if (!db_open(&options, &db, &why)) {
		(void)fprintf(stderr, "%s\n", why.text);
		abort();
	}
	return db;
}

static int64_t version_of(struct db *db)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_VERSION, "");
	int64_t version = rows_next(rows) ? rows_number(rows, 0) : 0;

	rows_end(rows, NULL);
	return version;
}

struct reader {
	pthread_t thread;
	const char *path;
	struct catalog_cache *cache;
};

static void *read_on(void *state)
{
	struct reader *r = state;
	struct db *db = open_db(r->path);

	for (int i = 0; i < ROUNDS; i++) {
		int64_t version = version_of(db);
		const struct catalog *c =
			catalog_get(r->cache, db, version, NULL);

		assert(c && catalog_version(c) >= version);
		assert(!strcmp(catalog_find(c, "sandbox/echo")->id,
			       "sandbox/echo"));
		catalog_put(c);
	}
	db_close(db);
	return NULL;
}

static void sow(struct db *db)
{
	bool ok = db_begin(db, NULL);

	for (size_t i = 0; ok && i < SQL_SEED_STEPS; i++)
		ok = db_run(db, SQL_SEED[i], NULL);
	ok = db_end(db, ok, NULL);
	assert(ok);
}

static void change(struct db *db)
{
	bool ok =
		db_begin(db, NULL) &&
		db_end(db, db_do(db, NULL, SQL_VERSION_BUMP, "t", "catalogue"),
		       NULL);

	assert(ok);
	usleep(1000);
}

static void remove_db(const char *dir)
{
	static const char *const names[] = { "db", "db-wal", "db-shm" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

int main(void)
{
	char dir[] = "/tmp/catalog-race-XXXXXX", path[64];
	struct reader readers[THREADS];
	struct catalog_cache *cache = catalog_cache_new();
	struct db *db;

	assert(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/db", dir);
	db = open_db(path);
	sow(db);
	for (int i = 0; i < THREADS; i++) {
		readers[i] = (struct reader){ .path = path, .cache = cache };
		pthread_create(&readers[i].thread, NULL, read_on, &readers[i]);
	}
	for (int i = 0; i < CHANGES; i++)
		change(db);
	for (int i = 0; i < THREADS; i++)
		pthread_join(readers[i].thread, NULL);
	catalog_cache_free(cache);
	db_close(db);
	remove_db(dir);
	puts("catalog: ok");
	return 0;
}
