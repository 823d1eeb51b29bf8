#include "wire/openai.h"

#include "base/scan.h"
#include "support/row.h"

#define DRESSED "\"id\":\"gen-1\",\"model\":\"a/b\",\"provider\":\"P\""
#define USAGE	"\"prompt_tokens\":3,\"completion_tokens\":4"
#define COST                                                                   \
	"\"cost\":0.5,\"is_byok\":false,\"cost_details\":{\"upstream_"         \
	"inference_cost\":null,\"upstream_inference_prompt_cost\":0.2,"        \
	"\"upstream_inference_completions_cost\":0.3}"
#define OURS                                                                   \
	"\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3,"      \
	"\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_"        \
	"tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{"       \
	"\"reasoning_tokens\":0,\"audio_tokens\":0}," COST

enum { SHOW = 1, NULLS = 2, CALLED = 4 };

static const struct tokens counted = { .fresh = 1, .output = 2 };

static struct openai_dress dress(int how)
{
	return (struct openai_dress){
		.id = "gen-1",
		.model = "a/b",
		.provider = "P",
		.created = 1700000000,
		.called = how & CALLED,
		.usage = how & SHOW,
		.nulls = how & NULLS,
		.tokens = &counted,
		.cost = "0.5",
		.prompt_cost = "0.2",
		.completion_cost = "0.3",
	};
}

