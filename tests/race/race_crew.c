/*
 * Many clients at a crew that grows, answers through serve_one() and stops
 * while they are at it. What a thread sanitizer is to look at; by itself it
 * checks that nobody who was accepted is left without an answer.
 */
#include "base/hash.h"
#include "http/crew.h"
#include "http/listen.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS = 8, VISITS = 300 };

struct scene {
	struct listener listener;
	struct suite suite;
	atomic_int answered, unanswered;
	pthread_t clients[CLIENTS];
	pthread_t director;
};

/* ------------------------------------------------- the suite's side */

static const char *variable(void *state, const char *name)
{
	(void)state;
	return !strcmp(name, "REQUEST_URI") ? "/v1/x" : NULL;
}

static size_t nothing(void *state, char *bytes, size_t room)
{
	(void)state;
	memset(bytes, 0, room);
	return 0;
}

static bool never(void *state)
{
	(void)state;
	return false;
}

static bool give(void *state, const char *bytes, size_t len)
{
	return send(*(int *)state, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool flush(void *state)
{
	(void)state;
	return true;
}

static int watch(void *state, short *events)
{
	*events = 0;
	return *(int *)state;
}

static bool answer(struct exchange *x, struct fault *why)
{
	return exchange_json(x, 200, json_pack("[b]", serve_stopping()), why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/x", .answer = answer },
	{ 0 },
};

static const struct program program = { .name = "race", .routes = routes };

static void visit(void *what, int connection)
{
	struct scene *scene = what;
	struct channel channel = {
		.variable = variable,
		.read = nothing,
		.cut = never,
		.write = give,
		.flush = flush,
		.watch = watch,
		.state = &connection,
	};
	char byte;

	if (recv(connection, &byte, 1, 0) == 1)
		serve_one(&program, &scene->suite, &channel);
	close(connection);
}

static void stop(void *what)
{
	struct scene *scene = what;

	listen_end(&scene->listener);
}

/* ------------------------------------------------ the clients' side */

static bool ask(const struct scene *scene)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[1000];
	bool got;

	memcpy(at.sun_path, scene->listener.path, strlen(scene->listener.path));
	got = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	      send(fd, "x", 1, MSG_NOSIGNAL) == 1 &&
	      recv(fd, text, sizeof(text), MSG_WAITALL) > 0;
	close(fd);
	return got;
}

static void *be_client(void *what)
{
	struct scene *scene = what;

	for (int i = 0; i < VISITS; i++)
		atomic_fetch_add(
			ask(scene) ? &scene->answered : &scene->unanswered, 1);
	return NULL;
}

/* The last of them gone, the house is closed. */
static void *direct(void *what)
{
	struct scene *scene = what;

	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&scene->clients[i], NULL, be_client, scene);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(scene->clients[i], NULL);
	kill(getpid(), SIGTERM);
	return NULL;
}

int main(void)
{
	static const struct settings settings = { .body_limit = 1000 };
	static struct scene scene;
	char path[64];
	struct crew crew = {
		.most = 20,
		.spare = 2,
		.trim_ms = 20,
		.stop_ms = 5000,
		.serve = visit,
		.stop = stop,
		.what = &scene,
	};
	bool all;

	snprintf(path, sizeof(path), "/tmp/race_crew_%ld", (long)getpid());
	hash_init();
	crew_block_signals();
	scene.suite.settings = &settings;
	if (!listen_at(path, &scene.listener, NULL))
		return EXIT_FAILURE;
	crew.listener = scene.listener.fd;
	pthread_create(&scene.director, NULL, direct, &scene);
	all = crew_run(&crew);
	pthread_join(scene.director, NULL);
	printf("%d answered, %d not\n", scene.answered, scene.unanswered);
	return all && !scene.unanswered ? EXIT_SUCCESS : EXIT_FAILURE;
}
