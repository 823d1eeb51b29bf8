#include "wire/openai.h"

#include "support/row.h"

#include <inttypes.h>

#define DELTA(delta)                                                           \
	"{\"choices\":[{\"index\":0,\"delta\":" delta                          \
	",\"finish_reason\":null}]}"
#define MESSAGE(message)                                                       \
	"{\"choices\":[{\"index\":0,\"message\":" message                      \
	",\"finish_reason\":\"stop\"}]}"

static void put(struct buf *out, const char *name, struct span value)
{
	if (value.at)
		buf_print(out, " %s=%.*s", name, (int)value.len, value.at);
}

static void describe(const struct openai_facts *f, struct buf *out)
{
	static const char *const states[] = {
		[TOKENS_NULL] = " usage null",
		[TOKENS_GIVEN] = " usage",
		[TOKENS_WRONG] = " usage wrong",
	};

	put(out, "id", f->id);
	put(out, "model", f->model);
	put(out, "provider", f->provider);
	if (f->choices)
		buf_text(out, " choices");
	if (f->content)
		buf_text(out, " content");
	if (f->called)
		buf_text(out, " called");
	if (f->text_bytes)
		buf_print(out, " %" PRId64, f->text_bytes);
	if (f->finish)
		buf_print(out, " %s", f->finish);
	put(out, "native", f->native_finish);
	if (f->finished)
		buf_text(out, " finished");
	if (f->usage_state != TOKENS_ABSENT)
		buf_text(out, states[f->usage_state]);
	if (f->error)
		buf_text(out, " error");
	put(out, "message", f->error_message);
	put(out, "code", f->error_code);
}

