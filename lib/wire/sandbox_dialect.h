#ifndef WIRE_SANDBOX_DIALECT_H
#define WIRE_SANDBOX_DIALECT_H

#include "wire/sandbox_answer.h"

/*
 * A way of speaking that the sandbox has: one file each. All that is printed is
 * appended to OUT.
 */
struct sandbox_dialect {
	const char *id; /* what answers' ids begin with */

	/* Take a request's body apart. ASK points into BODY and the arena. */
	bool (*read)(struct arena *a, json_t *body, struct sandbox_ask *ask,
		     struct fault *why);

	/* What all events of an answer have in front: made once. */
	const char *(*head)(struct arena *a,
			    const struct sandbox_answer *answer);

	/* One piece as an event with its framing, or as none. USED is how
	 * much it and those before it have used. */
	void (*event)(const struct sandbox_answer *answer,
		      const struct sandbox_piece *piece,
		      const struct sandbox_used *used, struct buf *out);

	/* The provider fails in the middle of a stream, in an event that is
	 * else like the others or in one that has nothing but the error. */
	void (*fail)(const struct sandbox_answer *answer, struct buf *out);
	void (*fail_bare)(const struct sandbox_answer *answer, struct buf *out);

	/* All of it as one JSON text. Returns what it has used. */
	struct sandbox_used (*whole)(const struct sandbox_answer *answer,
				     struct buf *out);
};

extern const struct sandbox_dialect sandbox_chat;
extern const struct sandbox_dialect sandbox_completions;

/* An error as OpenAI words it. Without a CODE it is the status's, if it has
 * one; PARAM may be NULL. */
struct sandbox_error {
	int status;
	const char *code, *param, *message;
};

void sandbox_error_print(const struct sandbox_error *error, struct buf *out);

/* The member "error" of an event, and OpenAI's event of nothing else. */
void sandbox_failure_print(const struct sandbox_answer *answer,
			   struct buf *out);
void sandbox_fail_bare(const struct sandbox_answer *answer, struct buf *out);

/* Text as the inside of a JSON string. */
void sandbox_escape(struct buf *out, struct span text);

void sandbox_number(struct buf *out, size_t number);

/* A JSON string, or null for NULL. */
void sandbox_quote(struct buf *out, const char *text);

/* All of TEXT, as the inside of a JSON string; also, as it is, to PLAIN unless
 * that is NULL. Returns its tokens. */
int64_t sandbox_print_all(const struct sandbox_text *text, struct buf *out,
			  struct buf *plain);

/* The usage object, true or as the script wants it. */
void sandbox_usage_print(enum sandbox_usage kind,
			 const struct sandbox_used *used, struct buf *out);

/* The same for what has no output: embeddings. */
void sandbox_usage_print_prompt(enum sandbox_usage kind, int64_t tokens,
				struct buf *out);

/* The member ',"usage":...' that belongs to an event of this piece, if any. */
void sandbox_usage_member(const struct sandbox_answer *answer,
			  const struct sandbox_piece *piece,
			  const struct sandbox_used *used, struct buf *out);

/* The same for a whole answer. */
void sandbox_usage_whole(const struct sandbox_answer *answer,
			 const struct sandbox_used *used, struct buf *out);

#endif
