#ifndef HTTP_CHANNEL_H
#define HTTP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where a request comes from and its answer goes: FastCGI, plain CGI, or a
 * test's memory. Everything above this line is the same for all three.
 */
struct channel {
	/* A CGI variable, or NULL. */
	const char *(*variable)(void *state, const char *name);
	/* Up to ROOM bytes of body; 0 at its end. */
	size_t (*read)(void *state, char *bytes, size_t room);
	/* Did the body end because the client broke off? */
	bool (*cut)(void *state);
	/* False once the client is gone, and from then on. */
	bool (*write)(void *state, const char *bytes, size_t len);
	bool (*flush)(void *state);
	/* A descriptor on which, once the body has been read, any event means
	 * that the client is gone; -1 when there is none. */
	int (*watch)(void *state, short *events);
	void *state;
};

#endif
