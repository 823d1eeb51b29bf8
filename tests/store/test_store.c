#include "store/store.h"

#include "store/sql.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static const char MAKE[] =
	"CREATE TABLE sum (id INTEGER PRIMARY KEY, n INTEGER)";
static const char FIRST[] = "INSERT INTO sum VALUES (1, 0)";
static const char ADD[] = "UPDATE sum SET n = n + ? WHERE id = 1";
static const char SUM[] = "SELECT n FROM sum WHERE id = 1";

static bool make(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_do(db, why, MAKE, "") && db_do(db, why, FIRST, "");
}

static bool add(struct db *db, void *what, struct fault *why)
{
	return db_do(db, why, ADD, "n", *(int64_t *)what);
}

static void *many(void *store)
{
	int64_t one = 1;

	for (int i = 0; i < 100; i++)
		cr_expect(store_commit(store, add, &one, NULL));
	return NULL;
}

Test(store, commits_of_64_threads_add_up, .timeout = 60)
{
	char path[] = "/tmp/store-XXXXXX/db";
	char *slash = strrchr(path, '/');
	struct settings s = { .database = path,
			      .journal = "wal",
			      .synchronous = "normal",
			      .busy_wait_ms = 5000 };
	struct store *store;
	struct fault why = { 0 };
	pthread_t t[64];
	struct db *db;
	struct rows *rows;

	*slash = '\0';
	cr_assert(mkdtemp(path));
	*slash = '/';
	store = store_new(&s);
	store_tend(store);
	cr_assert(store_commit(store, make, NULL, &why), "%s", why.text);
	for (int i = 0; i < 64; i++)
		pthread_create(&t[i], NULL, many, store);
	for (int i = 0; i < 64; i++)
		pthread_join(t[i], NULL);
	db = store_borrow(store, &why);
	cr_assert(db);
	rows = db_ask(db, SUM, "");
	cr_assert(rows_next(rows));
	cr_expect_eq(rows_number(rows, 0), 6400);
	rows_end(rows, NULL);
	store_return(store, db);
	store_free(store);
}
