#include "base/scan.h"

#include "base/buf.h"
#include "support/row.h"

#include <inttypes.h>

static struct span valid(const char *text)
{
	struct span value = { 0 };

	cr_assert(scan_text(span_of(text), SCAN_DEPTH, &value, NULL), "%s",
		  text);
	return value;
}

static const struct {
	const char *label, *text, *want;
} walks[] = {
	{ "array", "[1, \"a\" ,null]", "|=number 1|=string \"a\"|=null null" },
	{ "object", "{\"a\":true , \"b\" : false}",
	  "|a=true true|b=false false" },
	{ "empty array", "[ ]", "" },
	{ "empty object", "{ }", "" },
	{ "string", "\"[1]\"", "" },
	{ "number", "12", "" },
	{ "containers", "[[1,[2]],{\"a\":{}}]",
	  "|=array [1,[2]]|=object {\"a\":{}}" },
	{ "brackets in strings", "[\"]\",{\"}\":\"]}\"},[\"\\\"]\"]]",
	  "|=string \"]\"|=object {\"}\":\"]}\"}|=array [\"\\\"]\"]" },
	{ "backslashes before quotes",
	  "{\"a\\\\\":\"\\\\\\\\\",\"b\":\"\\\\\\\"\"}",
	  "|a\\\\=string \"\\\\\\\\\"|b=string \"\\\\\\\"\"" },
	{ "names twice", "{\"a\":1,\"a\":2}", "|a=number 1|a=number 2" },
	{ "name with a colon", "{\"a:b\":1}", "|a:b=number 1" },
	{ "empty name", "{\"\":1e400}", "|=number 1e400" },
	{ "no space", "{\"a\":-1.5E+7,\"b\":[]}",
	  "|a=number -1.5E+7|b=array []" },
	{ "much space", "\t{\r\n\"a\"\t:\r\n1\t,\"b\"\n:\n2\n}\n",
	  "|a=number 1|b=number 2" },
};

EACH(scan, walks_over_the_items, walks)
{
	static const char *const kinds[] = {
		[SCAN_NOTHING] = "nothing", [SCAN_NULL] = "null",
		[SCAN_FALSE] = "false",	    [SCAN_TRUE] = "true",
		[SCAN_NUMBER] = "number",   [SCAN_STRING] = "string",
		[SCAN_ARRAY] = "array",	    [SCAN_OBJECT] = "object",
	};
	struct scan_walk w = scan_walk(valid(row->text));
	struct scan_item item;
	struct buf seen;

	buf_init(&seen, 1000);
	while (scan_next(&w, &item))
		buf_print(&seen, "|%.*s=%s %.*s", (int)item.name.len,
			  item.name.at ? item.name.at : "", kinds[item.kind],
			  (int)item.value.len, item.value.at);
	cr_expect_str_eq(seen.text, row->want, "%s", row->label);
	buf_done(&seen);
}

Test(scan, tells_an_element_from_a_member)
{
	struct scan_walk array = scan_walk(valid("[1]"));
	struct scan_walk object = scan_walk(valid("{\"\":1}"));
	struct scan_item item;

	cr_assert(scan_next(&array, &item));
	cr_expect_null(item.name.at);
	cr_assert(scan_next(&object, &item));
	cr_expect_not_null(item.name.at);
}

Test(scan, walks_over_nothing)
{
	struct scan_walk w = scan_walk((struct span){ 0 });
	struct scan_item item;

	cr_expect_not(scan_next(&w, &item));
	cr_expect_eq(scan_kind((struct span){ 0 }), SCAN_NOTHING);
	cr_expect_null(scan_find((struct span){ 0 }, "a").at);
}

static const struct {
	const char *label, *text, *name, *want; /* want NULL: none */
} finds[] = {
	{ "first", "{\"a\":1,\"b\":2}", "a", "1" },
	{ "last", "{\"a\":1,\"b\":2}", "b", "2" },
	{ "absent", "{\"a\":1}", "b", NULL },
	{ "in no object", "[\"a\"]", "a", NULL },
	{ "the last of two wins", "{\"a\":1,\"a\":2}", "a", "2" },
	{ "not nested ones", "{\"b\":{\"a\":1}}", "a", NULL },
	{ "escaped name", "{\"mod\\u0065l\":1}", "model", "1" },
	{ "wholly escaped", "{\"\\u006d\\u006F\":1}", "mo", "1" },
	{ "escape of a pair", "{\"\\ud83d\\ude00\":1}", "\xf0\x9f\x98\x80",
	  "1" },
	{ "escaped slash", "{\"a\\/b\":1}", "a/b", "1" },
	{ "longer name", "{\"modeling\":1}", "model", NULL },
	{ "shorter name", "{\"mod\":1}", "model", NULL },
	{ "escaped longer name", "{\"mod\\u0065ling\":1}", "model", NULL },
	{ "escaped shorter name", "{\"mod\\u0065\":1}", "model", NULL },
	{ "escaped NUL ends no name", "{\"a\\u0000b\":1}", "a", NULL },
	{ "other case", "{\"Model\":1}", "model", NULL },
	{ "null is there", "{\"a\":null}", "a", "null" },
};

