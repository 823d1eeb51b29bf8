#ifndef RELAY_TRADE_H
#define RELAY_TRADE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "wire/ask.h"
#include "wire/openai.h"

#include <stdbool.h>

/*
 * What kind of work a client asks for: where it is asked for, what its
 * requests and whole answers are, and which models do it. Everything between
 * is the same for all of them.
 */
struct trade {
	const char *operation;	  /* its name in the books */
	const char *path;	  /* behind a provider's base URL */
	const char *one;	  /* "a choice": an answer without is none */
	bool completion;	  /* see openai.h */
	bool verbatim;		  /* passed on as it is: no clamp, no dress */
	const char *const *makes; /* see route.h */

	bool (*read)(struct arena *a, struct span body, struct ask *ask,
		     struct fault *why);
	bool (*read_answer)(struct span text, struct openai_facts *facts);
};

extern const struct trade TRADE_CHAT, TRADE_COMPLETION, TRADE_EMBEDDING;

/* A provider's own API (proxy.h); has no functions. */
extern const struct trade TRADE_PROXY;

#endif
