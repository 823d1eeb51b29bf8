#include "wire/gauge.h"

#include "base/buf.h"
#include "support/row.h"

#include <string.h>

/* What is told of each answer, joined by '|', and the bytes that were said. */
static const struct {
	const char *label;
	bool events;
	const char *answer, *told;
	int64_t text;
} answers[] = {
	{ "whole", false,
	  "{\"choices\":[{\"message\":{\"content\":\"hello\"}}],\"usage\" : "
	  "{\"a\":{\"b\":1}} }",
	  "{\"a\":{\"b\":1}}", 5 },
	{ "Gemini's list", false,
	  "[{\"usageMetadata\":{\"a\":1}},\n{\"usageMetadata\":{\"a\":2}}]",
	  "{\"a\":1}|{\"a\":2}", 0 },
	{ "within a response", false, "{\"response\":{\"usage\":{}}}", "{}",
	  0 },
	{ "in a choice", false, "{\"choices\":[{\"usage\":{}}]}", "{}", 0 },
	{ "too deep: a tool's own", false,
	  "{\"content\":[{\"input\":{\"usage\":{\"input_tokens\":0}}}]}", "",
	  0 },
	{ "in a text", false,
	  "{\"text\":\"\\\"usage\\\":{\\\"a\\\":1}\\\\\",\"usage\":{}}", "{}",
	  16 },
	{ "as a text", false, "{\"x\":\"usage\",\"y\":{\"a\":1}}", "", 0 },
	{ "null", false, "{\"usage\":null,\"x\":{\"a\":1}}", "", 0 },
	{ "in a list", false, "{\"usage\":[{\"a\":1}]}", "", 0 },
	{ "a brace in a text", false, "{\"usage\":{\"a\":\"}\\\"}\"}}",
	  "{\"a\":\"}\\\"}\"}", 0 },
	{ "no JSON", false, "<html>]]}}\"usage\":{</html>", "", 0 },
	{ "nothing", false, "", "", 0 },
	{ "a stream", true,
	  ": x\r\n\r\nevent: a\r\ndata: {\"delta\":{\"text\":\"hey\"}}\r\n\r\n"
	  "data:{\"usage\":{\"a\":1}}\n\ndata: [DONE]\n\n",
	  "{\"a\":1}", 3 },
	{ "an event that is cut short harms no other", true,
	  "data: {\"usage\":{\"a\":\n\ndata: {\"usage\":{\"b\":1}}\n\n",
	  "{\"b\":1}", 0 },
	{ "other lines are none", true,
	  "id: {\"usage\":{\"a\":1}}\ndat: {\"usage\":{\"a\":1}}\n\n", "", 0 },
	{ "an event of several lines", true,
	  "data: {\"usage\":\ndata: {\"a\":1}}\n\n", "{\"a\":1}", 0 },
};

static void tell(void *who, struct span usage)
{
	struct buf *told = who;

	buf_text(told, told->len ? "|" : "");
	buf_add(told, usage.at, usage.len);
}

EACH(gauge, reads_alike_in_pieces_of_any_size, answers)
{
	size_t len = strlen(row->answer);

	for (size_t piece = 1; piece <= len + 1; piece++) {
		struct gauge g;
		struct buf told;

		buf_init(&told, 4096);
		gauge_init(&g, row->events, tell, &told);
		for (size_t at = 0; at < len; at += piece)
			gauge_feed(&g, row->answer + at,
				   piece < len - at ? piece : len - at);
		cr_expect_str_eq(told.text, row->told, "%s in pieces of %zu",
				 row->label, piece);
		cr_expect_eq(g.text_bytes, row->text, "%s: %lld", row->label,
			     (long long)g.text_bytes);
		buf_done(&told);
	}
}

static const struct {
	const char *label, *answer;
	bool finished;
} ends[] = {
	{ "chat", "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n",
	  true },
	{ "not yet", "data: {\"choices\":[{\"finish_reason\":null}]}\n\n",
	  false },
	{ "messages", "data: {\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n",
	  true },
	{ "Gemini", "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n",
	  true },
	{ "Gemini will not",
	  "data: {\"promptFeedback\":{\"blockReason\":\"X\"}}"
	  "\n\n",
	  true },
	{ "a text that says so",
	  "data: {\"text\":\"\\\"finish_reason\\\":\\\"\"}"
	  "\n\n",
	  false },
	{ "a list of them", "data: {\"finish_reason\":[\"stop\"]}\n\n", false },
	{ "a tool's own",
	  "data: {\"a\":[{\"b\":{\"finish_reason\":\"x\"}}]}\n\n", false },
	{ "nothing", "", false },
};

EACH(gauge, P35_knows_an_end, ends)
{
	struct gauge g;

	gauge_init(&g, true, NULL, NULL);
	gauge_feed(&g, row->answer, strlen(row->answer));
	cr_expect_eq(g.finished, row->finished, "%s", row->label);
}

Test(gauge, P42_what_does_not_fit_is_not_told)
{
	struct gauge g;
	struct buf told;

	buf_init(&told, 1 << 16);
	gauge_init(&g, false, tell, &told);
	gauge_feed(&g, "{\"usage\":{\"a\":\"", 15);
	for (int i = 0; i < 2 * GAUGE_ROOM; i++)
		gauge_feed(&g, "x", 1);
	gauge_feed(&g, "\"},\"usage\":{}}", 14);
	cr_expect_str_eq(told.text, "{}");
	buf_done(&told);
}

Test(gauge, nesting_has_no_end_that_hurts)
{
	struct gauge g;
	struct buf told;

	buf_init(&told, 64);
	gauge_init(&g, false, tell, &told);
	for (int i = 0; i < 1000; i++)
		gauge_feed(&g, "{\"a\":", 5);
	for (int i = 0; i < 2000; i++)
		gauge_feed(&g, "}", 1);
	gauge_feed(&g, "{\"usage\":{}}", 12);
	cr_expect_str_eq(told.text, "{}");
	buf_done(&told);
}
