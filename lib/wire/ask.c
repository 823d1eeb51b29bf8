#include "wire/ask.h"

#include "base/wide.h"

/*
 * What stands beside the text. The bounds are the largest that a vendor
 * states; the estimates are what is common.
 *
 * Messages: OpenAI counts 3 tokens for each and 1 for a name, 3 for the
 * answer's start (openai-cookbook, "How to count tokens with tiktoken"); other
 * templates take more. Tools: their schemas are text already; the frame around
 * each is bounded here. Images: OpenAI's vision guide, high detail: at most 8
 * tiles after scaling to 2048 and 768, which is 2,833 + 8 * 5,667 tokens for
 * gpt-4o-mini, the most of all; 85 + 4 * 170 for a square one on gpt-4o. Audio:
 * Gemini counts 32 tokens a second, and speech takes at least 1 KB of it, 4/3
 * of that in base64. Files: a token for each byte can be no less than their
 * text, and a page rendered as an image takes more bytes than tokens; one that
 * is only named by an address may be of any size.
 */
enum {
	MESSAGE_BOUND = 16,
	MESSAGE_USUAL = 4,
	TOOL_BOUND = 32,
	TOOL_USUAL = 8,
	IMAGE_BOUND = 2833 + 8 * 5667,
	IMAGE_USUAL = 85 + 4 * 170,
	AUDIO_BYTES_BOUND = 32,
	AUDIO_BYTES_USUAL = 500,
	FILE_BOUND = 1 << 20,
	FILE_USUAL = 2000,
	FILE_BYTES_USUAL = 100,
	BYTES_PER_TOKEN = 4,
};

int64_t ask_prompt_bound(const struct ask *ask)
{
	return wide_narrow((wide)ask->text_bytes +
			   (wide)(ask->messages + 1) * MESSAGE_BOUND +
			   (wide)ask->tools * TOOL_BOUND +
			   (wide)ask->images * IMAGE_BOUND + (wide)ask->audios +
			   ask->audio_bytes / AUDIO_BYTES_BOUND +
			   (wide)ask->files * FILE_BOUND + ask->file_bytes);
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

int64_t ask_output_estimate(int64_t bytes)
{
	return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
}
