#ifndef WIRE_OPENAI_USAGE_H
#define WIRE_OPENAI_USAGE_H

#include "base/buf.h"
#include "base/span.h"
#include "base/tokens.h"

/*
 * OpenAI's usage object, and its relatives: counts of the whole prompt and the
 * whole completion with parts inside them, taken apart into disjoint buckets.
 * DeepSeek tells cache hits beside the counts (api-docs.deepseek.com, context
 * caching), Moonshot as `cached_tokens`. The completion counts of xAI and
 * Google leave reasoning out, which their totals give away: what a total has
 * over its parts is reasoning, if that is what the details say or if they say
 * nothing of it (docs.x.ai, reasoning; ai.google.dev, OpenAI compatibility).
 */
enum tokens_state usage_read(struct span usage, struct tokens *tokens);

/* The object's members from tokens, without its braces. */
void usage_write(const struct tokens *tokens, struct buf *out);

#endif
