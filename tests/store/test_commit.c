#include "store/store.h"

#include "support/actors.h"
#include "support/row.h"
#include "support/scratch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes of many threads in one transaction. */

static struct scratch s;
static struct store *store;
static struct actors actors;

static void open_store(void)
{
	scratch_open(&s);
	store = store_new(&s.settings);
}

static void close_store(void)
{
	store_free(store);
	scratch_close(&s);
}

TestSuite(commit, .init = open_store, .fini = close_store, .timeout = 120);

/* A step of these: put a row, and then perhaps think better of it. */
struct put {
	int64_t id, n;
	bool fails;
};

static bool put(struct db *db, void *what, struct fault *why)
{
	const struct put *p = what;

	if (!db_do(db, why, TALLY_PUT, "nn", p->id, p->n))
		return false;
	return !p->fails ||
	       fault_set(why, FAULT_NO_FUNDS, "no funds for %d", (int)p->id);
}

static bool add(struct db *db, void *what, struct fault *why)
{
	return db_do(db, why, TALLY_ADD, "n", *(const int64_t *)what);
}

static int64_t number(const char *sql)
{
	return scratch_number(&s, sql);
}

static const struct {
	const char *label, *fails; /* one character a step: F fails */
} groups[] = {
	{ "none", "......" },	     { "the first", "F....." },
	{ "the last", ".....F" },    { "one between", "..F..." },
	{ "every other", "F.F.F." }, { "all but one", "FFF.FF" },
	{ "all", "FFFFFF" },	     { "the first two", "FF...." },
	{ "one of one", "F" },	     { "none of one", "." },
};

EACH(commit, a_step_that_fails_is_undone_alone, groups)
{
	int count = (int)strlen(row->fails);
	struct put puts[8];
	struct store_counts counts;

	actors_open(&actors, store);
	for (int i = 0; i < count; i++) {
		puts[i] = (struct put){ 10 + i, 1 << i, row->fails[i] == 'F' };
		actors_add(&actors, put, &puts[i]);
	}
	actors_close(&actors);
	for (int i = 0; i < count; i++) {
		const struct actor *a = &actors.all[i];
		char sql[64], words[64] = "";

		if (puts[i].fails)
			snprintf(words, sizeof(words), "no funds for %d",
				 10 + i);
		snprintf(sql, sizeof(sql),
			 "SELECT count(*) FROM tally WHERE id = %d", 10 + i);
		cr_expect_eq(a->ok, !puts[i].fails, "%s: %d", row->label, i);
		cr_expect_eq(a->why.kind,
			     puts[i].fails ? FAULT_NO_FUNDS : FAULT_NONE);
		cr_expect_str_eq(a->why.text, words);
		cr_expect_eq(number(sql), !puts[i].fails, "%s: %d", row->label,
			     i);
	}
	counts = store_counts(store);
	cr_expect_eq(counts.commits, 2, "%s: not one group", row->label);
	cr_expect_eq(counts.steps, 1 + count);
}

static const char APPEND[] =
	"INSERT INTO tally (id, n) SELECT max(id) + 1, :n FROM tally";
static const char OUT_OF_ORDER[] = "SELECT count(*) FROM tally"
				   " WHERE id > 1 AND n <> id - 2";

static bool append(struct db *db, void *what, struct fault *why)
{
	return db_do(db, why, APPEND, "n", *(const int64_t *)what);
}

Test(commit, steps_are_taken_in_the_order_they_were_asked_for)
{
	int64_t n[50];

	actors_open(&actors, store);
	for (int64_t i = 0; i < 50; i++) {
		n[i] = i;
		actors_add(&actors, append, &n[i]);
	}
	actors_close(&actors);
	cr_expect_eq(number("SELECT count(*) FROM tally"), 51);
	cr_expect_eq(number(OUT_OF_ORDER), 0);
}

/* 256 at the most: the others make a second group and a third. */
Test(commit, a_large_group_is_taken_in_parts)
{
	static int64_t n[ACTORS_MOST];
	struct store_counts counts;

	actors_open(&actors, store);
	for (int64_t i = 0; i < 520; i++) {
		n[i] = i;
		actors_add(&actors, append, &n[i]);
	}
	actors_close(&actors);
	counts = store_counts(store);
	cr_expect_eq(counts.commits, 1 + 3);
	cr_expect_eq(counts.steps, 1 + 520);
	cr_expect_eq(number("SELECT count(*) FROM tally"), 521);
	cr_expect_eq(number(OUT_OF_ORDER), 0);
}

