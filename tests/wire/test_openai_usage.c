#include "wire/openai_usage.h"

#include "base/scan.h"
#include "support/row.h"

#include <inttypes.h>

#define SUMS(p, c) "\"prompt_tokens\":" #p ",\"completion_tokens\":" #c
#define TOTAL(t)   ",\"total_tokens\":" #t
#define IN(parts)  ",\"prompt_tokens_details\":{" parts "}"
#define OUT(parts) ",\"completion_tokens_details\":{" parts "}"

static const struct {
	const char *label, *usage; /* NULL: not there */
	enum tokens_state state;
	struct tokens want;
} usages[] = {
	{ "P14: absent", NULL, TOKENS_ABSENT, { 0 } },
	{ "P14: null", "null", TOKENS_NULL, { 0 } },
	{ "P14: zero", "{" SUMS(0, 0) TOTAL(0) "}", TOKENS_GIVEN, { 0 } },
	{ "P14: empty", "{}", TOKENS_ABSENT, { 0 } },
	{ "P14: sums null", "{" SUMS(null, null) "}", TOKENS_ABSENT, { 0 } },
	{ "plain",
	  "{" SUMS(10, 5) TOTAL(15) "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "without a total",
	  "{" SUMS(10, 5) "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "P25: cached are part of the prompt",
	  "{" SUMS(10, 5) IN("\"cached_tokens\":4") "}",
	  TOKENS_GIVEN,
	  { .fresh = 6, .cache_read = 4, .output = 5 } },
	{ "P25: all parts of the prompt",
	  "{" SUMS(100, 0) IN("\"cached_tokens\":40,\"cache_write_tokens\":30,"
			      "\"audio_tokens\":20,\"image_tokens\":7") "}",
	  TOKENS_GIVEN,
	  { .fresh = 3,
	    .cache_read = 40,
	    .cache_write_5m = 30,
	    .audio_in = 20,
	    .image_in = 7 } },
	{ "P25: all parts of the completion",
	  "{" SUMS(0, 100) OUT("\"reasoning_tokens\":60,\"audio_tokens\":30,"
			       "\"image_tokens\":9,\"accepted_prediction_"
			       "tokens\":1") "}",
	  TOKENS_GIVEN,
	  { .output = 1, .reasoning = 60, .audio_out = 30, .image_out = 9 } },
	{ "details null",
	  "{" SUMS(10, 5) ",\"prompt_tokens_details\":null,\"completion_"
			  "tokens_details\":null}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "parts null",
	  "{" SUMS(10, 5) IN("\"cached_tokens\":null")
		  OUT("\"reasoning_tokens\":null") "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "DeepSeek's cache hits",
	  "{" SUMS(10, 5) ",\"prompt_cache_hit_tokens\":8,\"prompt_cache_miss_"
			  "tokens\":2}",
	  TOKENS_GIVEN,
	  { .fresh = 2, .cache_read = 8, .output = 5 } },
	{ "DeepSeek's hits, told twice",
	  "{" SUMS(10, 5) ",\"prompt_cache_hit_tokens\":8" IN(
		  "\"cached_tokens\":8") "}",
	  TOKENS_GIVEN,
	  { .fresh = 2, .cache_read = 8, .output = 5 } },
	{ "Moonshot's cached",
	  "{" SUMS(10, 5) ",\"cached_tokens\":3}",
	  TOKENS_GIVEN,
	  { .fresh = 7, .cache_read = 3, .output = 5 } },
	{ "xAI's reasoning, beside the completion",
	  "{" SUMS(10, 5) TOTAL(115) OUT("\"reasoning_tokens\":100") "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5, .reasoning = 100 } },
	{ "Google's reasoning, in the total alone",
	  "{" SUMS(10, 5) TOTAL(115) "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5, .reasoning = 100 } },
	{ "reasoning inside, a total that is odd",
	  "{" SUMS(10, 50) TOTAL(99) OUT("\"reasoning_tokens\":20") "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 30, .reasoning = 20 } },
	{ "a total that is too small",
	  "{" SUMS(10, 5) TOTAL(1) "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "no completion, but a total",
	  "{\"prompt_tokens\":10,\"total_tokens\":15}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "no prompt, but a total",
	  "{\"completion_tokens\":5,\"total_tokens\":15}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "a gateway's cost is its own affair",
	  "{" SUMS(10, 5) ",\"cost\":99,\"is_byok\":true}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "searches",
	  "{" SUMS(1, 1) ",\"server_tool_use\":{\"web_search_"
			 "requests\":3}}",
	  TOKENS_GIVEN,
	  { .fresh = 1, .output = 1, .searches = 3 } },
	{ "searches, told twice",
	  "{" SUMS(1, 1) ",\"server_tool_use\":{\"web_search_requests\":3},"
			 "\"server_tool_use_details\":{\"web_search_requests\":"
			 "3}}",
	  TOKENS_GIVEN,
	  { .fresh = 1, .output = 1, .searches = 3 } },
	{ "Perplexity's searches",
	  "{" SUMS(1, 1) ",\"num_search_queries\":2}",
	  TOKENS_GIVEN,
	  { .fresh = 1, .output = 1, .searches = 2 } },
	{ "spelled as a fraction",
	  "{" SUMS(10.0, 5e0) "}",
	  TOKENS_GIVEN,
	  { .fresh = 10, .output = 5 } },
	{ "P13: negative prompt", "{" SUMS(-10, 5) "}", TOKENS_WRONG, { 0 } },
	{ "P13: negative completion",
	  "{" SUMS(10, -5) "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: negative part",
	  "{" SUMS(10, 5) IN("\"cached_tokens\":-1") "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: fraction", "{" SUMS(10.5, 5) "}", TOKENS_WRONG, { 0 } },
	{ "P13: text", "{" SUMS("10", 5) "}", TOKENS_WRONG, { 0 } },
	{ "P13: past an int64_t", "{" SUMS(1e30, 5) "}", TOKENS_WRONG, { 0 } },
	{ "P13: impossibly many",
	  "{" SUMS(2000000000000, 5) "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: more cached than there are",
	  "{" SUMS(10, 5) IN("\"cached_tokens\":11") "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: parts more than the whole",
	  "{" SUMS(10, 5) IN("\"cached_tokens\":6,\"audio_tokens\":6") "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: more reasoning than there is",
	  "{" SUMS(10, 5) TOTAL(15) OUT("\"reasoning_tokens\":6") "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: negative total",
	  "{" SUMS(10, 5) TOTAL(-15) "}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: no completion, no total",
	  "{\"prompt_tokens\":10}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: a total less than its part",
	  "{\"prompt_tokens\":10,\"total_tokens\":5}",
	  TOKENS_WRONG,
	  { 0 } },
	{ "P13: a list", "[10,5]", TOKENS_WRONG, { 0 } },
	{ "P13: a number", "15", TOKENS_WRONG, { 0 } },
};

EACH(usage, is_taken_apart, usages)
{
	struct tokens read = { 0 };
	struct span text = { 0 };

	if (row->usage)
		cr_assert(
			scan_text(span_of(row->usage), SCAN_DEPTH, &text, NULL),
			"%s", row->label);
	cr_expect_eq(usage_read(text, &read), row->state, "%s", row->label);
	cr_expect_eq(memcmp(&read, &row->want, sizeof(read)), 0,
		     "%s: %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
		     row->label, read.fresh, read.cache_read, read.output,
		     read.reasoning);
}

/* What is written is read as the same, apart from the two cache writes. */
Test(usage, is_written_as_it_is_read)
{
	struct tokens t = { .fresh = 1,
			    .cache_read = 2,
			    .cache_write_5m = 4,
			    .audio_in = 8,
			    .output = 32,
			    .reasoning = 64,
			    .audio_out = 128 };
	struct tokens read;
	struct buf out;

	buf_init(&out, 1000);
	buf_text(&out, "{");
	usage_write(&t, &out);
	buf_text(&out, "}");
	cr_expect_eq(usage_read((struct span){ out.text, out.len }, &read),
		     TOKENS_GIVEN);
	cr_expect_eq(memcmp(&read, &t, sizeof(t)), 0, "%s", out.text);
	buf_done(&out);
}
