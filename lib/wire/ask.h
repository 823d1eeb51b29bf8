#ifndef WIRE_ASK_H
#define WIRE_ASK_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What routing, holding and metering need to know of a client's request,
 * whatever dialect it came in. Texts are in memory of the arena that it was
 * read with; NULL where they were not given.
 */
struct ask {
	const char *model;
	const char *const *models; /* in order, after `model` */
	size_t models_count;
	bool stream;
	bool wants_usage;   /* in a stream; whole answers always have it */
	int64_t max_tokens; /* of output, for each choice; 0: not given */
	int64_t choices;    /* n; 1 when not given */

	/* What the prompt is made of: bytes of text (messages, tool calls,
	 * tool schemas), and counts and bytes of what is not text. */
	int64_t text_bytes, messages, tools;
	int64_t images, files, file_bytes, audios, audio_bytes;

	/* Which parameters are there, as a comma list in the words of
	 * OpenRouter's supported_parameters: "max_tokens,tools,...". */
	const char *parameters;

	struct span provider; /* the routing object, as it stands */
	const char *user, *session, *service_tier;
};

/*
 * The most tokens that the prompt can have: no tokenizer in use makes more
 * than one token of a byte of text; a documented allowance for each message,
 * tool, image, file and audio comes on top (ask.c names their sources).
 */
int64_t ask_prompt_bound(const struct ask *ask);

/* How many it probably has: a token for each four bytes of text, rounded up,
 * and the allowances. The rule for all prompts that no provider has counted. */
int64_t ask_prompt_estimate(const struct ask *ask);

/* The same for output that was seen but not counted: BYTES / 4, rounded up. */
int64_t ask_output_estimate(int64_t bytes);

#endif
