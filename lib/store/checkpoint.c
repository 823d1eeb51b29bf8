#include "store/checkpoint.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * The thread checkpoints every PERIOD_MS while there are commits, and at once
 * when the log has twice LONG_LOG pages; without commits it sleeps. When the
 * log has LONG_LOG pages (3 MiB), writers are kept out for as long as it takes
 * to bring the rest home, a few milliseconds, so that the next of them can
 * begin the log anew. Where another process is writing all the time, the thread
 * waits PATIENCE_MS for its turn at that, and tries again later.
 *
 * A log that nobody tends or tidies is brought home by whoever commits, once it
 * is NEGLECTED pages longer than that.
 */
enum { PERIOD_MS = 100, PATIENCE_MS = 20 };
enum { LONG_LOG = 3000, NEGLECTED = 3 * LONG_LOG };

/* So many times it tries to bring so few pages remain that writers need not be
 * kept out for long. */
enum { ROUNDS = 4, FEW = LONG_LOG / 4 };

enum { STACK_BYTES = 256 * 1024 };

struct checkpoint {
	struct opener *opener;
	struct commit *commit;
	bool needed; /* there is a log */

	pthread_mutex_t turn; /* of the connections */
	struct db *db, *guard;

	/* What the thread and the committers tell each other. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started, stop;
	_Atomic bool tended, noted, hurried;

	/* How long the log has to be before writers are kept out. */
	_Atomic int64_t enough;
	_Atomic int64_t count;
};

struct checkpoint *checkpoint_new(struct opener *opener, struct commit *commit)
{
	struct checkpoint *c = calloc(1, sizeof(*c));
	pthread_condattr_t steady;

	if (!c)
		abort();
	c->opener = opener;
	c->commit = commit;
	c->needed = !strcmp(opener->options.journal, "wal");
	c->enough = LONG_LOG;
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

/* Checkpoint behind a guard that opens with ENTER; *LOG is as it is then. */
static bool bring_home(struct checkpoint *c,
		       bool (*enter)(struct db *, struct fault *),
		       struct db_log *log)
{
	bool ok = enter(c->guard, NULL) &&
		  db_checkpoint(c->db, c->guard, log, NULL);

	if (db_changing(c->guard))
		(void)db_end(c->guard, false, NULL);
	c->count += ok;
	return ok;
}

/*
 * With writers kept out: those of this process wait for their turn, those of
 * others for the guard. Where that was in vain, because somebody reads an old
 * state for long, the log may grow by half before it is tried again.
 */
static void bring_rest_home(void *checkpoint)
{
	struct checkpoint *c = checkpoint;
	struct db_log log;

	if (!bring_home(c, db_begin, &log))
		return;
	if (log.home < log.pages)
		c->enough = log.pages + log.pages / 2;
	else
		commit_log_is_home(c->commit);
}

/* Without getting into anybody's way. While that goes on, others commit: a
 * log that is long is gone over until little has been added. */
static bool bring_most_home(struct checkpoint *c, struct db_log *log)
{
	for (int round = 0; round < ROUNDS; round++) {
		if (!bring_home(c, db_look, log))
			return false;
		if (log->pages < c->enough ||
		    commit_log_pages(c->commit) - log->home <= FEW)
			return true;
	}
	return true;
}

/* A checkpoint that fails is no request's business: the log keeps what it has,
 * and a disk that is full or gone shows with the next commit. */
static void checkpoint(struct checkpoint *c)
{
	struct db_log log;

	if (!connect(c) || !bring_most_home(c, &log))
		return;
	if (log.home == log.pages)
		c->enough = LONG_LOG;
	if (log.pages >= c->enough)
		commit_alone(c->commit, bring_rest_home, c);
}

void checkpoint_tidy(struct checkpoint *c)
{
	if (!c->needed || commit_log_pages(c->commit) < LONG_LOG)
		return;
	pthread_mutex_lock(&c->turn);
	checkpoint(c);
	pthread_mutex_unlock(&c->turn);
}

void checkpoint_tend(struct checkpoint *c)
{
	c->tended = c->needed;
}

static struct timespec a_period_from_now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += PERIOD_MS * 1000000L;
	at.tv_sec += at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
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
	until = a_period_from_now();
	while (!c->hurried && !c->stop &&
	       pthread_cond_timedwait(&c->changed, &c->lock, &until) !=
		       ETIMEDOUT)
		;
	c->noted = c->hurried = false;
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

/* Tell the thread, which is started if need be. */
static void tell(struct checkpoint *c, bool hurry)
{
	pthread_mutex_lock(&c->lock);
	c->started = c->started || start(c);
	c->noted = c->started;
	c->hurried = c->started && (c->hurried || hurry);
	pthread_cond_signal(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

void checkpoint_note(struct checkpoint *c)
{
	int64_t excess = commit_log_pages(c->commit) - c->enough;
	bool hurry = excess >= LONG_LOG;

	if (!c->tended && excess >= NEGLECTED)
		checkpoint_tidy(c);
	else if (c->tended && (!c->noted || (hurry && !c->hurried)))
		tell(c, hurry);
}
