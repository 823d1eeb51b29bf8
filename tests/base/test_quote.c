#include "base/quote.h"

#include "support/row.h"

static const struct {
	const char *label, *text, *want;
} texts[] = {
	{ "empty", "", "\"\"" },
	{ "plain", "openai/gpt-4.1", "\"openai/gpt-4.1\"" },
	{ "quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "named controls", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
	{ "other controls", "\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"" },
	{ "UTF-8", "\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80",
	  "\"\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80\"" },
	{ "latin-1", "caf\xe9!", "\"caf\xef\xbf\xbd!\"" },
	{ "character cut short", "\xe4\xbd", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
};

EACH(quote, makes_a_valid_string, texts)
{
	struct buf b;

	buf_init(&b, 1000);
	quote_json(&b, span_of(row->text));
	cr_expect_str_eq(b.text, row->want, "%s", row->label);
	buf_done(&b);
}

Test(quote, takes_nothing_and_nul_bytes)
{
	struct buf b;

	buf_init(&b, 1000);
	quote_json(&b, (struct span){ 0 });
	quote_json(&b, (struct span){ "a\0b", 3 });
	cr_expect_str_eq(b.text, "\"\"\"a\\u0000b\"");
	buf_done(&b);
}
