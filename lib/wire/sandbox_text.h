#ifndef WIRE_SANDBOX_TEXT_H
#define WIRE_SANDBOX_TEXT_H

#include "base/buf.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How the sandbox counts: a token is a word of ASCII letters, digits, '_' and
 * apostrophes (at most 16 bytes, one space before it included), or any other
 * single character. No text has more tokens than bytes, and cutting a text
 * between two tokens never changes the count of what is before the cut.
 */
enum { SANDBOX_TOKEN_BYTES = 16 };

/* Texts are handled in pieces of at most so many tokens and bytes. */
enum {
	SANDBOX_PIECE_TOKENS = 4096,
	SANDBOX_PIECE = SANDBOX_PIECE_TOKENS * SANDBOX_TOKEN_BYTES
};

/* The length of the first token of TEXT; 0 when TEXT is empty. */
size_t sandbox_token(struct span text);
int64_t sandbox_count(struct span text);

/*
 * A text to be given out token by token: a given one, or lorem ipsum without
 * end, which starts over and over again. It stops at whichever limit it meets
 * first.
 */
struct sandbox_text {
	struct span given;     /* at == NULL: lorem ipsum */
	size_t start;	       /* which sentence of the lorem comes first */
	int64_t tokens, bytes; /* the limits */
};

#define SANDBOX_NO_LIMIT INT64_MAX

struct sandbox_text sandbox_given(struct span text);
struct sandbox_text sandbox_lorem(int64_t tokens, size_t start);

/* Where one is in a text: all zeros before the first token. */
struct sandbox_place {
	int64_t tokens, bytes;
	size_t at; /* in the given text or in a round of the lorem */
};

/* Is there more of it? */
bool sandbox_more(const struct sandbox_text *text,
		  const struct sandbox_place *place);

/* Append up to COUNT tokens to OUT and move PLACE; how many there were. */
int64_t sandbox_take(const struct sandbox_text *text,
		     struct sandbox_place *place, int64_t count,
		     struct buf *out);

/*
 * Limit TEXT to what is before the first appearance of STOP. Returns whether
 * STOP appears before TEXT ends.
 */
bool sandbox_stop(struct sandbox_text *text, struct span stop);

/* Limit TEXT to so many tokens. Returns whether that took anything away. */
bool sandbox_limit(struct sandbox_text *text, int64_t tokens);

#endif
