#ifndef WIRE_SANDBOX_ANSWER_H
#define WIRE_SANDBOX_ANSWER_H

#include "base/arena.h"
#include "base/buf.h"
#include "wire/sandbox_ask.h"
#include "wire/sandbox_script.h"
#include "wire/sandbox_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_call {
	const char *id, *name;
	struct sandbox_text arguments;
};

struct sandbox_choice {
	struct sandbox_text reasoning, content;
	const struct sandbox_call *calls;
	size_t call_count;
	const char *finish; /* as OpenAI names it */
};

/* What is going to be answered, without a byte of it made yet. */
struct sandbox_answer {
	const struct sandbox_ask *ask;
	const struct sandbox_script *script;
	const char *id, *tag; /* the tag is what ids end in: 16 hex digits */
	const char *fingerprint;
	int64_t created; /* seconds since 1970 */
	const struct sandbox_choice *choices;
	size_t count;
	const char *head; /* what the dialect begins its events with */
};

/* Decide what to answer. ANSWER's id, tag, fingerprint, created and head are
 * the caller's. */
void sandbox_plan(struct arena *a, const struct sandbox_ask *ask,
		  const struct sandbox_script *script,
		  struct sandbox_answer *answer);

/* What the answer has used so far. */
struct sandbox_used {
	int64_t prompt, cached, cache_write;
	int64_t completion, reasoning; /* the first contains the second */
};

/* What the prompt counts, before anything else is used; its parts never come to
 * more than the whole. */
struct sandbox_used sandbox_used_prompt(const struct sandbox_answer *answer);

/* A step of the answer. */
enum sandbox_step {
	SANDBOX_ROLE,
	SANDBOX_REASONING,
	SANDBOX_CONTENT,
	SANDBOX_CALL,	   /* a tool is named */
	SANDBOX_ARGUMENTS, /* some more of its arguments */
	SANDBOX_FINISH,
	SANDBOX_USED, /* the usage, when it was asked for */
	SANDBOX_DONE,
};

struct sandbox_piece {
	enum sandbox_step step;
	size_t choice, call;
	struct span text; /* valid until the next piece */
	int64_t tokens;
};

/*
 * Walks through an answer piece by piece, in constant memory whatever its
 * length. The choices take turns; so do the arguments of parallel calls.
 */
struct sandbox_cursor {
	const struct sandbox_answer *answer;
	struct sandbox_lane *lanes;
	size_t turn, open; /* whose turn it is, how many are not finished */
	int usages;	   /* given out */
	bool done;
	struct buf text;
	struct sandbox_used used; /* pieces given out are counted here */
};

void sandbox_cursor_init(struct sandbox_cursor *c, struct arena *a,
			 const struct sandbox_answer *answer);
void sandbox_cursor_done(struct sandbox_cursor *c);

/* The next piece, of up to COUNT tokens; false behind the last one. */
bool sandbox_next(struct sandbox_cursor *c, int64_t count,
		  struct sandbox_piece *piece);

#endif
