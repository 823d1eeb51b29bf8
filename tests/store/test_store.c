#include "store/store.h"

#include "support/actors.h"
#include "support/row.h"
#include "support/scratch.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

/* Who gets which connection, and what is left behind. */

static struct scratch s;
static struct store *store;

static void open_store(void)
{
	s.settings.connections = 2;
	scratch_open(&s);
	store = store_new(&s.settings);
}

static void close_store(void)
{
	store_free(store);
	scratch_close(&s);
}

TestSuite(store, .init = open_store, .fini = close_store, .timeout = 60);

static bool add(struct db *db, void *what, struct fault *why)
{
	return db_do(db, why, TALLY_ADD, "n", *(const int64_t *)what);
}

static int64_t sum(struct db *db)
{
	struct rows *rows = db_ask(db, TALLY_SUM, "");
	int64_t n = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_expect(rows_end(rows, NULL));
	return n;
}

Test(store, the_connection_last_returned_is_lent_first)
{
	struct db *one = store_borrow(store, NULL);
	struct db *two = store_borrow(store, NULL);

	cr_assert(one && two);
	cr_expect_neq(one, two);
	store_return(store, one);
	store_return(store, two);
	cr_expect_eq(store_borrow(store, NULL), two);
	cr_expect_eq(store_borrow(store, NULL), one);
	store_return(store, two);
	store_return(store, one);
	cr_expect_eq(store_borrow(store, NULL), one);
	store_return(store, one);
}

/* Whoever got none may give back what he got, and the right to make one is not
 * counted twice. */
Test(store, none_can_be_returned)
{
	struct settings settings = s.settings;
	struct fault why = { 0 };
	struct store *none;

	settings.database = "/proc/no/such/folder/turnpike.db";
	none = store_new(&settings);
	for (int i = 0; i < 5; i++) {
		struct db *db = store_borrow(none, &why);

		cr_expect_null(db);
		store_return(none, db);
	}
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	store_free(none);
}

Test(store, a_borrowed_connection_only_reads)
{
	struct db *db = store_borrow(store, NULL);
	struct fault why = { 0 };

	cr_expect(!db_do(db, &why, TALLY_ADD, "n", (int64_t)1));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect_eq(sum(db), 0);
	store_return(store, db);
	cr_expect(store_commit(store, add, &(int64_t){ 5 }, NULL));
}

struct borrower {
	_Atomic int tid;
	struct db *got;
};

static void *borrow(void *what)
{
	struct borrower *b = what;

	b->tid = gettid();
	b->got = store_borrow(store, NULL);
	return NULL;
}

Test(store, who_finds_none_waits_for_the_next_that_comes_back)
{
	struct db *one = store_borrow(store, NULL);
	struct db *two = store_borrow(store, NULL);
	struct borrower b = { 0 };
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, borrow, &b), 0);
	while (!b.tid)
		usleep(100);
	actors_await_sleep(b.tid);
	store_return(store, two);
	pthread_join(thread, NULL);
	cr_expect_eq(b.got, two);
	store_return(store, one);
	store_return(store, two);
}

enum { READERS = 32, TIMES = 200 };

static void *read_many(void *what)
{
	struct db *db;

	(void)what;
	for (int i = 0; i < TIMES; i++) {
		db = store_borrow(store, NULL);
		cr_assert(db);
		cr_expect_eq(sum(db), 0);
		store_return(store, db);
	}
	return NULL;
}

Test(store, two_connections_serve_many_threads)
{
	pthread_t threads[READERS];

	for (int i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, read_many, NULL);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
}

/* Readers neither wait for writers nor see what is not committed. */
Test(store, what_is_being_changed_is_read_as_it_was)
{
	struct db *db = store_borrow(store, NULL);
	static struct actors actors;

	actors_open(&actors, store);
	actors_add(&actors, add, &(int64_t){ 5 });
	cr_expect_eq(sum(db), 0);
	actors_close(&actors);
	cr_expect_eq(sum(db), 5);
	store_return(store, db);
}

Test(store, a_look_sees_one_state)
{
	struct db *db = store_borrow(store, NULL);

	cr_assert(db_look(db, NULL));
	cr_assert(store_commit(store, add, &(int64_t){ 5 }, NULL));
	cr_expect_eq(sum(db), 0);
	cr_expect(db_end(db, true, NULL));
	cr_expect_eq(sum(db), 5);
	store_return(store, db);
}

static int entries(const char *folder)
{
	DIR *dir = opendir(folder);
	int count = 0;

	cr_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static const struct {
	const char *label;
	bool tended, committed;
	const char *journal;
	int threads;
} uses[] = {
	{ "nothing", false, false, "wal", 0 },
	{ "tended", true, false, "wal", 0 },
	{ "committed", false, true, "wal", 0 },
	{ "both", true, true, "wal", 1 },
	{ "rollback", true, true, "rollback", 0 },
};

/* A process that changes nothing has no thread for it; and none stays. */
EACH(store, a_thread_is_there_when_there_is_work, uses)
{
	struct scratch own = { .settings = { .journal = row->journal } };
	int threads = entries("/proc/self/task"), files;
	struct store *used;

	scratch_open(&own);
	files = entries("/proc/self/fd");
	for (int round = 0; round < 3; round++) {
		used = store_new(&own.settings);
		if (row->tended)
			store_tend(used);
		if (row->committed)
			cr_expect(
				store_commit(used, add, &(int64_t){ 1 }, NULL));
		cr_expect_eq(entries("/proc/self/task"), threads + row->threads,
			     "%s", row->label);
		store_free(used);
		cr_expect_eq(entries("/proc/self/task"), threads, "%s",
			     row->label);
		cr_expect_eq(entries("/proc/self/fd"), files, "%s", row->label);
	}
	scratch_close(&own);
}

Test(store, memory_cannot_be_shared)
{
	struct settings alone = s.settings;
	struct fault why = { 0 };
	struct store *none;

	alone.database = ":memory:";
	none = store_new(&alone);
	cr_expect_null(store_borrow(none, &why));
	cr_expect(strstr(why.text, "cannot be shared"), "%s", why.text);
	cr_expect(!store_commit(none, add, &(int64_t){ 1 }, NULL));
	store_free(none);
}

Test(store, nothing_is_opened_before_it_is_asked_for)
{
	struct scratch none = { 0 };
	struct store *unused;

	scratch_open(&none);
	scratch_close(&none);
	unused = store_new(&none.settings);
	store_tend(unused);
	store_tidy(unused);
	store_free(unused);
	store_free(NULL);
	cr_expect_eq(scratch_bytes(&none, ""), -1);
}
