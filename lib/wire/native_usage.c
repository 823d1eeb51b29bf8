#include "wire/native_usage.h"

#include "base/scan.h"
#include "wire/openai_usage.h"

#include <stdint.h>

static const int64_t most = (int64_t)1 << 40;

/* A count at "outer" or "outer.inner"; false when it cannot be. One that is
 * missing leaves *NUMBER alone. */
static bool count(struct span object, const char *outer, const char *inner,
		  int64_t *number)
{
	struct span value = scan_find(object, outer);
	int64_t read;

	if (inner)
		value = scan_find(value, inner);
	if (!value.at || scan_kind(value) == SCAN_NULL)
		return true;
	if (!scan_int(value, &read) || read < 0 || read > most)
		return false;
	*number = read;
	return true;
}

static bool is_object(struct span text, struct span *object)
{
	return scan_text(text, SCAN_DEPTH, object, NULL) &&
	       scan_kind(*object) == SCAN_OBJECT;
}

bool usage_openai(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };
	struct span object;

	if (!is_object(usage, &object))
		return false;
	switch (usage_read(object, &read)) {
	case TOKENS_GIVEN: break;
	case TOKENS_ABSENT: /* embeddings tell a total alone */
		if (!count(object, "total_tokens", NULL, &read.fresh))
			return false;
		break;
	case TOKENS_NULL:
	case TOKENS_WRONG: return false;
	}
	*tokens = read;
	return true;
}

bool usage_responses(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };
	int64_t in = 0, out = 0;
	struct span o;

	if (!is_object(usage, &o) || !count(o, "input_tokens", NULL, &in) ||
	    !count(o, "output_tokens", NULL, &out) ||
	    !count(o, "input_tokens_details", "cached_tokens",
		   &read.cache_read) ||
	    !count(o, "output_tokens_details", "reasoning_tokens",
		   &read.reasoning))
		return false;
	read.fresh = in - read.cache_read;
	read.output = out - read.reasoning;
	if (read.fresh < 0 || read.output < 0)
		return false;
	*tokens = read;
	return true;
}

/* Counts grow in the course of a stream, each event tells some of them. */
bool usage_anthropic(struct span usage, struct tokens *tokens)
{
	struct tokens read = *tokens;
	int64_t hour = 0, created = 0;
	struct span o;

	if (!is_object(usage, &o) ||
	    !count(o, "input_tokens", NULL, &read.fresh) ||
	    !count(o, "output_tokens", NULL, &read.output) ||
	    !count(o, "cache_read_input_tokens", NULL, &read.cache_read) ||
	    !count(o, "server_tool_use", "web_search_requests", &read.searches))
		return false;
	if (scan_find(o, "cache_creation_input_tokens").at) {
		if (!count(o, "cache_creation_input_tokens", NULL, &created) ||
		    !count(o, "cache_creation", "ephemeral_1h_input_tokens",
			   &hour) ||
		    hour > created)
			return false;
		read.cache_write_1h = hour;
		read.cache_write_5m = created - hour;
	}
	*tokens = read;
	return true;
}

/* Each part of a stream tells all that it has come to. */
bool usage_gemini(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };
	int64_t prompt = 0, tools = 0;
	struct span o;

	if (!is_object(usage, &o) ||
	    !count(o, "promptTokenCount", NULL, &prompt) ||
	    !count(o, "toolUsePromptTokenCount", NULL, &tools) ||
	    !count(o, "cachedContentTokenCount", NULL, &read.cache_read) ||
	    !count(o, "candidatesTokenCount", NULL, &read.output) ||
	    !count(o, "thoughtsTokenCount", NULL, &read.reasoning))
		return false;
	read.fresh = prompt + tools - read.cache_read;
	if (read.fresh < 0)
		return false;
	*tokens = read;
	return true;
}
