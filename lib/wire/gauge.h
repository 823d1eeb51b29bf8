#ifndef WIRE_GAUGE_H
#define WIRE_GAUGE_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Watches an answer go by, whole or streamed, in pieces of any size and in
 * constant memory, for what it says of usage: the objects called "usage" or
 * "usageMetadata" that are not deep inside it. What is no JSON is passed over.
 */
enum { GAUGE_ROOM = 4096, GAUGE_NAME = 24 };

struct gauge {
	/* Told of each such object, as it stands. */
	void (*tell)(void *who, struct span usage);
	void *who;

	/* Decoded or nearly so: the bytes of what a model said. */
	int64_t text_bytes;
	bool finished; /* it has told why it ended */

	/* Private. */
	bool events;   /* JSON comes in the data lines of an event stream */
	bool skipping; /* a line that is none of them */
	size_t column;
	uint64_t objects; /* a bit for each level: is it an object? */
	unsigned depth;
	bool in_string, escaped, naming, in_name, spoken, valued;
	char name[GAUGE_NAME];
	size_t name_len;
	bool catching;
	unsigned caught_depth;
	size_t caught_len;
	char caught[GAUGE_ROOM];
};

/* EVENTS: the answer is a stream of server-sent events. */
void gauge_init(struct gauge *g, bool events,
		void (*tell)(void *who, struct span usage), void *who);
void gauge_feed(struct gauge *g, const char *bytes, size_t len);

#endif
