#include "http/crew.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/stop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * SIGUSR2 gets a thread out of accept(), and out of nothing else: it is
 * blocked everywhere but there, since libfcgi takes a read or write that was
 * interrupted for a broken connection. Its handler does nothing.
 */
enum { NUDGE = SIGUSR2 };

enum { STACK_BYTES = 256 * 1024, NAP_US = 10000 };

struct worker {
	pthread_t thread;
	struct worker *next, *before;
	struct hall *hall;
};

/* Where the crew waits. */
struct hall {
	const struct crew *crew;
	pthread_t keeper;

	pthread_mutex_t lock; /* of what follows, up to the blank line */
	pthread_cond_t gone;
	struct worker *workers;
	int64_t count; /* of those that have not been let go */
	bool lacking;  /* a thread could not be started */
	bool left;     /* somebody did, and nobody has waited for his end yet */
	pthread_t last;

	atomic_llong waiting; /* in accept(), or on the way there */
	atomic_llong least;   /* that waited at any time since the last trim */
	atomic_llong leaving; /* how many are asked to go */
};

static struct timespec in_ms(int64_t ms)
{
	return (struct timespec){ .tv_sec = ms / 1000,
				  .tv_nsec = ms % 1000 * 1000000 };
}

static void do_nothing(int signal)
{
	(void)signal;
}

static sigset_t crew_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGINT);
	sigaddset(&set, NUDGE);
	return set;
}

static sigset_t nudge_alone(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, NUDGE);
	return set;
}

