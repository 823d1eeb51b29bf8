#include "http/crew.h"

#include "http/listen.h"
#include "support/fcgi.h"
#include "support/row.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* A crew in a thread of its own: the test's first thread blocks its signals,
 * so that the keeper gets them all. */
struct scene {
	struct crew crew;
	struct listener listener;
	char path[64];
	pthread_t keeper;
	bool ended_all;
	int stops;
	int others; /* threads that are not the crew's */
};

/* Give back each byte until the client closes. */
static void echo(void *what, int connection)
{
	char byte;

	(void)what;
	while (recv(connection, &byte, 1, 0) == 1)
		send(connection, &byte, 1, MSG_NOSIGNAL);
	close(connection);
}

static void note_stop(void *what)
{
	struct scene *scene = what;

	scene->stops += serve_stopping();
}

static void *keep(void *what)
{
	struct scene *scene = what;

	scene->ended_all = crew_run(&scene->crew);
	return NULL;
}

static void open_scene(struct scene *scene, struct crew crew)
{
	struct fault why = { 0 };

	*scene = (struct scene){ .crew = crew };
	snprintf(scene->path, sizeof(scene->path), "/tmp/test_crew_%ld",
		 (long)getpid());
	cr_assert(listen_at(scene->path, &scene->listener, &why), "%s",
		  why.text);
	scene->crew.listener = scene->listener.fd;
	if (!crew.serve)
		scene->crew.serve = echo;
	scene->crew.stop = note_stop;
	scene->crew.what = scene;
	crew_block_signals();
	scene->others = fcgi_threads(getpid()) + 1;
	pthread_create(&scene->keeper, NULL, keep, scene);
}

static void close_scene(struct scene *scene)
{
	kill(getpid(), SIGTERM);
	pthread_join(scene->keeper, NULL);
	listen_end(&scene->listener);
}

static int count(const struct scene *scene)
{
	return fcgi_threads(getpid()) - scene->others;
}

static void wait_for_crew(const struct scene *scene, int want)
{
	while (count(scene) != want)
		usleep(1000);
}

static bool echoes(int fd)
{
	char byte = 'x';

	return send(fd, &byte, 1, MSG_NOSIGNAL) == 1 &&
	       recv(fd, &byte, 1, 0) == 1 && byte == 'x';
}

/* Connect COUNT clients, each of which holds a thread. */
static void crowd(struct scene *scene, int fds[], int count)
{
	for (int i = 0; i < count; i++) {
		fds[i] = fcgi_dial(scene->path);
		cr_expect(echoes(fds[i]));
	}
}

