#include "support/upstream_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, REQUESTS_MAX = 1024, REQUEST_MAX = 16 << 20 };

struct peer {
	struct upstream_server *server;
	pthread_t thread;
	int fd, number;
};

struct upstream_server {
	const struct upstream_step *const *scripts;
	int fd, port;
	char url[64];
	pthread_t thread;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t news;
	bool stopping;
	int connections, requests, ended;
	struct peer peers[CONNECTIONS_MAX];
	char *request[REQUESTS_MAX];
	int connection_of[REQUESTS_MAX];
};

static bool stopping(struct upstream_server *s)
{
	bool stop;

	pthread_mutex_lock(&s->lock);
	stop = s->stopping;
	pthread_mutex_unlock(&s->lock);
	return stop;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool spell(int fd, const char *bytes, size_t len)
{
	for (; len; bytes++, len--)
		if (!send_all(fd, bytes, 1))
			return false;
	return true;
}

static bool flood(int fd, const char *bytes, size_t len, int times)
{
	for (; times > 0; times--)
		if (!send_all(fd, bytes, len))
			return false;
	return true;
}

static bool rest(struct upstream_server *s, int ms)
{
	for (; ms > 0 && !stopping(s); ms -= 10)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	return true;
}

/* Closing with this option set sends RST instead of FIN. */
static bool reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return false;
}

static bool hold(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, 0) > 0)
		;
	return false;
}

/* False when the connection is to be closed. */
static bool act(const struct peer *p, const struct upstream_step *step)
{
	size_t len = step->len || !step->text ? step->len : strlen(step->text);

	switch (step->act) {
	case UPSTREAM_SAY: return send_all(p->fd, step->text, len);
	case UPSTREAM_SPELL: return spell(p->fd, step->text, len);
	case UPSTREAM_FLOOD: return flood(p->fd, step->text, len, step->times);
	case UPSTREAM_PAUSE: return rest(p->server, step->times);
	case UPSTREAM_RESET: return reset(p->fd);
	case UPSTREAM_HOLD: return hold(p->fd);
	case UPSTREAM_SHUT:
	case UPSTREAM_END: break;
	}
	return false;
}

/* Remember the request and find what answers it. Takes the text. */
static const struct upstream_step *note_request(const struct peer *p,
						char *text)
{
	struct upstream_server *s = p->server;
	const struct upstream_step *const *script = s->scripts;
	int n;

	pthread_mutex_lock(&s->lock);
	n = s->requests++;
	assert(n < REQUESTS_MAX);
	s->request[n] = text;
	s->connection_of[n] = p->number;
	pthread_cond_broadcast(&s->news);
	pthread_mutex_unlock(&s->lock);
	while (n-- > 0 && script[1])
		script++;
	return *script;
}

/* Bytes of the request TEXT once it is whole; 0 while its head is not. */
static size_t whole_length(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *field = strcasestr(text, "\r\ncontent-length:");
	size_t body = 0;

	if (!end)
		return 0;
	if (field && field < end)
		body = strtoul(field + strlen("\r\ncontent-length:"), NULL, 10);
	return (size_t)(end + 4 - text) + body;
}

/* One request, with a NUL behind it; NULL when the peer is gone first. */
static char *read_request(int fd)
{
	size_t len = 0, room = 4096, whole = 0;
	char *text = calloc(1, room);

	while (text && (!whole || len < whole)) {
		ssize_t n = recv(fd, text + len, room - len - 1, 0);

		if (n <= 0 || room > REQUEST_MAX) {
			free(text);
			return NULL;
		}
		len += (size_t)n;
		text[len] = '\0';
		whole = whole ? whole : whole_length(text);
		if (room - len < 2048) {
			room *= 2;
			text = realloc(text, room);
		}
	}
	return text;
}

static void *serve(void *arg)
{
	struct peer *p = arg;
	struct upstream_server *s = p->server;
	bool open = true;
	char *request;

	while (open && (request = read_request(p->fd))) {
		const struct upstream_step *step = note_request(p, request);

		for (; open && step->act != UPSTREAM_END; step++)
			open = act(p, step);
	}
	pthread_mutex_lock(&s->lock);
	close(p->fd);
	p->fd = -1;
	s->ended++;
	pthread_cond_broadcast(&s->news);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void welcome(struct upstream_server *s, int fd)
{
	struct peer *p;

	pthread_mutex_lock(&s->lock);
	assert(s->connections < CONNECTIONS_MAX);
	p = &s->peers[s->connections];
	*p = (struct peer){ .server = s, .fd = fd, .number = s->connections++ };
	assert(!pthread_create(&p->thread, NULL, serve, p));
	pthread_mutex_unlock(&s->lock);
}

static void *listen_on(void *arg)
{
	struct upstream_server *s = arg;
	struct pollfd door = { .fd = s->fd, .events = POLLIN };

	while (!stopping(s)) {
		if (poll(&door, 1, 20) == 1)
			welcome(s, accept(s->fd, NULL, NULL));
	}
	return NULL;
}

static int bind_any(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0);
	assert(!bind(fd, (struct sockaddr *)&at, len));
	assert(!getsockname(fd, (struct sockaddr *)&at, &len));
	*port = ntohs(at.sin_port);
	return fd;
}

struct upstream_server *upstream_server_new(
	const struct upstream_step *const *scripts)
{
	struct upstream_server *s = calloc(1, sizeof(*s));

	assert(s);
	s->scripts = scripts;
	s->fd = bind_any(&s->port);
	assert(!listen(s->fd, CONNECTIONS_MAX));
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", s->port);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->news, NULL);
	assert(!pthread_create(&s->thread, NULL, listen_on, s));
	return s;
}

void upstream_server_free(struct upstream_server *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	close(s->fd);
	pthread_mutex_lock(&s->lock);
	for (int i = 0; i < s->connections; i++)
		if (s->peers[i].fd >= 0)
			shutdown(s->peers[i].fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < s->connections; i++)
		pthread_join(s->peers[i].thread, NULL);
	for (int i = 0; i < s->requests; i++)
		free(s->request[i]);
	pthread_cond_destroy(&s->news);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int upstream_server_port(const struct upstream_server *s)
{
	return s->port;
}

const char *upstream_server_url(const struct upstream_server *s)
{
	return s->url;
}

static int look_up(struct upstream_server *s, const int *number)
{
	int value;

	pthread_mutex_lock(&s->lock);
	value = *number;
	pthread_mutex_unlock(&s->lock);
	return value;
}

int upstream_server_connections(struct upstream_server *s)
{
	return look_up(s, &s->connections);
}

int upstream_server_requests(struct upstream_server *s)
{
	return look_up(s, &s->requests);
}

const char *upstream_server_request(struct upstream_server *s, int n)
{
	assert(n < upstream_server_requests(s));
	return s->request[n];
}

int upstream_server_connection_of(struct upstream_server *s, int n)
{
	assert(n < upstream_server_requests(s));
	return s->connection_of[n];
}

int upstream_server_wait_ended(struct upstream_server *s, int count)
{
	struct timespec until;
	int ended, late = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&s->lock);
	while (s->ended < count && !late)
		late = pthread_cond_timedwait(&s->news, &s->lock, &until);
	ended = s->ended;
	pthread_mutex_unlock(&s->lock);
	return ended;
}

int upstream_server_door(int *port)
{
	int fd = bind_any(port);

	assert(!listen(fd, 16));
	return fd;
}

int upstream_server_free_port(void)
{
	int port, fd = bind_any(&port);

	close(fd);
	return port;
}
