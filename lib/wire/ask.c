#include "wire/ask.h"

#include "base/wide.h"

#include <string.h>

/*
 * What stands beside the text. The bounds are the largest that a vendor
 * states; the estimates are what is common.
 *
 * Messages: OpenAI counts 3 tokens for each and 1 for a name, 3 for the
 * answer's start (openai-cookbook, "How to count tokens with tiktoken"); other
 * templates take more. The first bears what a template puts before it: a
 * date, a vendor's system prompt. Tools: their schemas are text already; the
 * frame around each is bounded here, and what the first one brings with it
 * (Anthropic's "tool use system prompt", up to 530 tokens). Images: Qwen-VL
 * makes at most 16,384 tokens of one, the others fewer; gpt-4o-mini alone is
 * billed at 2,833 and 5,667 for each of at most 8 tiles (OpenAI's vision
 * guide, high detail); 85 + 4 * 170 is a square one on gpt-4o. Audio: Gemini
 * counts 32 tokens a second, and speech takes at least 750 bytes of it, 1,000
 * in base64. Files: a token for each byte can be no less than their text, and
 * a page rendered as an image takes more bytes than tokens; one that is only
 * named by an address may be of any size.
 */
enum {
	PROMPT_BOUND = 128,
	MESSAGE_BOUND = 16,
	MESSAGE_USUAL = 4,
	TOOLS_BOUND = 530,
	TOOL_BOUND = 32,
	TOOL_USUAL = 8,
	IMAGE_BOUND = 16384,
	IMAGE_BOUND_MINI = 2833 + 8 * 5667,
	IMAGE_USUAL = 85 + 4 * 170,
	AUDIO_BYTES_BOUND = 31,
	AUDIO_BYTES_USUAL = 500,
	FILE_BOUND = 1 << 20,
	FILE_USUAL = 2000,
	FILE_BYTES_USUAL = 100,
	BYTES_PER_TOKEN = 4,
};

/* Names that are gpt-4o-mini, or may come to mean it. */
static bool is_mini(const char *model)
{
	return !model || strstr(model, "4o-mini") || strstr(model, "auto");
}

static bool may_be_mini(const struct ask *ask)
{
	bool found = is_mini(ask->model);

	for (size_t i = 0; i < ask->models_count; i++)
		found = found || is_mini(ask->models[i]);
	return found;
}

int64_t ask_prompt_bound(const struct ask *ask)
{
	int64_t image = may_be_mini(ask) ? IMAGE_BOUND_MINI : IMAGE_BOUND;
	wide most = (wide)ask->text_bytes + PROMPT_BOUND +
		    (wide)ask->messages * MESSAGE_BOUND +
		    (wide)ask->tools * TOOL_BOUND + (wide)ask->images * image +
		    (wide)ask->audios + ask->audio_bytes / AUDIO_BYTES_BOUND +
		    (wide)ask->files * FILE_BOUND + ask->file_bytes;

	return wide_narrow(most + (ask->tools ? TOOLS_BOUND : 0));
}

int64_t ask_prompt_estimate(const struct ask *ask)
{
	return wide_narrow((wide)ask_output_estimate(ask->text_bytes) +
			   (wide)ask->messages * MESSAGE_USUAL +
			   (wide)ask->tools * TOOL_USUAL +
			   (wide)ask->images * IMAGE_USUAL + (wide)ask->audios +
			   ask->audio_bytes / AUDIO_BYTES_USUAL +
			   (wide)ask->files * FILE_USUAL +
			   ask->file_bytes / FILE_BYTES_USUAL);
}

int64_t ask_longest_estimate(const struct ask *ask)
{
	if (ask->prompts <= 1)
		return ask_prompt_estimate(ask);
	return ask_output_estimate(ask->longest_bytes) + MESSAGE_USUAL;
}

int64_t ask_context(const struct ask *ask, int64_t context)
{
	return ask->prompts <= 1 ? context
				 : wide_narrow((wide)context * ask->prompts);
}

int64_t ask_output_estimate(int64_t bytes)
{
	return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
}
