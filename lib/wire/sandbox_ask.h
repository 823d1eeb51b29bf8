#ifndef WIRE_SANDBOX_ASK_H
#define WIRE_SANDBOX_ASK_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a model of the sandbox does. */
enum sandbox_manner {
	SANDBOX_ECHO,
	SANDBOX_LOREM,
	SANDBOX_TOOLS,
	SANDBOX_JSON,
	SANDBOX_THINK,
	SANDBOX_EMBED,
};

struct sandbox_model {
	const char *name;
	enum sandbox_manner manner;
};

/* Ends with an empty one. */
extern const struct sandbox_model sandbox_models[];

/* "lorem-200+pace=20", taken apart. */
struct sandbox_name {
	const char *full, *base; /* base is without the directives */
	enum sandbox_manner manner;
	int64_t number;	    /* behind the '-'; -1 when there is none */
	struct span script; /* behind the first '+' */
};

/* FAULT_NOT_FOUND for a name that the sandbox does not know. */
bool sandbox_name_read(struct arena *a, const char *full,
		       struct sandbox_name *name, struct fault *why);

/* A tool that may be called, with the schema of its arguments (or NULL). */
struct sandbox_tool {
	const char *name;
	json_t *schema;
};

enum { SANDBOX_STOPS = 4, SANDBOX_CHOICES = 128, SANDBOX_CALLS = 16 };

/*
 * A request in the sandbox's own terms, whatever dialect it came in. It points
 * into the request's JSON and into the arena.
 */
struct sandbox_ask {
	struct sandbox_name name;
	const char *script; /* the body member "sandbox", or NULL */
	const char *user, *tier;
	bool stream, show_usage, logprobs, show_prompt;
	size_t choices; /* for each prompt */
	size_t seed;
	int64_t max_tokens;
	struct span stops[SANDBOX_STOPS];
	size_t stop_count;

	const struct span *prompts; /* what was said last */
	size_t prompt_count;
	struct span request; /* what echo-request answers with */

	const struct sandbox_tool *tools;
	size_t tool_count, calls; /* calls to make at a time */
	bool tool_forced;
	const char *tool_results; /* what came back from tools, or NULL */
	json_t *schema;		  /* of the answer, or NULL */

	int64_t prompt_tokens, cached_tokens;
};

/* What all dialects of OpenAI's kind name alike: model, stream, n, max_tokens,
 * stop, seed, user. Sets everything else in ASK to nothing. */
bool sandbox_ask_read(struct arena *a, json_t *body, struct sandbox_ask *ask,
		      struct fault *why);

#endif
