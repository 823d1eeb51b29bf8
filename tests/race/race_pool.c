/*
 * Many threads call through one pool: names looked up and connections handed
 * round, kept, closed by either side. Meant for the thread sanitizer, to which
 * the server of its own is one more thing to look at.
 */
#include "upstream/call.h"
#include "upstream/pool.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 24, CALLS = 120, CLOSES_AFTER = 17, STOPS_AT = 5 };

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static bool read_request(int fd)
{
	char bytes[4096];
	size_t len = 0;

	do {
		ssize_t n = recv(fd, bytes + len, sizeof(bytes) - len - 1, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		bytes[len] = '\0';
	} while (!strstr(bytes, "\r\n\r\n"));
	return true;
}

static void *serve(void *arg)
{
	int fd = *(int *)arg;

	free(arg);
	for (int i = 0; i < CLOSES_AFTER && read_request(fd); i++)
		send(fd, ANSWER, strlen(ANSWER), MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

/* Ends when the door is shut. */
static void *welcome(void *arg)
{
	const int *door = arg;
	pthread_t thread;

	for (;;) {
		int fd = accept(*door, NULL, NULL), *own = malloc(sizeof(fd));

		if (fd < 0 || !own) {
			free(own);
			return NULL;
		}
		*own = fd;
		if (pthread_create(&thread, NULL, serve, own))
			return NULL;
		pthread_detach(thread);
	}
}

static int open_door(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) ||
	    listen(fd, THREADS) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		perror("race_pool");
		exit(1);
	}
	*port = ntohs(at.sin_port);
	return fd;
}

struct caller {
	struct pool *pool;
	int port, number;
	bool stops;
	size_t heard;
	int passed, failed;
};

static bool hear_head(void *who, const struct call_head *head)
{
	(void)who;
	return head->status == 200;
}

static bool hear_body(void *who, const char *bytes, size_t len)
{
	struct caller *c = who;

	(void)bytes;
	c->heard += len;
	return !c->stops;
}

static void *make_calls(void *arg)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost" };
	struct caller *c = arg;
	const struct call_ear ear = { .head = hear_head,
				      .body = hear_body,
				      .who = c };
	char url[64];

	for (int i = 0; i < CALLS; i++) {
		struct call call = { .method = "GET", .url = url, .watch = -1 };
		struct call_report report;
		enum call_end end;

		snprintf(url, sizeof(url), "http://%s:%d/",
			 hosts[(i + c->number) % 2], c->port);
		c->heard = 0;
		c->stops = i % STOPS_AT == 0;
		end = call_run(c->pool, &call, &ear, &report);
		if (end == (c->stops ? CALL_STOPPED : CALL_DONE) &&
		    c->heard == 5)
			c->passed++;
		else
			c->failed++;
	}
	return NULL;
}

int main(void)
{
	static struct caller callers[THREADS];
	pthread_t threads[THREADS], server;
	struct pool *pool = pool_new();
	int port, door = open_door(&port), passed = 0, failed = 0;

	if (pthread_create(&server, NULL, welcome, &door))
		return 1;
	for (int i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){ .pool = pool,
					      .port = port,
					      .number = i };
		if (pthread_create(&threads[i], NULL, make_calls, &callers[i]))
			return 1;
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		passed += callers[i].passed;
		failed += callers[i].failed;
	}
	pool_free(pool);
	shutdown(door, SHUT_RDWR);
	pthread_join(server, NULL);
	close(door);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
