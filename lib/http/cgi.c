#include "http/cgi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *variable(void *state, const char *name)
{
	(void)state;
	return getenv(name);
}

/* Without a length there is a body only if it came in chunks, which some web
 * servers do not say of a method that usually has one. */
static int64_t body_length(void)
{
	const char *text = getenv("CONTENT_LENGTH");
	const char *method = getenv("REQUEST_METHOD");
	char *end;
	long long len;

	if (text && *text) {
		len = strtoll(text, &end, 10);
		return *end || len < 0 ? -1 : len;
	}
	return getenv("HTTP_TRANSFER_ENCODING") || !method ||
			       (strcmp(method, "GET") != 0 &&
				strcmp(method, "HEAD") != 0 &&
				strcmp(method, "OPTIONS") != 0 &&
				strcmp(method, "DELETE") != 0)
		       ? -1
		       : 0;
}

static size_t take(void *state, char *bytes, size_t room)
{
	struct cgi *cgi = state;
	ssize_t got;

	if (cgi->left >= 0 && (size_t)cgi->left < room)
		room = (size_t)cgi->left;
	if (!room)
		return 0;
	do
		got = read(STDIN_FILENO, bytes, room);
	while (got < 0 && errno == EINTR);
	if (got > 0 && cgi->left > 0)
		cgi->left -= got;
	cgi->cut = got < 0 || (!got && cgi->left > 0);
	return got > 0 ? (size_t)got : 0;
}

static bool cut(void *state)
{
	return ((struct cgi *)state)->cut;
}

/* Is there room for some bytes before the client's time is over? */
static bool is_ready(const struct cgi *cgi)
{
	struct pollfd poll_out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	int timeout = cgi->send_ms < INT_MAX ? (int)cgi->send_ms : INT_MAX;
	int ready;

	do
		ready = poll(&poll_out, 1, timeout);
	while (ready < 0 && errno == EINTR);
	return ready > 0 && !(poll_out.revents & (POLLERR | POLLHUP));
}

/* How much was written; 0 or less when the client is gone. A blocking
 * descriptor that is ready takes a pipe's smallest room without blocking, and
 * `out` is no larger than that. */
static ssize_t write_some(const struct cgi *cgi, size_t at)
{
	ssize_t done;

	do
		done = is_ready(cgi) ? write(STDOUT_FILENO, cgi->out + at,
					     cgi->len - at)
				     : 0;
	while (done < 0 && errno == EINTR);
	return done;
}

static bool flush(void *state)
{
	struct cgi *cgi = state;

	for (size_t at = 0; at < cgi->len && !cgi->gone;) {
		ssize_t done = write_some(cgi, at);

		cgi->gone = done <= 0;
		at += cgi->gone ? 0 : (size_t)done;
	}
	cgi->len = 0;
	return !cgi->gone;
}

static bool give(void *state, const char *bytes, size_t len)
{
	struct cgi *cgi = state;

	while (len && !cgi->gone) {
		size_t room = sizeof(cgi->out) - cgi->len;
		size_t part = len < room ? len : room;

		memcpy(cgi->out + cgi->len, bytes, part);
		cgi->len += part;
		bytes += part;
		len -= part;
		if (cgi->len == sizeof(cgi->out))
			flush(cgi);
	}
	return !cgi->gone;
}

/* An error or hang-up is reported without being asked for. */
static int watch(void *state, short *events)
{
	(void)state;
	*events = 0;
	return STDOUT_FILENO;
}

void cgi_init(struct cgi *cgi, int64_t send_ms)
{
	cgi->send_ms = send_ms;
	cgi->left = body_length();
	cgi->cut = false;
	cgi->gone = false;
	cgi->len = 0;
}

void cgi_end(struct cgi *cgi)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	flush(cgi);
	if (nowhere >= 0)
		dup2(nowhere, STDOUT_FILENO);
}

struct channel cgi_channel(struct cgi *cgi)
{
	return (struct channel){
		.variable = variable,
		.read = take,
		.cut = cut,
		.write = give,
		.flush = flush,
		.watch = watch,
		.state = cgi,
	};
}
