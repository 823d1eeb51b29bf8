#ifndef WIRE_OPENAI_PROMPT_H
#define WIRE_OPENAI_PROMPT_H

#include "base/fault.h"
#include "base/span.h"
#include "wire/ask.h"

/* What a prompt is made of, added up in ASK; FAULT_BAD_REQUEST in whole
 * sentences for what is malformed. VALUE is a part of what scan_text() took. */
bool prompt_messages(struct span value, struct ask *ask, struct fault *why);

/* The legacy prompt: a text, a list of texts, of tokens or of lists of tokens;
 * each of several prompts is answered for itself. */
bool prompt_bare(struct span value, struct ask *ask, struct fault *why);

/* What is to be embedded: the same, or a list of objects whose `content` is a
 * list of parts, as in a message. */
bool prompt_input(struct span value, struct ask *ask, struct fault *why);

#endif
