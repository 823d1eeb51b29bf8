#include "relay/meter.h"

#include "support/row.h"

#include <string.h>

static void note(struct meter *meter, const char *text)
{
	struct openai_facts facts;

	cr_assert(openai_read_answer(span_of(text), &facts), "%s", text);
	meter_note(meter, &facts);
}

#define USAGE(prompt, completion)                                              \
	"{\"choices\":[],\"usage\":{\"prompt_tokens\":" prompt                 \
	",\"completion_tokens\":" completion "}}"
#define WORDS(text) "{\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}"

/* What a provider says one after the other, and what is booked. The prompt is
 * 40 bytes: 10 tokens by estimate. */
static const struct {
	const char *label, *said[3];
	bool whole;
	int64_t prompt, completion;
	bool estimated, disputed;
} rows[] = {
	{ "counted", { USAGE("7", "3") }, true, 7, 3, false, false },
	{ "P27: the last count wins",
	  { USAGE("7", "1"), USAGE("7", "3") },
	  true,
	  7,
	  3,
	  false,
	  false },
	{ "not counted", { WORDS("12345678") }, true, 10, 2, true, false },
	{ "P14: null is not zero",
	  { WORDS("12345678"), "{\"choices\":[],\"usage\":null}" },
	  true,
	  10,
	  2,
	  true,
	  false },
	{ "P14: zero is zero",
	  { WORDS("12345678"), USAGE("0", "0") },
	  true,
	  0,
	  0,
	  false,
	  false },
	{ "P14: null after a count",
	  { USAGE("7", "3"), "{\"choices\":[],\"usage\":null}" },
	  true,
	  7,
	  3,
	  false,
	  false },
	{ "P13: negative",
	  { WORDS("12345678"), USAGE("-7", "3") },
	  true,
	  10,
	  2,
	  true,
	  true },
	{ "P13: beyond twice the context",
	  { WORDS("1234"), USAGE("201", "3") },
	  true,
	  10,
	  1,
	  true,
	  true },
	{ "twice the context",
	  { USAGE("200", "3") },
	  true,
	  200,
	  3,
	  false,
	  false },
	{ "P21: provisional in a broken stream",
	  { USAGE("7", "1"), WORDS("12345678901234567890") },
	  false,
	  7,
	  5,
	  true,
	  false },
	{ "P21: counted more than seen",
	  { USAGE("7", "9"), WORDS("1234") },
	  false,
	  7,
	  9,
	  false,
	  false },
};

EACH(meter, books_what_is_believable, rows)
{
	struct ask ask = { .text_bytes = 40, .choices = 1 };
	struct meter meter = { 0 };
	struct reading r;

	for (size_t i = 0; i < 3 && row->said[i]; i++)
		note(&meter, row->said[i]);
	r = meter_read(&meter, &ask, 100, row->whole);
	cr_expect_eq(tokens_prompt(&r.tokens), row->prompt, "%s", row->label);
	cr_expect_eq(tokens_completion(&r.tokens), row->completion, "%s",
		     row->label);
	cr_expect_eq(r.estimated, row->estimated, "%s", row->label);
	cr_expect_eq(r.disputed, row->disputed, "%s", row->label);
}

Test(meter, counts_what_streams_past_before_anybody_tells)
{
	struct meter meter = { 0 };

	note(&meter, WORDS("a"));
	note(&meter, WORDS("b"));
	cr_expect_eq(meter_output(&meter), 2);
	note(&meter, WORDS("0123456789"));
	cr_expect_eq(meter_output(&meter), 6);
	note(&meter, USAGE("1", "50"));
	cr_expect_eq(meter_output(&meter), 50);
}

Test(meter, keeps_words_in_bounds)
{
	struct meter meter = { 0 };

	note(&meter, "{\"id\":\"0123456789012345678901234567890123456789"
		     "0123456789012345678901234567890123456789\"}");
	cr_expect_eq(strlen(meter.upstream_id), METER_WORD - 1);
}
