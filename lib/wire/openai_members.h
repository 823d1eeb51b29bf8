#ifndef WIRE_OPENAI_MEMBERS_H
#define WIRE_OPENAI_MEMBERS_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "wire/ask.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The members of a request in OpenAI's dialect, one by one, before it is known
 * what they are together. `seen` and `used` have a bit for each that means
 * something here.
 */
struct reading {
	struct arena *arena;
	struct ask ask;
	struct span messages, prompt, input;
	int64_t best_of;
	uint64_t seen, used;
};

/* Read all members of the object ROOT. FAULT_BAD_REQUEST names the one that is
 * malformed, or is given twice where it routes or holds. */
bool members_read(struct reading *reading, struct span root, struct fault *why);

/* Which of OpenRouter's supported_parameters are used, as a comma list in
 * memory of the reading's arena. */
const char *members_used(const struct reading *reading);

#endif
