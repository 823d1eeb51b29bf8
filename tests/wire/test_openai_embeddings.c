#include "wire/openai.h"

#include "support/row.h"

#include <string.h>

/* What is to be embedded, and what it comes to; or what is wrong with it. */
static const struct {
	const char *label, *body, *wrong;
	int64_t prompts, text_bytes, longest, images;
} asks[] = {
	{ "a text", "{\"input\":\"12345\"}", NULL, 1, 5, 0, 0 },
	{ "an empty text", "{\"input\":\"\"}", NULL, 1, 0, 0, 0 },
	{ "texts", "{\"input\":[\"12345\",\"1\"]}", NULL, 2, 6, 5, 0 },
	{ "tokens", "{\"input\":[1,2,3]}", NULL, 1, 12, 4, 0 },
	{ "lists of tokens", "{\"input\":[[1,2,3],[4]]}", NULL, 2, 16, 12, 0 },
	{ "parts",
	  "{\"input\":[{\"content\":[{\"type\":\"text\",\"text\":\"123\"},"
	  "{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]}",
	  NULL, 1, 3, 3, 1 },
	{ "all that an embedding may say",
	  "{\"input\":\"1\",\"model\":\"a\",\"dimensions\":3,"
	  "\"encoding_format\":\"base64\",\"user\":\"u\",\"provider\":{}}",
	  NULL, 1, 1, 0, 0 },
	{ "input_type may be put before the text",
	  "{\"input\":\"1\",\"input_type\":\"abcd\"}", NULL, 1, 7, 0, 0 },
	{ "nothing", "{}", "input is missing", 0, 0, 0, 0 },
	{ "null", "{\"input\":null}", "input is missing", 0, 0, 0, 0 },
	{ "an empty list", "{\"input\":[]}", "input must be", 0, 0, 0, 0 },
	{ "a number", "{\"input\":1}", "input must be", 0, 0, 0, 0 },
	{ "an object", "{\"input\":{}}", "input must be", 0, 0, 0, 0 },
	{ "a null in a list", "{\"input\":[null]}", "input must be", 0, 0, 0,
	  0 },
	{ "half a token", "{\"input\":[1.5]}", "input must be", 0, 0, 0, 0 },
	{ "texts among tokens", "{\"input\":[[\"a\"]]}", "input must be", 0, 0,
	  0, 0 },
	{ "an object without content", "{\"input\":[{}]}", "input must be", 0,
	  0, 0, 0 },
	{ "two inputs", "{\"input\":\"a\",\"input\":\"b\"}", "given twice", 0,
	  0, 0, 0 },
	{ "no dimensions", "{\"input\":\"a\",\"dimensions\":0}",
	  "dimensions must be", 0, 0, 0, 0 },
	{ "dimensions in words", "{\"input\":\"a\",\"dimensions\":\"3\"}",
	  "dimensions must be", 0, 0, 0, 0 },
	{ "another encoding", "{\"input\":\"a\",\"encoding_format\":\"hex\"}",
	  "encoding_format must be", 0, 0, 0, 0 },
	{ "a stream", "{\"input\":\"a\",\"stream\":true}", "not streamed", 0, 0,
	  0, 0 },
	{ "a list as model", "{\"input\":\"a\",\"model\":[]}", "model must be",
	  0, 0, 0, 0 },
};

EACH(openai_embeddings, are_asked_for, asks)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask = { 0 };
	bool ok = openai_read_embedding(a, span_of(row->body), &ask, &why);

	cr_expect_eq(ok, !row->wrong, "%s: %s", row->label, why.text);
	cr_expect(ok || strstr(why.text, row->wrong), "%s: %s", row->label,
		  why.text);
	cr_expect_eq(ask.prompts, row->prompts, "%s: %lld prompts", row->label,
		     (long long)ask.prompts);
	cr_expect_eq(ask.text_bytes, row->text_bytes, "%s: %lld bytes",
		     row->label, (long long)ask.text_bytes);
	if (row->prompts > 1)
		cr_expect_eq(ask.longest_bytes, row->longest, "%s: %lld",
			     row->label, (long long)ask.longest_bytes);
	cr_expect_eq(ask.images, row->images, "%s", row->label);
	cr_expect_eq(ask.choices, 0, "%s", row->label);
	arena_free(a);
}

#define VECTOR "{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.1]}"

static const struct {
	const char *label, *text;
	bool content;
	enum tokens_state state;
	int64_t prompt;
} answers[] = {
	{ "OpenAI's",
	  "{\"data\":[" VECTOR
	  "],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}",
	  true, TOKENS_GIVEN, 7 },
	{ "base64", "{\"data\":[{\"embedding\":\"AAAA\"}]}", true,
	  TOKENS_ABSENT, 0 },
	{ "several by type", "{\"data\":[{\"embedding\":{\"float\":[1]}}]}",
	  true, TOKENS_ABSENT, 0 },
	{ "a total alone",
	  "{\"data\":[" VECTOR "],\"usage\":{\"total_tokens\":5}}", true,
	  TOKENS_GIVEN, 5 },
	{ "P13: a total that cannot be",
	  "{\"data\":[" VECTOR "],\"usage\":{\"total_tokens\":-5}}", true,
	  TOKENS_WRONG, 0 },
	{ "P13: one that is too large",
	  "{\"data\":[" VECTOR "],\"usage\":{\"total_tokens\":1e18}}", true,
	  TOKENS_WRONG, 0 },
	{ "a total that is null",
	  "{\"data\":[" VECTOR "],\"usage\":{\"total_tokens\":null}}", true,
	  TOKENS_ABSENT, 0 },
	{ "no vector", "{\"data\":[]}", false, TOKENS_ABSENT, 0 },
	{ "an empty vector", "{\"data\":[{\"embedding\":[]}]}", false,
	  TOKENS_ABSENT, 0 },
	{ "a chat", "{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}", false,
	  TOKENS_ABSENT, 0 },
};

EACH(openai_embeddings, are_recognised, answers)
{
	struct openai_facts facts = { 0 };

	cr_assert(openai_read_embeddings(span_of(row->text), &facts), "%s",
		  row->label);
	cr_expect_eq(facts.content, row->content, "%s", row->label);
	cr_expect_eq(facts.choices, row->content, "%s", row->label);
	cr_expect_eq(facts.usage_state, row->state, "%s: %d", row->label,
		     facts.usage_state);
	cr_expect_eq(tokens_prompt(&facts.tokens), row->prompt, "%s",
		     row->label);
}

Test(openai_embeddings, P51_only_the_model_and_what_is_ours_change)
{
	static const char body[] =
		" {\"model\":\"a/e\", \"input\" : [ \"\\u00e9\",\"\xf0\x9f\x98"
		"\x80\" ],\n\"provider\":{\"order\":[\"x\"]},\"dimensions\":"
		"2.0,\"prompt\":\"p\",\"input_type\":\"q\",\"new\":1e400}";
	static const char want[] =
		" {\"model\":\"native\", \"input\" : [ \"\\u00e9\",\"\xf0\x9f"
		"\x98\x80\" ],\"dimensions\":"
		"2.0,\"prompt\":\"p\",\"input_type\":\"q\",\"new\":1e400}";
	struct openai_request how = { .model = "native", .completion = true };
	struct buf out;

	buf_init(&out, 4096);
	openai_write_request(span_of(body), &how, &out);
	cr_expect_str_eq(out.text, want);
	buf_done(&out);
}
