#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/exchange.h"

/* How an error looks to the clients of an endpoint. */
enum reply_dialect {
	REPLY_OPENAI, /* OpenAI's, with OpenRouter's code and metadata */
	REPLY_DIALECTS,
};

/*
 * Answer with the fault and log it if it is ours (5xx). When the answer has
 * begun its status is spent, and the log is all there is. The text of a
 * FAULT_INTERNAL is never shown to clients.
 */
void reply_fault(struct exchange *x, enum reply_dialect dialect,
		 const struct fault *why);

/* Log a fault that the answer does not tell. */
void reply_log(const struct exchange *x, const struct fault *why);

#endif