/* One row, so that the engine has no journal to undo the statement alone. */
static const char MUCH[] = "INSERT INTO tally (id, note)"
			   " VALUES (99, printf('%.*c', 300000, 'x'))";

static bool put_much(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_do(db, why, MUCH, "");
}

static bool bound_pages(struct db *db, void *what, struct fault *why)
{
	return db_run(db, what, why);
}

/* The engine then undoes the whole transaction by itself. */
Test(commit, who_fills_the_disk_fails_alone)
{
	char tight[] = "PRAGMA max_page_count = 200";
	char wide[] = "PRAGMA max_page_count = 100000";
	struct put puts[] = { { 10, 1, false }, { 11, 1, false } };

	cr_assert(store_commit(store, bound_pages, tight, NULL));
	actors_open(&actors, store);
	actors_add(&actors, put, &puts[0]);
	actors_add(&actors, put_much, NULL);
	actors_add(&actors, put, &puts[1]);
	actors_close(&actors);
	cr_expect(actors.doorman.ok);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(actors.all[i].ok, i != 1, "%d: %s", i,
			     actors.all[i].why.text);
	cr_expect_eq(actors.all[1].why.kind, FAULT_INTERNAL);
	cr_expect(strstr(actors.all[1].why.text, "full"), "%s",
		  actors.all[1].why.text);
	cr_expect_eq(number("SELECT count(*) FROM tally"), 3);

	cr_assert(store_commit(store, bound_pages, wide, NULL));
	cr_expect(store_commit(store, put_much, NULL, NULL));
}

/* With two of them there is no end to it, and all are told. */
Test(commit, when_the_disk_is_full_all_of_a_group_fail)
{
	char tight[] = "PRAGMA max_page_count = 200";
	struct put puts[] = { { 10, 1, false }, { 11, 1, false } };

	cr_assert(store_commit(store, bound_pages, tight, NULL));
	actors_open(&actors, store);
	actors_add(&actors, put, &puts[0]);
	actors_add(&actors, put_much, NULL);
	actors_add(&actors, put_much, NULL);
	actors_add(&actors, put, &puts[1]);
	actors_close(&actors);
	for (int i = 0; i < 4; i++) {
		const struct actor *a = &actors.all[i];

		cr_expect(!a->ok, "%d", i);
		cr_expect_eq(a->why.kind, FAULT_INTERNAL, "%d", i);
		cr_expect(strstr(a->why.text, "full"), "%d: %s", i,
			  a->why.text);
	}
	cr_expect_eq(number("SELECT count(*) FROM tally"), 1);
	cr_expect(store_commit(store, put, &puts[1], NULL));
}

/* The first of a group can fail so without harm to the others. */
Test(commit, when_the_first_fills_the_disk_the_others_go_on)
{
	char tight[] = "PRAGMA max_page_count = 200";
	struct put puts[] = { { 10, 1, false }, { 11, 1, false } };

	cr_assert(store_commit(store, bound_pages, tight, NULL));
	actors_open(&actors, store);
	actors_add(&actors, put_much, NULL);
	actors_add(&actors, put, &puts[0]);
	actors_add(&actors, put, &puts[1]);
	actors_close(&actors);
	cr_expect(!actors.all[0].ok);
	cr_expect(actors.all[1].ok, "%s", actors.all[1].why.text);
	cr_expect(actors.all[2].ok, "%s", actors.all[2].why.text);
	cr_expect_eq(number("SELECT count(*) FROM tally"), 3);
}

static void bound_file_size(rlim_t bytes)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A failing disk shows when the log is written, in the commit itself. */
Test(commit, when_the_commit_fails_all_fail)
{
	struct put puts[] = { { 10, 1, false },
			      { 11, 1, true },
			      { 12, 1, false } };

	cr_assert(store_commit(store, add, &(int64_t){ 1 }, NULL));
	actors_open(&actors, store);
	for (int i = 0; i < 3; i++)
		actors_add(&actors, put, &puts[i]);
	bound_file_size((rlim_t)scratch_bytes(&s, "-wal"));
	actors_close(&actors);
	bound_file_size(RLIM_INFINITY);
	for (int i = 0; i < 3; i++) {
		const struct actor *a = &actors.all[i];

		cr_expect(!a->ok, "%d", i);
		cr_expect_eq(a->why.kind,
			     i == 1 ? FAULT_NO_FUNDS : FAULT_INTERNAL, "%d: %s",
			     i, a->why.text);
	}
	cr_expect_eq(number("SELECT count(*) FROM tally"), 1);
	cr_expect(store_commit(store, put, &puts[0], NULL));
	cr_expect_eq(number("SELECT count(*) FROM tally"), 2);
}

