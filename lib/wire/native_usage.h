#ifndef WIRE_NATIVE_USAGE_H
#define WIRE_NATIVE_USAGE_H

#include "base/span.h"
#include "base/tokens.h"

#include <stdbool.h>

/* The `usage` of struct native (native.h), by dialect. USAGE may be any text.
 */
bool usage_openai(struct span usage, struct tokens *tokens);
bool usage_responses(struct span usage, struct tokens *tokens);
bool usage_anthropic(struct span usage, struct tokens *tokens);
bool usage_gemini(struct span usage, struct tokens *tokens);

#endif
