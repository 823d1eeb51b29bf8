#include "store/store.h"

#include "support/row.h"
#include "support/scratch.h"

#include <signal.h>
#include <unistd.h>

/* How the log comes home, and stays short. Pages are of 1 KiB. */

static struct scratch s;
static struct store *store;

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

TestSuite(checkpoint, .init = open_store, .fini = close_store, .timeout = 120);

static const char PUT_PAGES[] =
	"INSERT INTO tally (id, note)"
	" VALUES (2, printf('%.*c', :bytes, :letter))"
	" ON CONFLICT (id) DO UPDATE SET note = excluded.note";

/* Write about so many pages into the log, over those of the last time; with
 * another letter, because the engine leaves out pages that stay the same. */
static bool put_pages(struct db *db, void *what, struct fault *why)
{
	static int turn;
	const char letter[] = { (char)('a' + ++turn % 26), '\0' };

	return db_do(db, why, PUT_PAGES, "nt", *(const int64_t *)what * 1000,
		     letter);
}

static void commit_pages(int64_t pages)
{
	struct fault why = { 0 };

	cr_assert(store_commit(store, put_pages, &pages, &why), "%s", why.text);
}

static bool put_db(struct db *db, int64_t pages)
{
	return db_begin(db, NULL) &&
	       db_end(db, put_pages(db, &pages, NULL), NULL);
}

/* What a guard is for: it stands in the log, and so the log is not begun anew
 * though all of it is home. */
Test(checkpoint, behind_a_guard_the_log_is_not_begun_anew)
{
	struct db *db = scratch_db(&s), *guard = scratch_db(&s);
	struct db_log log;
	int64_t before;

	cr_assert(put_db(db, 100));
	before = db_log_pages(db);
	cr_assert_gt(before, 100);
	cr_assert(db_look(guard, NULL));
	cr_assert(db_checkpoint(db, guard, &log, NULL));
	cr_expect_eq(log.pages, before);
	cr_expect_eq(log.home, before);
	cr_assert(put_db(db, 1));
	cr_expect_gt(db_log_pages(db), before);
	db_end(guard, true, NULL);
	db_close(guard);
	db_close(db);
}

/* Or it stands in the database, and then nothing of a log that was begun anew
 * is brought home, and so nothing is marked that is not. */
Test(checkpoint, behind_a_guard_in_the_database_nothing_is_marked)
{
	struct db *db = scratch_db(&s), *guard = scratch_db(&s);
	struct db_log log;

	cr_assert(put_db(db, 100));
	cr_assert(db_look(guard, NULL));
	cr_assert(db_checkpoint(db, guard, &log, NULL));
	db_end(guard, true, NULL);

	cr_assert(db_look(guard, NULL));
	cr_assert(put_db(db, 1));
	cr_assert_lt(db_log_pages(db), 100, "the log was not begun anew");
	cr_assert(db_checkpoint(db, guard, &log, NULL));
	cr_expect_eq(log.home, 0);
	db_end(guard, true, NULL);
	db_close(guard);
	db_close(db);
}

Test(checkpoint, what_is_still_read_stays)
{
	struct db *db = scratch_db(&s), *guard = scratch_db(&s);
	struct db *reader = scratch_db(&s);
	struct db_log log;

	cr_assert(put_db(db, 100));
	cr_assert(db_look(reader, NULL));
	cr_assert(put_db(db, 100));
	cr_assert(db_begin(guard, NULL));
	cr_assert(db_checkpoint(db, guard, &log, NULL));
	cr_expect_lt(log.home, log.pages);
	cr_expect_gt(log.home, 0);
	db_end(guard, false, NULL);
	db_end(reader, true, NULL);
	db_close(reader);
	db_close(guard);
	db_close(db);
}

Test(checkpoint, without_a_guard_the_process_ends, .signal = SIGABRT)
{
	struct db *db = scratch_db(&s), *guard = scratch_db(&s);
	struct db_log log;

	(void)db_checkpoint(db, guard, &log, NULL);
}

Test(checkpoint, the_rollback_journal_needs_none)
{
	struct scratch old = { .settings = { .journal = "rollback" } };
	struct db *db, *guard;
	struct db_log log = { 1, 1 };

	scratch_open(&old);
	db = scratch_db(&old);
	guard = scratch_db(&old);
	cr_assert(db_look(guard, NULL));
	cr_expect(db_checkpoint(db, guard, &log, NULL));
	cr_expect_eq(log.pages, 0);
	db_end(guard, true, NULL);
	db_close(guard);
	db_close(db);
	scratch_close(&old);
}

/* The file's size is the longest that the log ever was. */
static int64_t log_bytes(void)
{
	return scratch_bytes(&s, "-wal");
}

Test(checkpoint, a_long_log_is_tidied)
{
	int64_t before;

	commit_pages(4000);
	before = log_bytes();
	cr_assert_gt(before, 4000000);
	store_tidy(store);
	cr_expect_gt(store_counts(store).checkpoints, 0);
	for (int i = 0; i < 3; i++)
		commit_pages(1000);
	cr_expect_eq(log_bytes(), before);
}

Test(checkpoint, a_short_log_is_not_worth_tidying)
{
	commit_pages(1000);
	store_tidy(store);
	cr_expect_eq(store_counts(store).checkpoints, 0);
}

/* 60 MB in all. */
Test(checkpoint, a_log_that_nobody_tends_has_its_bounds_too)
{
	for (int i = 0; i < 120; i++)
		commit_pages(500);
	cr_expect_lt(log_bytes(), 14000000);
	cr_expect_gt(store_counts(store).checkpoints, 0);
}

/* Somebody who reads for long must not have every commit try in vain. */
Test(checkpoint, an_old_state_that_is_read_lets_the_log_grow)
{
	struct db *reader = scratch_db(&s);
	int64_t longest, tries;

	commit_pages(100);
	cr_assert(db_look(reader, NULL));
	for (int i = 0; i < 120; i++)
		commit_pages(500);
	longest = log_bytes();
	tries = store_counts(store).checkpoints;
	cr_expect_gt(longest, 60000000);
	cr_expect_lt(tries, 40);
	db_end(reader, true, NULL);
	db_close(reader);
	for (int i = 0; i < 400 && log_bytes() >= longest; i++)
		commit_pages(500);
	cr_expect_leq(log_bytes(), 16777216, "%lld", (long long)log_bytes());
}

/* 80 MB in all. Each commit is followed by a wait, until the thread has done
 * its part: its work is what is tested and not its speed. */
Test(checkpoint, a_thread_keeps_the_log_short)
{
	struct store_counts before, now;

	store_tend(store);
	for (int i = 0; i < 20; i++) {
		before = store_counts(store);
		commit_pages(4000);
		do {
			usleep(1000);
			now = store_counts(store);
		} while (now.checkpoints == before.checkpoints);
	}
	cr_expect_lt(log_bytes(), 30000000);
}

/* What was committed is in the database file itself in the end, although
 * nothing more happens. */
Test(checkpoint, the_last_commit_comes_home_too)
{
	struct store_counts counts;

	store_tend(store);
	commit_pages(200);
	do {
		usleep(1000);
		counts = store_counts(store);
	} while (!counts.checkpoints);
	cr_expect_gt(scratch_bytes(&s, ""), 200000);
}
