#ifndef SUPPORT_UPSTREAM_EAR_H
#define SUPPORT_UPSTREAM_EAR_H

#include "base/buf.h"
#include "upstream/call.h"

/*
 * An ear that remembers what it heard, and says stop where it is told to. It
 * fails the test when it is called after it has said so.
 */
struct upstream_ear {
	struct call_ear ear;

	/* Given: each 0 is never. */
	bool stop_in_head;
	size_t stop_after; /* bytes of body */
	int stop_at_tick;
	int break_off_fd; /* closed when the first piece of body comes */

	/* Heard. */
	struct call_head head;
	char type[256], request_id[256];
	struct buf body;
	size_t length; /* also of what `body` has no room for */
	int heads, pieces, ticks;
	bool stopped;
};

void upstream_ear_init(struct upstream_ear *e);
void upstream_ear_done(struct upstream_ear *e);

/* A GET of URL whose clocks would all end a test that hangs. */
struct call upstream_call(const char *url);

#endif
