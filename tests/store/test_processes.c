#include "store/store.h"

#include "support/row.h"
#include "support/scratch.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Several processes on one database, and what is left when one is killed. */

TestSuite(processes, .timeout = 240);

/* What the processes tell each other: shared memory. */
struct board {
	_Atomic int64_t acknowledged, failed, wrong;
	_Atomic bool stop;
};

static struct board *new_board(void)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(board, MAP_FAILED);
	return board;
}

static bool add_one(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_do(db, why, TALLY_ADD, "n", (int64_t)1);
}

/* One of a process's threads. */
struct hand {
	pthread_t thread;
	struct store *store;
	struct board *board;
	int times; /* 0: until told to stop */
};

static void *write_on(void *what)
{
	const struct hand *h = what;
	struct fault why = { 0 };

	for (int i = 0; (!h->times || i < h->times) && !h->board->stop; i++)
		if (store_commit(h->store, add_one, NULL, &why))
			h->board->acknowledged++;
		else
			h->board->failed++;
	if (why.kind != FAULT_NONE)
		(void)fprintf(stderr, "%s\n", why.text);
	return NULL;
}

static int64_t read_sum(struct store *store)
{
	struct db *db = store_borrow(store, NULL);
	struct rows *rows;
	int64_t sum;

	if (!db)
		return -1;
	rows = db_ask(db, TALLY_SUM, "");
	sum = rows_next(rows) ? rows_number(rows, 0) : -1;
	if (!rows_end(rows, NULL))
		sum = -1;
	store_return(store, db);
	return sum;
}

/* What is committed stays, so the sum never goes down. */
static void *read_on(void *what)
{
	const struct hand *h = what;
	int64_t last = 0;

	while (!h->board->stop) {
		int64_t sum = read_sum(h->store);

		h->board->wrong += sum < last;
		last = sum;
	}
	return NULL;
}

enum { HANDS = 4 };

/* The whole of a child: HANDS threads that WORK. */
static void work(const struct settings *settings, struct board *board,
		 void *(*of)(void *), int times)
{
	struct store *store = store_new(settings);
	struct hand hands[HANDS];

	store_tend(store);
	for (int i = 0; i < HANDS; i++) {
		hands[i] = (struct hand){ .store = store,
					  .board = board,
					  .times = times };
		pthread_create(&hands[i].thread, NULL, of, &hands[i]);
	}
	for (int i = 0; i < HANDS; i++)
		pthread_join(hands[i].thread, NULL);
	store_free(store);
	_exit(0);
}

/* A child that does not outlive a test that fails. */
static pid_t beget(void)
{
	pid_t parent = getpid(), pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0 &&
	    (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent))
		_exit(1);
	return pid;
}

static pid_t start(const struct scratch *s, struct board *board,
		   void *(*of)(void *), int times)
{
	pid_t pid = beget();

	if (pid == 0)
		work(&s->settings, board, of, times);
	return pid;
}

static void await(pid_t pid, int want)
{
	int status;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, want, "%x", status);
}

/* 1 when the engine finds every page of the file in order. */
static const char IN_ORDER[] =
	"SELECT count(*) = 1 AND max(integrity_check) = 'ok'"
	"  FROM pragma_integrity_check";

static const struct {
	const char *label, *journal;
	int times;
} journals[] = {
	{ "wal", "wal", 300 },
	{ "rollback", "rollback", 10 },
};

EACH(processes, P15_that_add_to_one_row_add_up_while_others_read, journals)
{
	enum { WRITERS = 4, READERS = 2 };
	struct scratch s = { .settings = { .journal = row->journal } };
	struct board *board = new_board();
	pid_t writers[WRITERS], readers[READERS];

	scratch_open(&s);
	for (int i = 0; i < READERS; i++)
		readers[i] = start(&s, board, read_on, 0);
	for (int i = 0; i < WRITERS; i++)
		writers[i] = start(&s, board, write_on, row->times);
	for (int i = 0; i < WRITERS; i++)
		await(writers[i], 0);
	board->stop = true;
	for (int i = 0; i < READERS; i++)
		await(readers[i], 0);
	cr_expect_eq(board->failed, 0, "%s", row->label);
	cr_expect_eq(board->wrong, 0, "%s", row->label);
	cr_expect_eq(scratch_number(&s, TALLY_SUM),
		     WRITERS * HANDS * row->times, "%s", row->label);
	cr_expect_eq(scratch_number(&s, IN_ORDER), 1, "%s", row->label);
	scratch_close(&s);
}

static void await_acknowledged(const struct board *board, int64_t count)
{
	while (board->acknowledged < count)
		usleep(100);
}

/*
 * Killed at any moment, wherever it is: each thread may have been committed
 * for and not yet have said so, and nothing else is missing or too much.
 */