static void disperse(int fds[], int count)
{
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

Test(crew, grows_and_shrinks_to_its_spare_threads, .timeout = 60)
{
	struct scene scene;
	int fds[20];

	open_scene(&scene, (struct crew){ .most = 30,
					  .spare = 3,
					  .trim_ms = 20,
					  .stop_ms = 5000 });
	wait_for_crew(&scene, 3);
	for (int round = 0; round < 3; round++) {
		crowd(&scene, fds, 20);
		wait_for_crew(&scene, 21);
		disperse(fds, 20);
		wait_for_crew(&scene, 3);
	}
	usleep(200 * 1000); /* ten more trims must find nobody to let go */
	cr_expect_eq(count(&scene), 3);
	crowd(&scene, fds, 1);
	disperse(fds, 1);
	close_scene(&scene);
	cr_expect(scene.ended_all);
}

Test(crew, keeps_threads_that_are_needed_now_and_then, .timeout = 60)
{
	struct scene scene;
	int fds[8];

	open_scene(&scene, (struct crew){ .most = 30,
					  .spare = 2,
					  .trim_ms = 10000,
					  .stop_ms = 5000 });
	for (int round = 0; round < 20; round++) {
		crowd(&scene, fds, 8);
		disperse(fds, 8);
		cr_expect_geq(count(&scene), 9);
	}
	close_scene(&scene);
	cr_expect(scene.ended_all);
}

static pthread_key_t belongings;
static atomic_int begun, put_away;

static void put_away_late(void *what)
{
	(void)what;
	usleep(20 * 1000);
	put_away++;
}

/* As a library does that keeps something for every thread. */
static void echo_and_keep(void *what, int connection)
{
	if (!pthread_getspecific(belongings))
		begun++;
	pthread_setspecific(belongings, &belongings);
	echo(what, connection);
}

Test(crew, has_put_away_what_belongs_to_threads_when_it_ends, .timeout = 60)
{
	struct scene scene;
	int fds[8];

	pthread_key_create(&belongings, put_away_late);
	open_scene(&scene, (struct crew){ .most = 30,
					  .spare = 2,
					  .trim_ms = 20,
					  .stop_ms = 5000,
					  .serve = echo_and_keep });
	crowd(&scene, fds, 8);
	disperse(fds, 8);
	close_scene(&scene);
	cr_expect(scene.ended_all);
	cr_expect_geq(begun, 8);
	cr_expect_eq(put_away, begun);
}

/* Room for so many bytes more, so that there is none for another stack. */
static void limit_memory(rlim_t more)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	struct rlimit limit;

	cr_assert_eq(fscanf(file, "%lu", &pages), 1);
	fclose(file);
	getrlimit(RLIMIT_AS, &limit);
	limit.rlim_cur = more == RLIM_INFINITY
				 ? limit.rlim_max
				 : (rlim_t)pages * (rlim_t)getpagesize() + more;
	cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

#ifdef __SANITIZE_ADDRESS__
enum { ROOM_NEEDED = true }; /* the sanitizer's own would run out first */
#else
enum { ROOM_NEEDED = false };
#endif

Test(crew, tries_again_when_it_could_not_grow, .timeout = 60,
     .disabled = ROOM_NEEDED)
{
	struct scene scene;
	int fds[3];

	open_scene(&scene, (struct crew){ .most = 9,
					  .spare = 2,
					  .trim_ms = 20,
					  .stop_ms = 5000 });
	wait_for_crew(&scene, 2);
	limit_memory(100 * 1024);
	crowd(&scene, fds, 2);
	usleep(100 * 1000); /* some tries are in vain */
	cr_expect_eq(count(&scene), 2);
	limit_memory(RLIM_INFINITY);
	wait_for_crew(&scene, 3);
	crowd(&scene, fds + 2, 1);
	disperse(fds, 3);
	close_scene(&scene);
}

Test(crew, says_when_it_stops_and_who_did_not_end, .timeout = 60)
{
	struct scene scene;
	int fds[2];

	open_scene(&scene, (struct crew){ .most = 5,
					  .spare = 1,
					  .trim_ms = 1000,
					  .stop_ms = 0 });
	crowd(&scene, fds, 2);
	cr_expect_not(serve_stopping());
	close_scene(&scene);
	cr_expect(serve_stopping());
	cr_expect_eq(scene.stops, 1);
	cr_expect_not(scene.ended_all);
	cr_expect(echoes(fds[0]), "what is under way is left alone");
}

Test(crew, ends_when_its_socket_is_none, .timeout = 60)
{
	struct scene scene = { .crew = { .most = 2,
					 .spare = 2,
					 .trim_ms = 1000,
					 .stop_ms = 1000,
					 .listener = -1,
					 .serve = echo,
					 .stop = note_stop,
					 .what = &scene } };

	crew_block_signals();
	cr_expect(crew_run(&scene.crew));
}

Test(crew, waits_on_a_kept_connection, .timeout = 60)
{
	int ends[2];

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	cr_expect_not(crew_await(ends[0], 1), "nothing came");
	cr_assert_eq(send(ends[1], "x", 1, 0), 1);
	cr_expect(crew_await(ends[0], 60000));
}
