#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/exchange.h"

/* How an error looks to the clients of an endpoint. */
enum reply_dialect {
	REPLY_OPENAI, /* OpenAI's, with OpenRouter's code and metadata */
	REPLY_DIALECTS,
};

/*
 * Answer with the fault. When the answer has begun its status is spent, and
 * the log is all there is. The text of a FAULT_INTERNAL is never shown to
 * clients. Where requests are logged, its text is in the request's line; else
 * it gets a line of its own if it is ours (5xx) or could not be told.
 */
void reply_fault(struct exchange *x, enum reply_dialect dialect,
		 const struct fault *why);

/* Log a fault that the answer does not tell: in the request's line, or in one
 * of its own. */
void reply_log(struct exchange *x, const struct fault *why);

#endif
