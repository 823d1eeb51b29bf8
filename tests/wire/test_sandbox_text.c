#include "wire/sandbox_text.h"

#include "support/row.h"

#include <string.h>

/* TEXT with a bar behind each of its pieces of COUNT tokens. */
static void bars(const struct sandbox_text *text, int64_t count,
		 struct buf *out)
{
	struct sandbox_place place = { 0 };

	while (sandbox_take(text, &place, count, out) > 0)
		buf_text(out, "|");
	cr_expect_not(sandbox_more(text, &place));
}

static const struct {
	const char *label, *text, *want;
	int64_t tokens;
} texts[] = {
	{ "nothing", "", "", 0 },
	{ "words", "one two", "one| two|", 2 },
	{ "punctuation", "No, it's 3.5!", "No|,| it's| 3|.|5|!|", 7 },
	{ "spaces", "a  b ", "a| | b| |", 4 },
	{ "lines", "a\n b\n", "a|\n| b|\n|", 4 },
	{ "a long word", "0123456789abcdefgh", "0123456789abcdef|gh|", 2 },
	{ "a long word behind a space", " 0123456789abcdefgh",
	  " 0123456789abcde|fgh|", 2 },
	{ "P31 characters stay whole", "aé 漢字🙂", "a|é| |漢|字|🙂|",
	  6 },
};

EACH(sandbox_text, is_cut_into_tokens, texts)
{
	struct sandbox_text text = sandbox_given(span_of(row->text));
	struct buf out;

	buf_init(&out, 1000);
	bars(&text, 1, &out);
	cr_expect_str_eq(out.text, row->want, "%s", row->label);
	cr_expect_eq(sandbox_count(span_of(row->text)), row->tokens, "%s",
		     row->label);
	buf_done(&out);
}

static const struct {
	int64_t tokens;
	size_t start;
	const char *begins;
} lorems[] = {
	{ 0, 0, "" },
	{ 1, 0, "Lorem" },
	{ 7, 0, "Lorem ipsum dolor sit amet, consectetur" },
	{ 200, 1, "Ut enim ad" },
	{ 200, 3, "Excepteur sint" },
	{ 3000, 4, "Lorem ipsum" },
};

EACH(sandbox_text, has_as_many_tokens_of_lorem_as_asked_for, lorems)
{
	struct sandbox_text text = sandbox_lorem(row->tokens, row->start);
	struct sandbox_place place = { 0 };
	struct buf out;

	buf_init(&out, 100000);
	cr_expect_eq(sandbox_take(&text, &place, INT64_MAX, &out), row->tokens);
	cr_expect_eq(sandbox_count((struct span){ out.text, out.len }),
		     row->tokens);
	cr_expect_eq(strncmp(out.text, row->begins, strlen(row->begins)), 0,
		     "%.40s", out.text);
	buf_done(&out);
}

Test(sandbox_text, ends_at_the_byte_asked_for)
{
	struct sandbox_text text = sandbox_lorem(SANDBOX_NO_LIMIT, 0);
	struct buf out;

	text.bytes = 1000003;
	buf_init(&out, 2000000);
	cr_expect_eq(sandbox_take(&text, &(struct sandbox_place){ 0 },
				  INT64_MAX, &out),
		     sandbox_count((struct span){ out.text, out.len }));
	cr_expect_eq(out.len, 1000003);
	buf_done(&out);
}

static const struct {
	const char *label, *text, *stop, *want; /* text NULL: lorem */
	int64_t tokens;
	bool stops;
} stops[] = {
	{ "inside a word", "hello world", "lo w", "hel", 9, true },
	{ "not there", "hello world", "x", "hello world", 9, false },
	{ "empty", "hello", "", "hello", 9, false },
	{ "at once", "hello", "h", "", 9, true },
	{ "in the lorem", NULL, " amet", "Lorem ipsum dolor sit", 100, true },
	{ "behind the lorem's end", NULL, " dolor", "Lorem ipsum", 2, false },
	{ "across two rounds", NULL, "laborum. Lorem", NULL, 1000, true },
};

EACH(sandbox_text, stops, stops)
{
	struct sandbox_text text = row->text ? sandbox_given(span_of(row->text))
					     : sandbox_lorem(row->tokens, 0);
	struct buf out;

	buf_init(&out, 10000);
	cr_expect_eq(sandbox_stop(&text, span_of(row->stop)), row->stops, "%s",
		     row->label);
	sandbox_take(&text, &(struct sandbox_place){ 0 }, INT64_MAX, &out);
	if (row->want)
		cr_expect_str_eq(out.text, row->want, "%s", row->label);
	else
		cr_expect_str_eq(out.text + out.len - 7, "id est ", "%s",
				 row->label);
	buf_done(&out);
}

static const struct {
	const char *label, *text;
	int64_t tokens;
	bool cuts;
	const char *want;
} limits[] = {
	{ "short enough", "a b", 2, false, "a b" },
	{ "too long", "a b c", 2, true, "a b" },
	{ "none", "a", 0, true, "" },
	{ "none of nothing", "", 0, false, "" },
};

EACH(sandbox_text, is_limited, limits)
{
	struct sandbox_text text = sandbox_given(span_of(row->text));
	struct buf out;

	buf_init(&out, 100);
	cr_expect_eq(sandbox_limit(&text, row->tokens), row->cuts, "%s",
		     row->label);
	sandbox_take(&text, &(struct sandbox_place){ 0 }, INT64_MAX, &out);
	cr_expect_str_eq(out.text, row->want, "%s", row->label);
	buf_done(&out);
}
