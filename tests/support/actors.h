#ifndef SUPPORT_ACTORS_H
#define SUPPORT_ACTORS_H

#include "store/store.h"

#include <pthread.h>
#include <semaphore.h>

/*
 * Threads that commit one step each, brought into a known order: the doorman
 * first, whose step waits inside its transaction until it is told to go on,
 * and the actors behind it one by one.
 */
enum { ACTORS_MOST = 600 };

struct actor {
	pthread_t thread;
	struct store *store;
	store_step *step;
	void *what;
	struct fault why;
	bool ok;
	_Atomic int tid;
};

struct actors {
	struct store *store;
	sem_t let_in, inside;
	struct actor doorman, all[ACTORS_MOST];
	int count;
};

/* The doorman is inside when this returns. */
void actors_open(struct actors *actors, struct store *store);

/* One more is waiting when this returns. */
struct actor *actors_add(struct actors *actors, store_step *step, void *what);

/* Let all go on, and wait for the last. */
void actors_close(struct actors *actors);

/* Wait until thread TID of this process sleeps. */
void actors_await_sleep(int tid);

#endif
