#include "store/checkpoint.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * The thread checkpoints so often while there are commits; without any it
 * sleeps. When the log still has LONG_LOG pages (about 3 MB) then, writers are
 * kept out for as long as it takes to bring the rest home, so that the next of
 * them can begin the log anew; the thread waits for its turn at that no longer
 * than PATIENCE_MS and tries again a period later.
 */
enum { PERIOD_MS = 100, LONG_LOG = 3000, PATIENCE_MS = 50 };

/* A log that nobody tends or tidies is brought home by whoever commits. */
enum { NEGLECTED_LOG = 4 * LONG_LOG };
enum { STACK_BYTES = 256 * 1024 };

struct checkpoint {
	struct opener *opener;
	bool needed; /* there is a log */

	/* Of whoever checkpoints: the connections that do it, and how long
	 * the log has to be before writers are kept out. */
	pthread_mutex_t turn;
	struct db *db, *guard;
	int64_t long_log;

	/* What the thread and the committers tell each other. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started, stop;
	_Atomic bool tended, noted;
	_Atomic int64_t pages, count;
};

struct checkpoint *checkpoint_new(struct opener *opener)
{
	struct checkpoint *c = calloc(1, sizeof(*c));
	pthread_condattr_t steady;

	if (!c)
		abort();
	c->opener = opener;
	c->needed = !strcmp(opener->options.journal, "wal");
	c->long_log = LONG_LOG;
	pthread_mutex_init(&c->turn, NULL);
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&c->changed, &steady);
	pthread_condattr_destroy(&steady);
	return c;
}

void checkpoint_free(struct checkpoint *c)
{
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->lock);
	if (c->started)
		pthread_join(c->thread, NULL);
	db_close(c->db);
	db_close(c->guard);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	pthread_mutex_destroy(&c->turn);
	free(c);
}

int64_t checkpoint_count(struct checkpoint *c)
{
	return c->count;
}

static bool connect(struct checkpoint *c)
{
	return (c->db || opener_open(c->opener, PATIENCE_MS, &c->db, NULL)) &&
	       (c->guard ||
		opener_open(c->opener, PATIENCE_MS, &c->guard, NULL));
}

/* Checkpoint behind a guard that opens with ENTER; *PAGES is the log's length
 * then. */
static bool bring_home(struct checkpoint *c,
		       bool (*enter)(struct db *, struct fault *),
		       int64_t *pages)
{
	bool ok = enter(c->guard, NULL) &&
		  db_checkpoint(c->db, c->guard, pages, NULL);

	if (db_changing(c->guard))
		(void)db_end(c->guard, false, NULL);
	c->count += ok;
	return ok;
}

/*
 * First without getting into anybody's way. Then, if need be, with writers
 * kept out. Where that was in vain, because somebody reads an old state for
 * long, the log may grow by half before it is tried again.
 *
 * A checkpoint that fails is no request's business: the log keeps what it has,
 * and a disk that is full or gone shows with the next commit.
 */
static void checkpoint(struct checkpoint *c)
{
	int64_t pages;

	if (!connect(c) || !bring_home(c, db_look, &pages))
		return;
	if (pages < LONG_LOG)
		c->long_log = LONG_LOG;
	if (pages < c->long_log)
		return;
	c->long_log = pages + pages / 2;
	(void)bring_home(c, db_begin, &pages);
}

void checkpoint_tidy(struct checkpoint *c)
{
	if (!c->needed || c->pages < LONG_LOG)
		return;
	pthread_mutex_lock(&c->turn);
	checkpoint(c);
	pthread_mutex_unlock(&c->turn);
}

void checkpoint_tend(struct checkpoint *c)
{
	c->tended = c->needed;
}

/* Sleep until there was a commit, and then for a period; false when it is
 * time to end. */
static bool wait_for_work(struct checkpoint *c)
{
	struct timespec until;
	bool go_on;

	pthread_mutex_lock(&c->lock);
	while (!c->noted && !c->stop)
		pthread_cond_wait(&c->changed, &c->lock);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += PERIOD_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (!c->stop && pthread_cond_timedwait(&c->changed, &c->lock,
						  &until) != ETIMEDOUT)
		;
	c->noted = false;
	go_on = !c->stop;
	pthread_mutex_unlock(&c->lock);
	return go_on;
}

static void *tend(void *arg)
{
	struct checkpoint *c = arg;

	while (wait_for_work(c)) {
		pthread_mutex_lock(&c->turn);
		checkpoint(c);
		pthread_mutex_unlock(&c->turn);
	}
	return NULL;
}

/* Signals are for the threads that serve. Without a thread the log is
 * neglected until the next commit tries to start one. */
static bool start(struct checkpoint *c)
{
	sigset_t all, before;
	pthread_attr_t small;
	bool ok;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(&c->thread, &small, tend, c) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&small);
	return ok;
}

void checkpoint_note(struct checkpoint *c, int64_t pages)
{
	c->pages = pages;
	if (!c->tended) {
		if (pages >= NEGLECTED_LOG)
			checkpoint_tidy(c);
		return;
	}
	if (atomic_exchange(&c->noted, true))
		return;
	pthread_mutex_lock(&c->lock);
	c->started = c->started || start(c);
	c->noted = c->started;
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->lock);
}