EACH(processes, P15_killed_in_a_commit_lose_nothing, journals)
{
	struct scratch s = { .settings = { .journal = row->journal } };
	struct board *board = new_board();
	int64_t found = 0, unsaid = 0;

	scratch_open(&s);
	for (int i = 0; i < 20; i++) {
		int64_t before = board->acknowledged;
		pid_t pid = start(&s, board, write_on, 0);

		await_acknowledged(board, before + 1 + rand() % 40);
		usleep((useconds_t)(rand() % 3000));
		kill(pid, SIGKILL);
		await(pid, SIGKILL);
		found = scratch_number(&s, TALLY_SUM);
		cr_expect_geq(found - unsaid, board->acknowledged, "%s",
			      row->label);
		cr_expect_leq(found - unsaid, board->acknowledged + HANDS, "%s",
			      row->label);
		unsaid = found - board->acknowledged;
	}
	cr_expect_eq(scratch_number(&s, IN_ORDER), 1, "%s", row->label);
	cr_expect_eq(board->failed, 0, "%s", row->label);
	scratch_close(&s);
}

/* Those who are left neither fail nor wait for the dead. */
EACH(processes, go_on_when_another_is_killed, journals)
{
	struct scratch s = { .settings = { .journal = row->journal } };
	struct board *board = new_board();
	struct board *dead = new_board();
	pid_t left;

	scratch_open(&s);
	left = start(&s, board, write_on, 0);
	for (int i = 0; i < 10; i++) {
		pid_t pid = start(&s, dead, write_on, 0);

		await_acknowledged(dead, dead->acknowledged + 10);
		kill(pid, SIGKILL);
		await(pid, SIGKILL);
		await_acknowledged(board, board->acknowledged + 10);
	}
	board->stop = true;
	await(left, 0);
	cr_expect_eq(board->failed, 0, "%s", row->label);
	cr_expect_geq(scratch_number(&s, TALLY_SUM),
		      board->acknowledged + dead->acknowledged);
	cr_expect_eq(scratch_number(&s, IN_ORDER), 1, "%s", row->label);
	scratch_close(&s);
}

/* A child that checkpoints as fast as it can: without waiting for the disk. */
static const char NO_DISK[] = "PRAGMA synchronous = OFF";

/* What is lost in the file must not be healed by what the writer knows. */
static const char NO_MEMORY[] = "PRAGMA cache_size = 10";

static void bring_home(const struct scratch *s, const struct board *board)
{
	struct db_options options = scratch_options(s);
	struct db *db, *guard;
	struct db_log log;

	if (!db_open(&options, &db, NULL) || !db_open(&options, &guard, NULL))
		_exit(1);
	if (!db_run(db, NO_DISK, NULL))
		_exit(1);
	while (!board->stop)
		if (!db_look(guard, NULL) ||
		    !db_checkpoint(db, guard, &log, NULL) ||
		    !db_end(guard, true, NULL))
			_exit(1);
	db_close(guard);
	db_close(db);
	_exit(0);
}

enum { ROWS = 200, ADDED = 4 };

static const char ADD_TO[] = "UPDATE tally SET n = n + 1 WHERE id = :id";

/* Add to a few rows that are on different pages. */
static bool add_to_some(struct db *db, int commit)
{
	bool ok = db_begin(db, NULL);

	for (int i = 0; ok && i < ADDED; i++)
		ok = db_do(db, NULL, ADD_TO, "n",
			   (int64_t)1 + (commit * 7 + i * 53) % ROWS);
	return db_end(db, ok, NULL);
}

static void put_rows(struct db *db)
{
	static const char wide[] = "INSERT INTO tally (id, n, note)"
				   " VALUES (:id, 0, printf('%.*c', 300, 'x'))";

	for (int64_t id = 2; id <= ROWS; id++)
		cr_assert(db_do(db, NULL, wide, "n", id));
}

/*
 * The engine's own race, which db_checkpoint() has its guard for: without one,
 * the version of Debian 12 loses something within the first thousand commits
 * here, and says nothing.
 */
Test(processes, that_checkpoint_without_pause_lose_no_commit)
{
	enum { COMMITS = 20000, BETWEEN = 200, CHILDREN = 3 };
	struct scratch s = { 0 };
	struct board *board = new_board();
	pid_t pid[CHILDREN];
	struct db *db;

	scratch_open(&s);
	for (int i = 0; i < CHILDREN; i++) {
		pid[i] = beget();
		if (pid[i] == 0)
			bring_home(&s, board);
	}
	db = scratch_db(&s);
	cr_assert(db_run(db, NO_DISK, NULL) && db_run(db, NO_MEMORY, NULL));
	put_rows(db);
	for (int i = 1; i <= COMMITS && !board->wrong; i++) {
		cr_assert(add_to_some(db, i));
		if (i % 4 == 0)
			usleep((useconds_t)(i % 64));
		if (i % BETWEEN == 0)
			board->wrong += scratch_number(&s, TALLY_SUM) !=
					(int64_t)i * ADDED;
	}
	board->stop = true;
	for (int i = 0; i < CHILDREN; i++)
		await(pid[i], 0);
	cr_expect_eq(board->wrong, 0);
	db_close(db);
	cr_expect_eq(scratch_number(&s, TALLY_SUM), COMMITS * ADDED);
	cr_expect_eq(scratch_number(&s, IN_ORDER), 1);
	scratch_close(&s);
}
