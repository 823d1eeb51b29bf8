#ifndef BASE_TOKENS_H
#define BASE_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a provider counted, in disjoint buckets that add up: the prompt is
 * fresh + cache_read + cache_write_5m + cache_write_1h + audio_in + image_in,
 * the completion is output + reasoning + audio_out + image_out. Dialects that
 * report a total with parts inside it (OpenAI, Gemini) are taken apart when
 * they are read; Anthropic's counts are disjoint already.
 */
struct tokens {
	int64_t fresh, cache_read, cache_write_5m, cache_write_1h;
	int64_t audio_in, image_in;
	int64_t output, reasoning, audio_out, image_out;
	int64_t searches; /* web searches made by the provider */
};

/*
 * Absent, null and zero are three different things: only TOKENS_GIVEN is a
 * count. TOKENS_WRONG is a count that cannot be (negative, not an integer, a
 * part larger than its whole): it is not believed.
 */
enum tokens_state { TOKENS_ABSENT, TOKENS_NULL, TOKENS_GIVEN, TOKENS_WRONG };

static inline int64_t tokens_prompt(const struct tokens *t)
{
	return t->fresh + t->cache_read + t->cache_write_5m +
	       t->cache_write_1h + t->audio_in + t->image_in;
}

static inline int64_t tokens_completion(const struct tokens *t)
{
	return t->output + t->reasoning + t->audio_out + t->image_out;
}

#endif
