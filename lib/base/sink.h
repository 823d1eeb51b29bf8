#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where an answer goes. What relays a provider's answer writes here and never
 * learns whether the client is behind FastCGI, CGI or a test's memory.
 */
struct sink {
	/* Add a header line; only before begin(). Both are copied. */
	void (*header)(void *state, const char *name, const char *value);

	/* Send the head, once. "text/event-stream" brings with it what keeps
	 * web servers from buffering. */
	bool (*begin)(void *state, int status, const char *type);

	/* False once the client is gone, then always false. */
	bool (*send)(void *state, const char *bytes, size_t len);
	bool (*flush)(void *state);

	/*
	 * A descriptor on which any event means that the client has gone (the
	 * request's body has been read), and the events to poll for; -1 when
	 * there is nothing to watch.
	 */
	int (*watch)(void *state, short *events);

	/* The process has been told to stop: end what is under way. */
	bool (*stopping)(void *state);

	void *state;
};

#endif