static const struct {
	const char *label, *journal;
} journals[] = {
	{ "wal", "wal" },
	{ "rollback", "rollback" },
};

EACH(commit, another_that_writes_too_long_is_named, journals)
{
	struct scratch patient = { .settings = { .journal = row->journal,
						 .busy_wait_ms = 30 } };
	struct fault why = { 0 };
	struct store *other;
	struct db *db;

	scratch_open(&patient);
	other = store_new(&patient.settings);
	db = scratch_db(&patient);
	cr_assert(db_begin(db, NULL));
	cr_expect(!store_commit(other, add, &(int64_t){ 1 }, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect(strstr(why.text, "busy_wait_ms = 30"), "%s", why.text);
	cr_expect_gt(store_counts(other).busy, 0);
	db_end(db, false, NULL);
	db_close(db);
	cr_expect(store_commit(other, add, &(int64_t){ 1 }, NULL));
	store_free(other);
	scratch_close(&patient);
}

Test(commit, nobody_needs_to_ask_why)
{
	struct put bad = { 10, 1, true };

	cr_expect(!store_commit(store, put, &bad, NULL));
	cr_expect(store_commit(store, add, &(int64_t){ 1 }, NULL));
}

static bool swallow(struct db *db, void *what, struct fault *why)
{
	(void)put_much(db, what, why);
	return true;
}

/* A step that says all is well when the engine has undone everything must not
 * pass for committed. */
Test(commit, a_step_cannot_hide_that_all_is_undone)
{
	char tight[] = "PRAGMA max_page_count = 200";
	struct fault why = { 0 };

	cr_assert(store_commit(store, bound_pages, tight, NULL));
	cr_expect(!store_commit(store, swallow, NULL, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
}

static bool commit_again(struct db *db, void *what, struct fault *why)
{
	(void)db;
	return store_commit(store, add, what, why);
}

static bool borrow(struct db *db, void *what, struct fault *why)
{
	(void)db;
	(void)what;
	return store_borrow(store, why);
}

/* They would wait for ever, and everybody with them. */
Test(commit, a_step_that_commits_ends_the_process, .signal = SIGABRT)
{
	store_commit(store, commit_again, &(int64_t){ 1 }, NULL);
}

Test(commit, a_step_that_borrows_ends_the_process, .signal = SIGABRT)
{
	store_commit(store, borrow, NULL, NULL);
}

enum { THREADS = 64, TIMES = 100 };

static void *add_many(void *what)
{
	int64_t one = 1;

	for (int i = 0; i < TIMES; i++)
		cr_expect(store_commit(what, add, &one, NULL));
	return NULL;
}

EACH(commit, many_threads_add_up, journals)
{
	struct scratch many = { .settings = { .journal = row->journal } };
	pthread_t threads[THREADS];
	struct store *crowded;

	scratch_open(&many);
	crowded = store_new(&many.settings);
	store_tend(crowded);
	for (int i = 0; i < THREADS; i++)
		cr_assert_eq(
			pthread_create(&threads[i], NULL, add_many, crowded),
			0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(store_counts(crowded).steps, THREADS * TIMES);
	store_free(crowded);
	cr_expect_eq(scratch_number(&many, TALLY_SUM), THREADS * TIMES);
	scratch_close(&many);
}

Test(commit, a_database_that_comes_back_is_used)
{
	struct settings elsewhere = s.settings;
	struct fault why = { 0 };
	char path[100];
	struct store *lost;

	snprintf(path, sizeof(path), "%s/later/db", s.folder);
	elsewhere.database = path;
	lost = store_new(&elsewhere);
	cr_expect(!store_commit(lost, add, &(int64_t){ 1 }, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect(strstr(why.text, path), "%s", why.text);
	cr_expect_null(store_borrow(lost, NULL));

	snprintf(path, sizeof(path), "%s/turnpike.db", s.folder);
	cr_expect(store_commit(lost, add, &(int64_t){ 1 }, NULL));
	store_free(lost);
	cr_expect_eq(number(TALLY_SUM), 1);
}
