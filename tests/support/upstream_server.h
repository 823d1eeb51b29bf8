#ifndef SUPPORT_UPSTREAM_SERVER_H
#define SUPPORT_UPSTREAM_SERVER_H

#include <stddef.h>

/*
 * A make-believe provider at 127.0.0.1, in threads of the test's process. It
 * reads each request whole and answers it by playing a script; it counts and
 * remembers what it saw.
 */
enum upstream_act {
	UPSTREAM_END,	/* of the script: wait for the next request */
	UPSTREAM_SAY,	/* send `text`, `len` bytes or up to its NUL */
	UPSTREAM_SPELL, /* the same, a byte at a time */
	UPSTREAM_FLOOD, /* send `text` over and over, `times` times */
	UPSTREAM_PAUSE, /* for `times` milliseconds */
	UPSTREAM_SHUT,	/* close the connection */
	UPSTREAM_RESET, /* break it, so that the peer gets an error */
	UPSTREAM_HOLD,	/* do nothing until the peer has closed it */
};

struct upstream_step {
	enum upstream_act act;
	const char *text;
	size_t len;
	int times;
};

struct upstream_server;

/* SCRIPTS[n] answers request n of the server, counted over all connections;
 * the last before the NULL answers all that follow. They must outlive it. */
struct upstream_server *upstream_server_new(
	const struct upstream_step *const *scripts);
void upstream_server_free(struct upstream_server *s);

int upstream_server_port(const struct upstream_server *s);

/* "http://127.0.0.1:PORT"; lives as long as the server. */
const char *upstream_server_url(const struct upstream_server *s);

int upstream_server_connections(struct upstream_server *s);
int upstream_server_requests(struct upstream_server *s);

/* Request N (from 0) as it came, head and body, with a NUL behind it; and the
 * number of the connection it came on. */
const char *upstream_server_request(struct upstream_server *s, int n);
int upstream_server_connection_of(struct upstream_server *s, int n);

/* Wait until COUNT connections have ended, from either side, but no longer
 * than some seconds; how many then have. */
int upstream_server_wait_ended(struct upstream_server *s, int count);

/* A socket that listens at *PORT of 127.0.0.1 and that nobody serves. */
int upstream_server_door(int *port);

/* A port of 127.0.0.1 on which nobody listens. */
int upstream_server_free_port(void);

#endif
