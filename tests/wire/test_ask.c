#include "wire/ask.h"

#include "support/row.h"

static const struct {
	const char *label;
	struct ask ask;
	int64_t bound, estimate;
} prompts[] = {
	{ "nothing", { .model = "m" }, 128, 0 },
	{ "a byte is a token at the most",
	  { .model = "m", .text_bytes = 10, .messages = 1 },
	  128 + 10 + 16,
	  3 + 4 },
	{ "tools", { .model = "m", .tools = 2 }, 128 + 530 + 2 * 32, 2 * 8 },
	{ "images", { .model = "m", .images = 2 }, 128 + 2 * 16384, 2 * 765 },
	{ "images of gpt-4o-mini",
	  { .model = "openai/gpt-4o-mini", .images = 1 },
	  128 + 48169,
	  765 },
	{ "images of nobody knows what", { .images = 1 }, 128 + 48169, 765 },
	{ "images of auto",
	  { .model = "openrouter/auto", .images = 1 },
	  128 + 48169,
	  765 },
	{ "images of a fallback",
	  { .model = "m",
	    .models = (const char *const[]){ "a", "gpt-4o-mini:free" },
	    .models_count = 2,
	    .images = 1 },
	  128 + 48169,
	  765 },
	{ "audio",
	  { .model = "m", .audios = 1, .audio_bytes = 31000 },
	  128 + 1 + 1000,
	  1 + 62 },
	{ "files", { .model = "m", .file_bytes = 1000 }, 128 + 1000, 10 },
	{ "files of unknown size",
	  { .model = "m", .files = 1 },
	  128 + 1048576,
	  2000 },
	{ "more than fits",
	  { .model = "m", .files = INT64_MAX, .images = INT64_MAX },
	  INT64_MAX,
	  INT64_MAX },
};

EACH(ask, bounds_and_estimates_prompts, prompts)
{
	cr_expect_eq(ask_prompt_bound(&row->ask), row->bound, "%s: %lld",
		     row->label, (long long)ask_prompt_bound(&row->ask));
	cr_expect_eq(ask_prompt_estimate(&row->ask), row->estimate, "%s: %lld",
		     row->label, (long long)ask_prompt_estimate(&row->ask));
	cr_expect_leq(row->estimate, row->bound);
}

static const struct {
	int64_t bytes, want;
} outputs[] = { { 0, 0 }, { 1, 1 }, { 4, 1 }, { 5, 2 }, { 4000, 1000 } };

EACH(ask, estimates_output_rounded_up, outputs)
{
	cr_expect_eq(ask_output_estimate(row->bytes), row->want);
}