EACH(scan, finds_members_by_name, finds)
{
	struct span found = scan_find(valid(row->text), row->name);

	if (!row->want)
		cr_expect_null(found.at, "%s", row->label);
	else
		cr_expect(span_is(found, row->want), "%s", row->label);
}

static const struct {
	const char *label, *text, *want;
	size_t len;
} strings[] = {
	{ "empty", "\"\"", "", 0 },
	{ "plain", "\"abc\"", "abc", 3 },
	{ "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8 },
	{ "among plain ones", "\"a\\nbc\\td\"", "a\nbc\td", 6 },
	{ "one byte", "\"\\u0041\"", "A", 1 },
	{ "two bytes", "\"\\u00e9\\u00E9\"", "\xc3\xa9\xc3\xa9", 4 },
	{ "three bytes", "\"\\u4f60\\uffff\"", "\xe4\xbd\xa0\xef\xbf\xbf", 6 },
	{ "pair", "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 4 },
	{ "lowest pair", "\"\\ud800\\udc00\"", "\xf0\x90\x80\x80", 4 },
	{ "highest pair", "\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf", 4 },
	{ "half a pair", "\"\\ud83d!\"", "\xef\xbf\xbd!", 4 },
	{ "half a pair, then an escape", "\"\\ud83d\\n\"", "\xef\xbf\xbd\n",
	  4 },
	{ "two first halves", "\"\\ud83d\\ud83d\\ude00\"",
	  "\xef\xbf\xbd\xf0\x9f\x98\x80", 7 },
	{ "second half alone", "\"\\ude00\"", "\xef\xbf\xbd", 3 },
	{ "NUL", "\"a\\u0000b\"", "a\0b", 3 },
	{ "as it stands", "\"\xe4\xbd\xa0\"", "\xe4\xbd\xa0", 3 },
};

EACH(scan, decodes_strings, strings)
{
	struct span value = valid(row->text);
	struct arena *a = arena_new();
	struct span text = scan_string(a, value);

	cr_assert_not_null(text.at);
	cr_expect_eq(text.len, row->len, "%s", row->label);
	cr_expect_arr_eq(text.at, row->want, row->len + 1, "%s", row->label);
	cr_expect_eq(scan_string_len(value), row->len, "%s", row->label);
	cr_expect_eq(scan_says(value, row->want), strlen(row->want) == row->len,
		     "%s", row->label);
	arena_free(a);
}

Test(scan, decodes_only_strings)
{
	struct arena *a = arena_new();

	cr_expect_null(scan_string(a, valid("1")).at);
	cr_expect_null(scan_string(a, (struct span){ 0 }).at);
	cr_expect_eq(scan_string_len(valid("[\"abc\"]")), 0);
	cr_expect_not(scan_says(valid("true"), "true"));
	cr_expect_not(scan_says((struct span){ 0 }, ""));
	arena_free(a);
}

static const struct {
	const char *text;
	bool whole;
	int64_t want;
} integers[] = {
	{ "0", true, 0 },
	{ "-0", true, 0 },
	{ "0.000", true, 0 },
	{ "0e400", true, 0 },
	{ "0e99999999999999999999", true, 0 },
	{ "12", true, 12 },
	{ "-12", true, -12 },
	{ "100", true, 100 },
	{ "1020", true, 1020 },
	{ "12.0", true, 12 },
	{ "10.50e1", true, 105 },
	{ "1.2e1", true, 12 },
	{ "1200e-2", true, 12 },
	{ "0.0012E+4", true, 12 },
	{ "12.000000000000000000000000000000000000", true, 12 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9000000000000000000", true, 9000000000000000000 },
	{ "9e18", true, 9000000000000000000 },
	{ "9223372036854775808", false, 0 },
	{ "-9223372036854775809", false, 0 },
	{ "18446744073709551616", false, 0 },
	{ "18446744073709551617", false, 0 },
	{ "100000000000000000000", false, 0 },
	{ "1e19", false, 0 },
	{ "1e400", false, 0 },
	{ "1e99999999999999999999", false, 0 },
	{ "1.5", false, 0 },
	{ "1e-1", false, 0 },
	{ "105e-2", false, 0 },
	{ "1e-99999999999999999999", false, 0 },
	{ "\"1\"", false, 0 },
	{ "true", false, 0 },
	{ "null", false, 0 },
	{ "[1]", false, 0 },
};

EACH(scan, reads_whole_numbers, integers)
{
	int64_t number = 77;

	cr_expect_eq(scan_int(valid(row->text), &number), row->whole, "%s",
		     row->text);
	cr_expect_eq(number, row->whole ? row->want : 77, "%s: %" PRId64,
		     row->text, number);
}

Test(scan, reads_flags)
{
	bool flag = false;

	cr_expect(scan_bool(valid("true"), &flag) && flag);
	cr_expect(scan_bool(valid("false"), &flag) && !flag);
	flag = true;
	cr_expect_not(scan_bool(valid("1"), &flag));
	cr_expect_not(scan_bool(valid("\"true\""), &flag));
	cr_expect_not(scan_bool((struct span){ 0 }, &flag));
	cr_expect(flag);
}
