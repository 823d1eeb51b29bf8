#include "base/csv.h"

#include "support/row.h"

TestSuite(csv, .timeout = 10);

static const struct {
	const char *label, *text, *want;
} texts[] = {
	{ "plain", "app", "app" },
	{ "nothing", "", "" },
	{ "null", NULL, "" },
	{ "a comma", "a,b", "\"a,b\"" },
	{ "a quote", "say \"hi\"", "\"say \"\"hi\"\"\"" },
	{ "only quotes", "\"\"", "\"\"\"\"\"\"" },
	{ "a line end inside", "a\r\nb", "\"a\r\nb\"" },
	{ "a space in front", " a", "\" a\"" },
	{ "UTF-8", "\u00fcber", "\u00fcber" },
	{ "a formula", "=1+1", "\"'=1+1\"" },
	{ "a call", "=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"" },
	{ "a link", "=HYPERLINK(\"http://x\",\"y\")",
	  "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"" },
	{ "plus", "+1", "\"'+1\"" },
	{ "minus", "-1", "\"'-1\"" },
	{ "at", "@SUM(A1)", "\"'@SUM(A1)\"" },
	{ "tab", "\t=1", "\"'\t=1\"" },
	{ "carriage return", "\r=1", "\"'\r=1\"" },
	{ "newline", "\n=1", "\"'\n=1\"" },
	{ "wide equals", "\uFF1D1+1", "\"'\uFF1D1+1\"" },
	{ "wide at", "\uFF20x", "\"'\uFF20x\"" },
	{ "a sign inside is none", "a=b", "a=b" },
	{ "a field of its own in a quote", "x\",=1+1,\"",
	  "\"x\"\",=1+1,\"\"\"" },
};

EACH(csv, quotes_what_strangers_wrote, texts)
{
	struct buf buf;
	struct csv csv = { .buf = &buf };

	buf_init(&buf, 1024);
	csv_text(&csv, row->text);
	cr_expect_str_eq(buf.text, row->want, "%s: %s", row->label, buf.text);
	buf_done(&buf);
}

Test(csv, separates_fields_and_ends_lines)
{
	struct buf buf;
	struct csv csv = { .buf = &buf };

	buf_init(&buf, 1024);
	csv_plain(&csv, "-1");
	csv_text(&csv, "");
	csv_text(&csv, "a");
	csv_end(&csv);
	csv_text(&csv, "");
	csv_plain(&csv, "2");
	csv_end(&csv);
	cr_expect_str_eq(buf.text, "-1,,a\r\n,2\r\n");
	buf_done(&buf);
}