static const struct {
	const char *label, *text, *want;
} answers[] = {
	{ "empty", "{}", "" },
	{ "names", "{\"id\":\"i\",\"model\":\"m\",\"provider\":\"p\"}",
	  " id=\"i\" model=\"m\" provider=\"p\"" },
	{ "no choices", "{\"choices\":[]}", "" },
	{ "content", DELTA("{\"content\":\"hello\"}"), " choices content 5" },
	{ "decoded bytes count", DELTA("{\"content\":\"\\u4f60\\n\"}"),
	  " choices content 4" },
	{ "P36: role alone", DELTA("{\"role\":\"assistant\"}"), " choices" },
	{ "P36: role and empty content",
	  DELTA("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"),
	  " choices" },
	{ "P36: empty delta", DELTA("{}"), " choices" },
	{ "P36: delta null", DELTA("null"), " choices" },
	{ "P36: everything empty",
	  DELTA("{\"content\":null,\"reasoning\":\"\",\"tool_calls\":[],"
		"\"reasoning_details\":[],\"images\":[],\"audio\":{},\"function"
		"_call\":{}}"),
	  " choices" },
	{ "reasoning", DELTA("{\"content\":\"\",\"reasoning\":\"hmm\"}"),
	  " choices content 3" },
	{ "DeepSeek's reasoning", DELTA("{\"reasoning_content\":\"hmm\"}"),
	  " choices content 3" },
	{ "reasoning by three names is one",
	  DELTA("{\"reasoning\":\"hmm\",\"reasoning_content\":\"hmm\","
		"\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":"
		"\"hmm\",\"signature\":\"s\"}]}"),
	  " choices content 3" },
	{ "encrypted reasoning is content",
	  DELTA("{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\","
		"\"data\":\"AAAA\"}]}"),
	  " choices content" },
	{ "summaries",
	  DELTA("{\"reasoning_details\":[{\"type\":\"reasoning."
		"summary\",\"summary\":\"ok\"}]}"),
	  " choices content 2" },
	{ "refusal", DELTA("{\"refusal\":\"no\"}"), " choices content 2" },
	{ "tool call",
	  DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
		"\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"
		"]}"),
	  " choices content called 1" },
	{ "its arguments",
	  DELTA("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
		"\"{\\\"a\\\":1}\"}}]}"),
	  " choices content called 7" },
	{ "legacy call",
	  DELTA("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
	  " choices content 3" },
	{ "audio is no text",
	  DELTA("{\"audio\":{\"id\":\"a\",\"data\":\"AAAAAAAAAAAA\"}}"),
	  " choices content" },
	{ "its transcript is", DELTA("{\"audio\":{\"transcript\":\"hello\"}}"),
	  " choices content 5" },
	{ "images are no text",
	  DELTA("{\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
		"\"data:image/png;base64,AAAAAAAA\"}}]}"),
	  " choices content" },
	{ "content in parts",
	  MESSAGE("{\"content\":[{\"type\":\"thinking\",\"thinking\":[{"
		  "\"type\":\"text\",\"text\":\"abc\"}]},{\"type\":\"text\","
		  "\"text\":\"de\"}]}"),
	  " choices content 5 stop native=\"stop\" finished" },
	{ "whole message",
	  MESSAGE("{\"role\":\"assistant\",\"content\":\"a\"}"),
	  " choices content 1 stop native=\"stop\" finished" },
	{ "P38: whole and empty", MESSAGE("{\"content\":\"\"}"),
	  " choices stop native=\"stop\" finished" },
	{ "legacy text",
	  "{\"choices\":[{\"text\":\"hello\",\"finish_reason\":\"length\"}]}",
	  " choices content 5 length native=\"length\" finished" },
	{ "P49: another's word",
	  "{\"choices\":[{\"delta\":{},\"finish_reason\":\"max_tokens\"}]}",
	  " choices length native=\"max_tokens\" finished" },
	{ "P49: stop with a call",
	  MESSAGE("{\"content\":null,\"tool_calls\":[{}]}"),
	  " choices content called tool_calls native=\"stop\" finished" },
	{ "finish before the message",
	  "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"tool_calls"
	  "\":[{}]}}]}",
	  " choices content called tool_calls native=\"stop\" finished" },
	{ "no finish_reason", "{\"choices\":[{\"delta\":{}}]}", " choices" },
	{ "one of two has finished",
	  "{\"choices\":[{\"finish_reason\":null},{\"finish_reason\":\"length"
	  "\"}]}",
	  " choices length native=\"length\"" },
	{ "both have",
	  "{\"choices\":[{\"finish_reason\":\"stop\"},{\"finish_reason\":"
	  "\"length\"}]}",
	  " choices stop native=\"stop\" finished" },
	{ "P14: usage null", "{\"choices\":[],\"usage\":null}", " usage null" },
	{ "P26: usage alone",
	  "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens"
	  "\":2}}",
	  " usage" },
	{ "P13: usage wrong",
	  "{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":2}}",
	  " usage wrong" },
	{ "Moonshot's usage",
	  "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"usage\":{"
	  "\"prompt_tokens\":1,\"completion_tokens\":2}}]}",
	  " choices stop native=\"stop\" finished usage" },
	{ "P35: error", "{\"error\":{\"message\":\"m\",\"code\":503}}",
	  " error message=\"m\" code=503" },
	{ "P35: error with empty choices",
	  "{\"choices\":[],\"error\":{\"code\":\"overloaded\"}}",
	  " error code=\"overloaded\"" },
	{ "P35: error text", "{\"error\":\"broken\"}",
	  " error message=\"broken\"" },
	{ "P35: error with nothing in it", "{\"error\":{}}", " error" },
	{ "P35: error of a choice",
	  "{\"choices\":[{\"error\":{\"message\":\"m\",\"code\":502},\"finish_"
	  "reason\":\"error\"}]}",
	  " choices error native=\"error\" finished error message=\"m\" "
	  "code=502" },
	{ "P35: finish error",
	  "{\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}",
	  " choices error native=\"error\" finished error" },
	{ "P35: DeepSeek's",
	  "{\"choices\":[{\"finish_reason\":\"insufficient_system_resource\"}]"
	  "}",
	  " choices error native=\"insufficient_system_resource\" finished "
	  "error" },
	{ "P35: vLLM's",
	  "{\"object\":\"error\",\"message\":\"m\",\"code\":400}",
	  " error message=\"m\" code=400" },
	{ "error null is none", "{\"error\":null}", "" },
	{ "error false is none", "{\"error\":false}", "" },
	{ "error empty is none", "{\"error\":\"\"}", "" },
	{ "names by escapes", "{\"\\u0065rror\":\"x\"}",
	  " error message=\"x\"" },
	{ "odd shapes", "{\"choices\":{\"a\":1},\"id\":5,\"error\":[]}",
	  " id=5 choices error" },
	{ "choices of scalars", "{\"choices\":[1,\"x\",null]}", " choices" },
};

EACH(openai, reads_what_an_answer_says, answers)
{
	struct openai_facts facts;
	struct buf seen;

	buf_init(&seen, 10000);
	cr_assert(openai_read_answer(span_of(row->text), &facts), "%s",
		  row->label);
	describe(&facts, &seen);
	cr_expect_str_eq(seen.text, row->want, "%s: %s", row->label, seen.text);
	buf_done(&seen);
}

static const struct {
	const char *label, *text;
} strangers[] = {
	{ "nothing", "" },	  { "the end", "[DONE]" },
	{ "cut", "{\"id\":\"a" }, { "list", "[]" },
	{ "text", "\"{}\"" },	  { "two", "{}{}" },
	{ "null", "null" },	  { "no UTF-8", "{\"a\":\"\xff\"}" },
};

EACH(openai, takes_only_objects_for_answers, strangers)
{
	struct openai_facts facts = { .text_bytes = 77 };

	cr_expect_not(openai_read_answer(span_of(row->text), &facts), "%s",
		      row->label);
	cr_expect_eq(facts.text_bytes, 77);
}
