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
	const char *route; /* "fallback", ... */
	bool stream;
	bool wants_usage;   /* in a stream; whole answers always have it */
	int64_t max_tokens; /* of output, for each choice; 0: not given */
	int64_t choices;    /* how many answers are made: n, or best_of if that
			       is more, for each of a completion's prompts; 0
			       where no output is counted */

	/*
	 * What the prompt is made of: bytes of text (messages, tool calls,
	 * tool schemas, and whatever else may be put into it), and counts and
	 * bytes of what is not text. `file_bytes` and `audio_bytes` are the
	 * base64 that came along; `files` have only an address, so that
	 * their size is not known.
	 */
	int64_t text_bytes, messages, tools;
	int64_t images, files, file_bytes, audios, audio_bytes;

	/* How many prompts that is, each of which is answered for itself and
	 * must fit into the model's context alone, and the bytes of text in the
	 * longest, where there are several. */
	int64_t prompts, longest_bytes;

	/* Which parameters are used, as a comma list in the words of
	 * OpenRouter's supported_parameters: "max_tokens,tools,...". One that
	 * is null, an empty list of tools, or a feature that is switched off
	 * is not used. */
	const char *parameters;

	struct span provider; /* the routing object, as it stands */
	const char *user, *session, *service_tier;
};

/*
 * The most tokens that the prompt can have: no tokenizer in use makes more
 * than one token of a byte of text; a documented allowance for each message,
 * tool, image, file and audio comes on top (ask.c names their sources). What
 * a provider looks up by itself, for a web search, is not in it. It may be
 * more than a model's context, which no prompt can outgrow.
 */
int64_t ask_prompt_bound(const struct ask *ask);

/* How many it probably has: a token for each four bytes of text, rounded up,
 * and the allowances. The rule for all prompts that no provider has counted. */
int64_t ask_prompt_estimate(const struct ask *ask);

/* The same for the longest of several prompts. */
int64_t ask_longest_estimate(const struct ask *ask);

/* The most tokens that all prompts together can have where each has at most
 * CONTEXT; 0 (not known) for 0. */
int64_t ask_context(const struct ask *ask, int64_t context);

/* The same for output that was seen but not counted: BYTES / 4, rounded up. */
int64_t ask_output_estimate(int64_t bytes);

#endif
