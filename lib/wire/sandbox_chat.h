#ifndef WIRE_SANDBOX_CHAT_H
#define WIRE_SANDBOX_CHAT_H

#include "wire/sandbox_ask.h"

/* A request to /chat/completions; see sandbox_dialect.h. */
bool sandbox_chat_read(struct arena *a, json_t *body, struct sandbox_ask *ask,
		       struct fault *why);

#endif
