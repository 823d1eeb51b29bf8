/*
 * Threads that read and commit through one store while its log is tended: for
 * the thread sanitizer, and to see that nothing is lost.
 */
#include "store/store.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WRITERS = 8, READERS = 4, TIMES = 400, STORES = 3 };

static const char MAKE[] = "CREATE TABLE tally (id INTEGER PRIMARY KEY,"
			   " n INTEGER, note TEXT);"
			   "INSERT INTO tally (id, n) VALUES (1, 0)";
static const char ADD[] = "UPDATE tally SET n = n + 1 WHERE id = 1";
static const char PUT[] = "INSERT INTO tally (n, note)"
			  " VALUES (0, printf('%.*c', 3000, 'x'))";
static const char SUM[] = "SELECT sum(n) FROM tally";

struct scene {
	struct store *store;
	_Atomic bool stop;
	_Atomic int refused;
};

static bool make(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_run(db, MAKE, why);
}

static bool add(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_do(db, why, ADD, "") && db_do(db, why, PUT, "");
}

/* Writes to what its caller has on the stack, as steps do. */
static bool refuse(struct db *db, void *what, struct fault *why)
{
	*(int *)what += 1;
	return db_do(db, why, ADD, "") &&
	       fault_set(why, FAULT_NO_FUNDS, "no funds");
}

static void *write_on(void *what)
{
	struct scene *scene = what;

	for (int i = 0; i < TIMES; i++) {
		struct fault why = { 0 };
		int calls = 0;

		assert(store_commit(scene->store, add, NULL, NULL));
		if (i % 8)
			continue;
		assert(!store_commit(scene->store, refuse, &calls, &why));
		/* Once more where others of its group must not fall with it. */
		assert(calls == 1 || calls == 2);
		assert(why.kind == FAULT_NO_FUNDS);
		scene->refused++;
	}
	return NULL;
}

static int64_t sum(struct store *store)
{
	struct db *db = store_borrow(store, NULL);
	struct rows *rows;
	int64_t n;

	assert(db);
	rows = db_ask(db, SUM, "");
	n = rows_next(rows) ? rows_number(rows, 0) : -1;
	assert(rows_end(rows, NULL));
	store_return(store, db);
	return n;
}

static void *read_on(void *what)
{
	struct scene *scene = what;
	int64_t last = 0;

	while (!scene->stop) {
		int64_t now = sum(scene->store);

		assert(now >= last);
		last = now;
		(void)store_counts(scene->store);
		store_tidy(scene->store);
	}
	return NULL;
}

static int64_t play(const struct settings *settings, bool tended)
{
	struct scene scene = { .store = store_new(settings) };
	pthread_t writers[WRITERS], readers[READERS];
	int64_t found;

	if (tended)
		store_tend(scene.store);
	for (int i = 0; i < WRITERS; i++)
		pthread_create(&writers[i], NULL, write_on, &scene);
	for (int i = 0; i < READERS; i++)
		pthread_create(&readers[i], NULL, read_on, &scene);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	scene.stop = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	assert(scene.refused == WRITERS * (TIMES / 8));
	found = sum(scene.store);
	store_free(scene.store);
	return found;
}

int main(void)
{
	char folder[] = "/tmp/turnpike-race-XXXXXX", name[64];
	const char *const suffixes[] = { "", "-wal", "-shm" };
	struct settings settings = { .journal = "wal",
				     .synchronous = "normal",
				     .busy_wait_ms = 60000,
				     .connections = 3 };
	struct store *store;

	assert(mkdtemp(folder));
	snprintf(name, sizeof(name), "%s/db", folder);
	settings.database = name;
	store = store_new(&settings);
	assert(store_commit(store, make, NULL, NULL));
	store_free(store);
	for (int i = 1; i <= STORES; i++)
		assert(play(&settings, i % 2) == (int64_t)i * WRITERS * TIMES);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char file[80];

		snprintf(file, sizeof(file), "%s%s", name, suffixes[i]);
		unlink(file);
	}
	rmdir(folder);
	return 0;
}