void crew_block_signals(void)
{
	struct sigaction nudge = { .sa_handler = do_nothing };
	sigset_t set = crew_signals();

	sigaction(NUDGE, &nudge, NULL);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* ---------------------------------------------------------------- joining */

static void *work(void *worker);

/* 0, or the error's number. */
static int start_thread(struct worker *w)
{
	pthread_attr_t attr;
	int error;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	error = pthread_create(&w->thread, &attr, work, w);
	pthread_attr_destroy(&attr);
	return error;
}

/* Under the lock. What lacks comes back; the keeper tries again. */
static void do_without(struct hall *hall, int error)
{
	if (!hall->lacking)
		log_line(hall->crew->log, "cannot start thread number %lld: %s",
			 (long long)hall->count + 1, strerror(error));
	hall->lacking = true;
	pthread_kill(hall->keeper, NUDGE);
}

/* Under the lock. A new thread counts as waiting before it is there, or more
 * would be made in the meantime. */
static void enlist(struct hall *hall)
{
	struct worker *w = calloc(1, sizeof(*w));
	int error;

	if (!w)
		abort();
	w->hall = hall;
	atomic_fetch_add(&hall->waiting, 1);
	error = start_thread(w);
	if (error) {
		atomic_fetch_sub(&hall->waiting, 1);
		free(w);
		do_without(hall, error);
		return;
	}
	w->next = hall->workers;
	if (w->next)
		w->next->before = w;
	hall->workers = w;
	hall->count++;
	hall->lacking = false;
}

/* Add a thread if there are fewer than MOST. The keeper sleeps without an end
 * while there are no more than the spare ones. */
static void grow(struct hall *hall, int64_t most)
{
	bool may;

	pthread_mutex_lock(&hall->lock);
	may = hall->count < most && !serve_stopping();
	if (may)
		enlist(hall);
	if (may && hall->count == hall->crew->spare + 1)
		pthread_kill(hall->keeper, NUDGE);
	pthread_mutex_unlock(&hall->lock);
}

static void strike_off(struct worker *w)
{
	if (w->before)
		w->before->next = w->next;
	else
		w->hall->workers = w->next;
	if (w->next)
		w->next->before = w->before;
	free(w);
}

/* Each waits for the end of the one that left before, and the keeper for the
 * last one's: libraries keep something for every thread and free it after
 * work() has returned, which must not be while the process ends. */
static void leave(struct worker *w)
{
	struct hall *hall = w->hall;
	pthread_t before;
	bool waits;

	pthread_mutex_lock(&hall->lock);
	waits = hall->left;
	before = hall->last;
	hall->left = true;
	hall->last = pthread_self();
	strike_off(w);
	if (!hall->workers)
		pthread_cond_signal(&hall->gone);
	pthread_mutex_unlock(&hall->lock);
	if (waits)
		pthread_join(before, NULL);
}

/* Get all out of accept() to see what has changed. */
static void nudge_all(struct hall *hall)
{
	for (struct worker *w = hall->workers; w; w = w->next)
		pthread_kill(w->thread, NUDGE);
}

/* ---------------------------------------------------------------- working */

/* Is this thread one of those that are asked to go? */
static bool dismissed(struct hall *hall)
{
	bool go;

	if (atomic_load(&hall->leaving) <= 0)
		return false;
	pthread_mutex_lock(&hall->lock);
	go = atomic_load(&hall->leaving) > 0 && hall->count > hall->crew->spare;
	if (go) {
		atomic_fetch_sub(&hall->leaving, 1);
		hall->count--;
	}
	pthread_mutex_unlock(&hall->lock);
	return go;
}

static int accept_nudged(int listener)
{
	sigset_t nudge = nudge_alone();
	int fd, error;

	pthread_sigmask(SIG_UNBLOCK, &nudge, NULL);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	error = errno;
	pthread_sigmask(SIG_BLOCK, &nudge, NULL);
	errno = error;
	return fd;
}

/* No connection came. Is that for ever? Descriptors and memory come back. */
static bool is_hopeless(int error)
{
	if (error != EINTR && error != ECONNABORTED)
		usleep(NAP_US);
	return error == EBADF || error == EINVAL || error == ENOTSOCK ||
	       error == EOPNOTSUPP;
}

/* The next connection, or -1 when this thread is to end. */
static int wait_for_one(struct hall *hall)
{
	int fd = -1;

	while (fd < 0 && !serve_stopping() && !dismissed(hall)) {
		fd = accept_nudged(hall->crew->listener);
		if (fd < 0 && is_hopeless(errno)) {
			kill(getpid(), SIGTERM);
			break;
		}
	}
	return fd;
}

/* This thread no longer waits, but LEFT others. */
static void note_waiting(struct hall *hall, long long left)
{
	long long least = atomic_load(&hall->least);

	while (left < least &&
	       !atomic_compare_exchange_weak(&hall->least, &least, left))
		;
	if (left == 0)
		grow(hall, hall->crew->most);
}

static void *work(void *worker)
{
	struct worker *w = worker;
	struct hall *hall = w->hall;
	int fd;

	while ((fd = wait_for_one(hall)) >= 0) {
		note_waiting(hall, atomic_fetch_sub(&hall->waiting, 1) - 1);
		hall->crew->serve(hall->crew->what, fd);
		atomic_fetch_add(&hall->waiting, 1);
	}
	atomic_fetch_sub(&hall->waiting, 1);
	leave(w);
	return NULL;
}

bool crew_await(int connection, int64_t patience_ms)
{
	struct pollfd poll = { .fd = connection, .events = POLLIN };
	struct timespec patience = in_ms(patience_ms);
	sigset_t mask;

	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	sigdelset(&mask, NUDGE);
	return !serve_stopping() && ppoll(&poll, 1, &patience, &mask) > 0 &&
	       !serve_stopping();
}

/* ---------------------------------------------------------------- keeping */

/* Once in a while: add a thread where one was needed and could not be had; and
 * let go as many as were idle all the time since the last trim, but for the
 * spare ones. A load that comes and goes keeps its threads. */
static void trim(struct hall *hall)
{
	long long surplus = atomic_load(&hall->least) - hall->crew->spare;

	surplus = surplus > 0 ? surplus : 0;
	atomic_store(&hall->leaving, surplus);
	atomic_store(&hall->least, atomic_load(&hall->waiting) - surplus);
	if (!atomic_load(&hall->waiting))
		grow(hall, hall->crew->most);
	if (!surplus)
		return;
	pthread_mutex_lock(&hall->lock);
	nudge_all(hall);
	pthread_mutex_unlock(&hall->lock);
}

static bool is_settled(struct hall *hall)
{
	bool settled;

	pthread_mutex_lock(&hall->lock);
	settled = hall->count <= hall->crew->spare && !hall->lacking;
	pthread_mutex_unlock(&hall->lock);
	return settled;
}

/* Wait for a signal to stop. While nothing is to be done, nothing wakes it. */
static void keep(struct hall *hall)
{
	struct timespec pause = in_ms(hall->crew->trim_ms);
	sigset_t set = crew_signals();
	int signal;

	do {
		signal = is_settled(hall) ? sigwaitinfo(&set, NULL)
					  : sigtimedwait(&set, NULL, &pause);
		if (signal < 0 && errno == EAGAIN)
			trim(hall);
	} while (signal < 0 || signal == NUDGE);
}

static struct timespec in_a_nap(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += INT64_C(1000) * NAP_US;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/* A nudge that comes just before accept() is lost, so nudge until all have
 * gone. Those who only waited get a little time even if stop_ms is 0. */
static bool dissolve(struct hall *hall)
{
	int64_t patience_us = hall->crew->stop_ms * 1000;
	int64_t end = clock_ticks_us() + patience_us + INT64_C(10) * NAP_US;
	bool all;

	pthread_mutex_lock(&hall->lock);
	while (hall->workers && clock_ticks_us() < end) {
		struct timespec until = in_a_nap();

		nudge_all(hall);
		pthread_cond_timedwait(&hall->gone, &hall->lock, &until);
	}
	all = !hall->workers;
	pthread_mutex_unlock(&hall->lock);
	if (all && hall->left)
		pthread_join(hall->last, NULL);
	return all;
}

static void open_hall(struct hall *hall, const struct crew *crew)
{
	pthread_condattr_t attr;

	*hall = (struct hall){ .crew = crew, .keeper = pthread_self() };
	pthread_mutex_init(&hall->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&hall->gone, &attr);
	pthread_condattr_destroy(&attr);
}

bool crew_run(const struct crew *crew)
{
	/* Not on the stack: threads that do not end in time still use it. */
	struct hall *hall = calloc(1, sizeof(*hall));
	bool all;

	if (!hall)
		abort();
	open_hall(hall, crew);
	for (int64_t i = 0; i < crew->spare && i < crew->most; i++)
		grow(hall, i + 1);
	keep(hall);
	stop_begin();
	crew->stop(crew->what);
	all = dissolve(hall);
	if (all)
		free(hall);
	return all;
}
