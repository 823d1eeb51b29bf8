#ifndef WIRE_OPENAI_H
#define WIRE_OPENAI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/tokens.h"
#include "wire/ask.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * OpenAI's chat completions, legacy completions and embeddings, on both sides
 * at once: bytes go through as they are, and only what must change is spliced.
 */

/*
 * Read a client's request. FAULT_BAD_REQUEST in whole sentences for what is
 * malformed, or given twice where it routes or holds; members that are not
 * known are nobody's business here. Chat also takes `prompt`, a text, in place
 * of `messages`. What ASK points to lives in A or BODY.
 */
bool openai_read_chat(struct arena *a, struct span body, struct ask *ask,
		      struct fault *why);
bool openai_read_completion(struct arena *a, struct span body, struct ask *ask,
			    struct fault *why);
bool openai_read_embedding(struct arena *a, struct span body, struct ask *ask,
			   struct fault *why);

/*
 * The same request for a provider: the model named as the provider names it;
 * what is the gateway's own left out (models, route, provider, plugins,
 * transforms, preset, session_id, trace, debug, and usage where it is an
 * object); stream_options.include_usage asked for in every stream, unless the
 * provider has QUIRK_NO_STREAM_OPTIONS (then, as without a stream,
 * stream_options goes); max_tokens set to CLAMP unless that is 0, and renamed
 * with QUIRK_MAX_COMPLETION_TOKENS; a chat's `prompt` made its only message.
 * All other bytes stay. BODY must have been read by one of the above.
 */
struct openai_request {
	const char *model;
	int64_t clamp;
	unsigned quirks;
	bool completion; /* no chat: `prompt` and `messages` stay */
};
void openai_write_request(struct span body, const struct openai_request *how,
			  struct buf *out);

/*
 * What a whole answer or one chunk of a stream says. Spans point into its
 * text.
 */
struct openai_facts {
	struct span root; /* the object, without white space around it */
	struct span id;	  /* its value, with quotes; none: `at` is NULL */
	struct span model;
	struct span provider; /* the member that an upstream gateway adds */
	struct span usage;

	bool choices; /* there is at least one choice, or embedding */
	bool content; /* and one carries text, reasoning, refusal, a tool call
			 or audio: a role or an empty delta is none */
	bool called;  /* and one calls tools */
	int64_t text_bytes; /* of them, decoded; of audio its transcript */

	/* The first choice's; NULL or none where it is absent or null. `finish`
	 * is one of OpenRouter's words: stop, length, tool_calls,
	 * content_filter, error. */
	const char *finish;
	struct span native_finish; /* with quotes */
	bool finished;		   /* each choice in it has one */

	enum tokens_state usage_state;
	struct tokens tokens; /* valid when TOKENS_GIVEN */

	bool error; /* an `error` member, also of a choice, or an error as the
		       finish */
	struct span error_message; /* with quotes; may be none */
	struct span error_code;	   /* number or string; may be none */
};

/* False when TEXT is not a JSON object. Of embeddings each is content, and a
 * total of tokens is enough to count them. */
bool openai_read_answer(struct span text, struct openai_facts *facts);
bool openai_read_embeddings(struct span text, struct openai_facts *facts);

/* How an answer is dressed for our client. Amounts are decimal text. */
struct openai_dress {
	const char *id, *model, *provider;
	bool completion; /* legacy text completions, for chunks of our own */
	bool called;	 /* an earlier chunk's facts had `called` */
	int64_t created; /* Unix seconds, for chunks of our own */

	/* Show usage with its cost? Then TOKENS says what is shown where the
	 * provider gave none. `nulls`: a usage that is null stays. */
	bool usage, nulls;
	const struct tokens *tokens;
	const char *cost, *prompt_cost, *completion_cost;
};

/*
 * The same bytes with id and model replaced, `provider` set, and usage shown
 * with cost, is_byok and cost_details, or left out. A finish_reason that is
 * not one of OpenAI's words becomes one, and native_finish_reason, where it is
 * not there, keeps the provider's. An `error` that is null goes: clients take
 * it for an error.
 */
void openai_write_answer(const struct openai_facts *facts,
			 const struct openai_dress *dress, struct buf *out);

/* The same as an event of a stream: a data line, whatever line breaks the JSON
 * had, and a blank one. */
void openai_write_event(const struct openai_facts *facts,
			const struct openai_dress *dress, struct buf *out);

/* Chunks of our own, as JSON without the "data: ". The error's form is that
 * of OpenRouter's section 5.4. */
void openai_error_chunk(const struct openai_dress *dress, int status,
			const char *message, const char *error_type,
			struct buf *out);
void openai_finish_chunk(const struct openai_dress *dress, const char *finish,
			 struct buf *out);
void openai_usage_chunk(const struct openai_dress *dress, struct buf *out);

#endif
