#include "wire/finish.h"

#include "base/scan.h"

#include <strings.h>

enum { QUOTES = 2 };

/* Providers' words that are not "stop", in lower case: OpenAI, Anthropic and
 * Gemini first, then Mistral, DeepSeek and Z.AI. */
static const struct {
	const char *native, *finish;
} reasons[] = {
	{ "length", "length" },
	{ "tool_calls", "tool_calls" },
	{ "content_filter", "content_filter" },
	{ "error", "error" },
	{ "function_call", "tool_calls" },
	{ "tool_use", "tool_calls" },
	{ "max_tokens", "length" },
	{ "max_output_tokens", "length" },
	{ "model_context_window_exceeded", "length" },
	{ "refusal", "content_filter" },
	{ "safety", "content_filter" },
	{ "recitation", "content_filter" },
	{ "blocklist", "content_filter" },
	{ "prohibited_content", "content_filter" },
	{ "spii", "content_filter" },
	{ "image_safety", "content_filter" },
	{ "malformed_function_call", "error" },
	{ "model_length", "length" },
	{ "insufficient_system_resource", "error" },
	{ "sensitive", "content_filter" },
	{ "network_error", "error" },
};

static bool is_word(struct span native, const char *word)
{
	size_t len = strlen(word);

	return native.len == len + QUOTES &&
	       !strncasecmp(native.at + 1, word, len);
}

const char *finish_read(struct span native, bool called)
{
	if (scan_kind(native) != SCAN_STRING)
		return NULL;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (is_word(native, reasons[i].native))
			return reasons[i].finish;
	return called ? "tool_calls" : "stop";
}
