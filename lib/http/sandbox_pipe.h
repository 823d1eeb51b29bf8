#ifndef HTTP_SANDBOX_PIPE_H
#define HTTP_SANDBOX_PIPE_H

#include "base/buf.h"
#include "base/sink.h"
#include "wire/sandbox_gzip.h"
#include "wire/sandbox_script.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The way from what the sandbox says to the client: it gathers, and writes the
 * way the script asks for (packed, with CR LF, byte by byte).
 */
struct sandbox_pipe {
	struct sink sink;
	const struct sandbox_script *script;
	bool lines;	/* line ends are the format's own: a stream of events */
	struct buf out; /* made, and not yet handed over */
	struct sandbox_gzip gzip;
};

void sandbox_pipe_init(struct sandbox_pipe *p, const struct sink *sink,
		       const struct sandbox_script *script);
void sandbox_pipe_done(struct sandbox_pipe *p);

/* Send the head, with what the script adds to it. */
bool sandbox_pipe_begin(struct sandbox_pipe *p, int status, const char *type);

/* Hand over what has been gathered; false when the client is gone. */
bool sandbox_pipe_flush(struct sandbox_pipe *p);

/* The end of the answer: what has been gathered and what packing needs. */
bool sandbox_pipe_end(struct sandbox_pipe *p);

/* The largest whole answer, in bytes. */
enum { SANDBOX_WHOLE = 64 << 20 };

enum sandbox_wait {
	SANDBOX_WAITED,
	SANDBOX_LEFT,	/* the client has */
	SANDBOX_BIDDEN, /* the process was told to stop */
};

/* Wait so many milliseconds, or less when there is a reason. What has been
 * gathered is handed over first, if there is anything to wait. */
enum sandbox_wait sandbox_pipe_wait(struct sandbox_pipe *p, int64_t ms);

#endif
