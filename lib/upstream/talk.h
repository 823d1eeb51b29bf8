#ifndef UPSTREAM_TALK_H
#define UPSTREAM_TALK_H

#include "upstream/call.h"
#include "upstream/head.h"

#include <curl/curl.h>

/*
 * One call while it is under way: where it has got to, since when, and how it
 * ended. curl calls the talk_on_... functions; they pass the answer to the
 * ear, and never again once the call is over.
 */
enum talk_phase {
	TALK_CONNECTING,
	TALK_ASKING,	/* the request is being sent, or has been */
	TALK_ANSWERING, /* the answer's head has come */
};

struct talk {
	CURL *easy;
	const struct call *call;
	const struct call_ear *ear;
	enum talk_phase phase;

	bool over;
	enum call_end end;
	const char *why; /* a constant text */

	/* Microseconds of clock_ticks_us(); 0 is not yet. */
	int64_t began, connected, first_byte;
	int64_t since; /* what the phase's clock is counted from */
	int64_t heard; /* when the ear was last called */

	curl_off_t uploaded;
	int64_t read; /* of the body's file */
	size_t head_bytes, body_bytes;
	struct head head;
};

enum {
	TALK_PIECE = 16 * 1024,	      /* curl's buffers, each way */
	TALK_HEAD_LIMIT = 64 * 1024,  /* of all lines that are not body */
	TALK_RATIO = 200,	      /* a body may unpack to so many times */
	TALK_RESEND_US = 1000 * 1000, /* see talk_on_connected() */
};

void talk_begin(struct talk *t, CURL *easy, const struct call *call,
		const struct call_ear *ear);

/* The first end counts. */
void talk_end(struct talk *t, enum call_end end, const char *why);

/*
 * See to the clocks and the tick. The time until one of them wants to be seen
 * to again, in milliseconds; what it says of a talk that is over is no matter.
 */
int talk_look(struct talk *t);

/* For curl; WHO is the talk. */
int talk_on_connected(void *who, char *there, char *here, int there_port,
		      int here_port);
size_t talk_on_read(char *bytes, size_t one, size_t room, void *who);
int talk_on_seek(void *who, curl_off_t offset, int origin);
size_t talk_on_head(char *line, size_t one, size_t len, void *who);
size_t talk_on_body(char *bytes, size_t one, size_t len, void *who);

#endif