static const struct {
	const char *label, *text;
	int how;
	const char *want;
} answers[] = {
	{ "P51: all else stays",
	  "{ \"id\" : \"x\",\n\"object\":\"o\",\"model\":\"m\" , \"n\":1e400,"
	  "\"u\":\"\\u00e9\",\"provider\":\"up\",\"x\":1,\"x\":2 }",
	  0,
	  "{ \"id\" : \"gen-1\",\n\"object\":\"o\",\"model\":\"a/b\" , \"n\":"
	  "1e400,\"u\":\"\\u00e9\",\"provider\":\"P\",\"x\":1,\"x\":2 }" },
	{ "what is missing comes last", "{\"object\":\"o\"}", 0,
	  "{\"object\":\"o\"," DRESSED "}" },
	{ "in an empty object", "{}", 0, "{" DRESSED "}" },
	{ "of other kinds", "{\"id\":null,\"model\":7,\"provider\":{\"a\":1}}",
	  0, "{" DRESSED "}" },
	{ "twice", "{" DRESSED ",\"id\":\"y\",\"model\":\"z\"}", 0,
	  "{" DRESSED ",\"id\":\"gen-1\",\"model\":\"a/b\"}" },
	{ "P26: usage not asked for",
	  "{" DRESSED ",\"choices\":[{\"delta\":{}}],\"usage\":{" USAGE "}}", 0,
	  "{" DRESSED ",\"choices\":[{\"delta\":{}}]}" },
	{ "P26: usage null, not asked for", "{\"usage\":null," DRESSED "}", 0,
	  "{" DRESSED "}" },
	{ "usage null, asked for", "{" DRESSED ",\"usage\":null}", NULLS,
	  "{" DRESSED ",\"usage\":null}" },
	{ "usage twice, not asked for",
	  "{\"usage\":{}," DRESSED ",\"usage\":null}", 0, "{" DRESSED "}" },
	{ "usage with its cost", "{\"usage\":{ " USAGE " }," DRESSED "}", SHOW,
	  "{\"usage\":{ " USAGE "," COST " }," DRESSED "}" },
	{ "what the provider says of it stays",
	  "{\"usage\":{\"queue_time\":0.10," USAGE ",\"x\":{}}," DRESSED "}",
	  SHOW,
	  "{\"usage\":{\"queue_time\":0.10," USAGE ",\"x\":{}," COST
	  "}," DRESSED "}" },
	{ "another gateway's cost goes",
	  "{\"usage\":{\"cost\":9,\"is_byok\":true," USAGE
	  ",\"cost_details\":{\"upstream_inference_cost\":9},\"cost\":8}," DRESSED
	  "}",
	  SHOW, "{\"usage\":{" USAGE "," COST "}," DRESSED "}" },
	{ "no usage: ours", "{" DRESSED "}", SHOW,
	  "{" DRESSED ",\"usage\":{" OURS "}}" },
	{ "usage null: ours", "{\"usage\":null," DRESSED "}", SHOW,
	  "{\"usage\":{" OURS "}," DRESSED "}" },
	{ "P13: usage wrong: ours",
	  "{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1}," DRESSED
	  "}",
	  SHOW, "{\"usage\":{" OURS "}," DRESSED "}" },
	{ "usage empty: ours", "{\"usage\":{}," DRESSED "}", SHOW,
	  "{\"usage\":{" OURS "}," DRESSED "}" },
	{ "error null goes", "{" DRESSED ",\"error\":null}", 0,
	  "{" DRESSED "}" },
	{ "an error stays", "{" DRESSED ",\"error\":{\"code\":1}}", 0,
	  "{" DRESSED ",\"error\":{\"code\":1}}" },
	{ "finish null stays",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":null}]}", 0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":null}]}" },
	{ "finish",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\": \"stop\" ,\"index\":0}"
	  "]}",
	  0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\": \"stop\",\"native_"
	  "finish_reason\":\"stop\" ,\"index\":0}]}" },
	{ "P49: finish in other words",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"MAX_TOKENS\"}]}", 0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"length\",\"native_"
	  "finish_reason\":\"MAX_TOKENS\"}]}" },
	{ "native is there",
	  "{" DRESSED ",\"choices\":[{\"native_finish_reason\":\"x\",\"finish_"
	  "reason\":\"max_tokens\"}]}",
	  0,
	  "{" DRESSED ",\"choices\":[{\"native_finish_reason\":\"x\",\"finish_"
	  "reason\":\"length\"}]}" },
	{ "function_call is OpenAI's own",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"function_call\"}]}",
	  0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"function_call\","
	  "\"native_finish_reason\":\"function_call\"}]}" },
	{ "P49: stop with calls",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{"
	  "\"tool_calls\":[{}]}}]}",
	  0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"tool_calls\","
	  "\"native_finish_reason\":\"stop\",\"message\":{\"tool_calls\":[{}]}"
	  "}]}" },
	{ "P49: stop with an empty list of calls",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{"
	  "\"tool_calls\":[ ]}}]}",
	  0,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"stop\",\"native_"
	  "finish_reason\":\"stop\",\"message\":{\"tool_calls\":[ ]}}]}" },
	{ "P49: stop after calls",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"stop\"}]}", CALLED,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"tool_calls\","
	  "\"native_finish_reason\":\"stop\"}]}" },
	{ "P49: length after calls stays",
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"length\"}]}", CALLED,
	  "{" DRESSED ",\"choices\":[{\"finish_reason\":\"length\",\"native_"
	  "finish_reason\":\"length\"}]}" },
	{ "two choices",
	  "{\"choices\":[{\"finish_reason\":null},{\"finish_reason\":\"eos\"}]," DRESSED
	  "}",
	  0,
	  "{\"choices\":[{\"finish_reason\":null},{\"finish_reason\":\"stop\","
	  "\"native_finish_reason\":\"eos\"}]," DRESSED "}" },
};

EACH(openai, dresses_answers, answers)
{
	struct openai_dress d = dress(row->how);
	struct openai_facts facts;
	struct buf out;

	buf_init(&out, 10000);
	cr_assert(openai_read_answer(span_of(row->text), &facts), "%s",
		  row->label);
	openai_write_answer(&facts, &d, &out);
	cr_expect_str_eq(out.text, row->want, "%s: %s", row->label, out.text);
	cr_expect(
		openai_read_answer((struct span){ out.text, out.len }, &facts));
	buf_done(&out);
}

static const struct {
	const char *label, *text, *want;
} events[] = {
	{ "plain", "{\"a\":1," DRESSED "}", "data: {\"a\":1," DRESSED "}\n\n" },
	{ "line breaks in the JSON", "\n{\n\"a\":\r\n1," DRESSED "\n}\n",
	  "data: { \"a\":  1," DRESSED " }\n\n" },
	{ "line breaks that are said stay", "{\"a\":\"\\n\"," DRESSED "}",
	  "data: {\"a\":\"\\n\"," DRESSED "}\n\n" },
};

EACH(openai, writes_events_of_one_line, events)
{
	struct openai_dress d = dress(0);
	struct openai_facts facts;
	struct buf out;

	buf_init(&out, 10000);
	cr_assert(openai_read_answer(span_of(row->text), &facts));
	openai_write_event(&facts, &d, &out);
	cr_expect_str_eq(out.text, row->want, "%s: %s", row->label, out.text);
	buf_done(&out);
}

#define CHUNK                                                                  \
	"{\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"created\":"  \
	"1700000000,\"model\":\"a/b\",\"provider\":\"P\""

Test(openai, makes_an_error_chunk)
{
	struct openai_dress d = dress(0);
	struct buf out;

	buf_init(&out, 10000);
	openai_error_chunk(&d, 502, "it \"broke\"\n", "provider_unavailable",
			   &out);
	cr_expect_str_eq(out.text,
			 CHUNK ",\"error\":{\"code\":502,\"message\":\"it "
			       "\\\"broke\\\"\\n\",\"metadata\":{\"error_"
			       "type\":\"provider_unavailable\"}},\"choices\":"
			       "[{\"index\":0,\"delta\":{\"content\":\"\"},"
			       "\"finish_reason\":\"error\"}]}",
			 "%s", out.text);
	buf_done(&out);
}

Test(openai, makes_a_finish_chunk)
{
	struct openai_dress d = dress(0);
	struct buf out;

	buf_init(&out, 10000);
	openai_finish_chunk(&d, "length", &out);
	cr_expect_str_eq(out.text,
			 CHUNK ",\"choices\":[{\"index\":0,\"delta\":{"
			       "\"content\":\"\"},\"finish_reason\":"
			       "\"length\"}]}",
			 "%s", out.text);
	buf_done(&out);
}

Test(openai, makes_a_completions_finish_chunk)
{
	struct openai_dress d = dress(0);
	struct openai_facts facts;
	struct buf out;

	d.completion = true;
	buf_init(&out, 10000);
	openai_finish_chunk(&d, "length", &out);
	cr_expect(strstr(out.text, "\"object\":\"text_completion\""));
	cr_expect(strstr(out.text, "\"choices\":[{\"index\":0,\"text\":\"\","));
	cr_expect(
		openai_read_answer((struct span){ out.text, out.len }, &facts));
	cr_expect_str_eq(facts.finish, "length");
	buf_done(&out);
}

Test(openai, P26_makes_a_usage_chunk_without_choices)
{
	struct openai_dress d = dress(SHOW);
	struct buf out;

	buf_init(&out, 10000);
	openai_usage_chunk(&d, &out);
	cr_expect_str_eq(out.text,
			 CHUNK ",\"choices\":[],\"usage\":{" OURS "}}", "%s",
			 out.text);
	buf_done(&out);
}

/* Whatever a fault quotes, the chunk is JSON. */
Test(openai, makes_chunks_of_any_bytes)
{
	struct openai_dress d = dress(0);
	struct span value;
	struct buf out;

	d.model = "m\"\\\x01\xff";
	buf_init(&out, 10000);
	openai_error_chunk(&d, 400, "no \xe4\xbd '\x7f' \"\\", "x\"y", &out);
	cr_expect(scan_text((struct span){ out.text, out.len }, SCAN_DEPTH,
			    &value, NULL),
		  "%s", out.text);
	buf_done(&out);
}
