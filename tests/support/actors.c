#include "support/actors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool wait_inside(struct db *db, void *what, struct fault *why)
{
	struct actors *actors = what;

	(void)db;
	(void)why;
	sem_post(&actors->inside);
	sem_wait(&actors->let_in);
	return true;
}

static void *act(void *what)
{
	struct actor *a = what;

	a->tid = gettid();
	a->ok = store_commit(a->store, a->step, a->what, &a->why);
	return NULL;
}

static void start(struct actor *a)
{
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 256 * 1024);
	cr_assert_eq(pthread_create(&a->thread, &small, act, a), 0);
	pthread_attr_destroy(&small);
}

static bool asleep(int tid)
{
	char name[64], line[512] = "";
	const char *state;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", tid);
	f = fopen(name, "r");
	if (!f)
		return false;
	(void)!fgets(line, sizeof(line), f);
	fclose(f);
	state = strrchr(line, ')');
	return state && !strncmp(state, ") S", 3);
}

void actors_await_sleep(int tid)
{
	while (!asleep(tid))
		usleep(100);
}

void actors_open(struct actors *actors, struct store *store)
{
	*actors = (struct actors){ .store = store };
	sem_init(&actors->inside, 0, 0);
	sem_init(&actors->let_in, 0, 0);
	actors->doorman = (struct actor){ .store = store,
					  .step = wait_inside,
					  .what = actors };
	start(&actors->doorman);
	sem_wait(&actors->inside);
}

struct actor *actors_add(struct actors *actors, store_step *step, void *what)
{
	struct actor *a = &actors->all[actors->count++];

	cr_assert_leq(actors->count, ACTORS_MOST);
	*a = (struct actor){ .store = actors->store,
			     .step = step,
			     .what = what };
	start(a);
	while (!a->tid)
		usleep(100);
	actors_await_sleep(a->tid);
	return a;
}

void actors_close(struct actors *actors)
{
	sem_post(&actors->let_in);
	pthread_join(actors->doorman.thread, NULL);
	for (int i = 0; i < actors->count; i++)
		pthread_join(actors->all[i].thread, NULL);
	sem_destroy(&actors->inside);
	sem_destroy(&actors->let_in);
}
