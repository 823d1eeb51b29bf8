#ifndef HTTP_SANDBOX_PLAY_H
#define HTTP_SANDBOX_PLAY_H

#include "base/sink.h"
#include "wire/sandbox_dialect.h"

#include <stdint.h>

/* How an answer of the sandbox ended. */
enum sandbox_end {
	SANDBOX_ANSWERED, /* all of it was handed over */
	SANDBOX_REFUSED,  /* with an error's status */
	SANDBOX_BROKEN,	  /* in the middle, as the script wanted */
	SANDBOX_ABORTED,  /* the client left */
	SANDBOX_STOPPED,  /* the process was told to stop */
};

struct sandbox_outcome {
	enum sandbox_end end;
	int status;
	int64_t events; /* handed over; a whole answer is one */
};

/* Wait before the head. True when it is time for it; else OUTCOME says why
 * there will be none. */
bool sandbox_delay(const struct sink *sink, const struct sandbox_script *script,
		   struct sandbox_outcome *outcome);

/* Answer with events. */
struct sandbox_outcome sandbox_play_stream(
	const struct sink *sink, struct arena *a,
	const struct sandbox_dialect *dialect,
	const struct sandbox_answer *answer);

/* Answer with one JSON text, which would have taken TOKENS to write. */
struct sandbox_outcome sandbox_play_text(const struct sink *sink,
					 const struct sandbox_script *script,
					 const struct buf *text,
					 int64_t tokens);

/* Answer with an error. */
struct sandbox_outcome sandbox_play_error(const struct sink *sink,
					  const struct sandbox_script *script,
					  const struct sandbox_error *error);

#endif
