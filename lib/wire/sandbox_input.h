#ifndef WIRE_SANDBOX_INPUT_H
#define WIRE_SANDBOX_INPUT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#include <jansson.h>
#include <stdint.h>

enum { SANDBOX_INPUTS = 1024 };

/*
 * What OpenAI takes as a prompt or as an embedding's input: a string, an array
 * of strings, a list of token numbers or an array of such lists. Numbers come
 * out as their text. At most SANDBOX_INPUTS of them.
 */
struct sandbox_input {
	const struct span *texts;
	size_t count;
	int64_t tokens;
};

/* The member NAME of BODY. */
bool sandbox_input_read(struct arena *a, const json_t *body, const char *name,
			struct sandbox_input *input, struct fault *why);

#endif
