#include "base/scan.h"

#include "support/row.h"

#include <inttypes.h>
#include <stdio.h>

/* Bytes with NULs among them. */
#define BYTES(text)                                                            \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static const struct {
	const char *label;
	struct span text;
} right[] = {
	{ "null", BYTES("null") },
	{ "true in space", BYTES(" \t\r\n true \t\r\n ") },
	{ "false", BYTES("false") },
	{ "zero", BYTES("0") },
	{ "minus zero", BYTES("-0") },
	{ "fraction and exponent", BYTES("-12.50e+07") },
	{ "capital exponent", BYTES("1E-2") },
	{ "zero with exponent", BYTES("0e0") },
	{ "P51: huge exponent", BYTES("1e400") },
	{ "P51: number of forty digits",
	  BYTES("1234567890123456789012345678901234567890") },
	{ "empty string", BYTES("\"\"") },
	{ "all escapes", BYTES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"") },
	{ "escaped NUL", BYTES("\"\\u0000\"") },
	{ "surrogate pair", BYTES("\"\\ud83d\\ude00\"") },
	{ "half a pair", BYTES("\"\\ud83d\"") },
	{ "second half first", BYTES("\"\\ude00\\ud83d\"") },
	{ "delete character", BYTES("\"\x7f\"") },
	{ "two bytes", BYTES("\"\xc3\xa9\"") },
	{ "three bytes", BYTES("\"\xe4\xbd\xa0\xe5\xa5\xbd\"") },
	{ "four bytes", BYTES("\"\xf0\x9f\x98\x80\"") },
	{ "lowest of each length",
	  BYTES("\"\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80\"") },
	{ "highest of each length",
	  BYTES("\"\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf\"") },
	{ "around the surrogates", BYTES("\"\xed\x9f\xbf\xee\x80\x80\"") },
	{ "noncharacter", BYTES("\"\xef\xbf\xbe\"") },
	{ "U+2028", BYTES("\"\xe2\x80\xa8\"") },
	{ "long plain string",
	  BYTES("\"0123456789 0123456789 0123456789 0123456789\"") },
	{ "escape after eight", BYTES("\"01234567\\n01234567\\\"\"") },
	{ "empty array", BYTES("[]") },
	{ "empty array in space", BYTES(" [ ] ") },
	{ "array", BYTES("[1,\"a\",null,[],{},[[2]]]") },
	{ "empty object", BYTES("{}") },
	{ "object", BYTES("{\"a\":1,\"b\":{\"c\":[{}]} }") },
	{ "empty name", BYTES("{\"\":0}") },
	{ "P51: name twice", BYTES("{\"a\":1,\"a\":2}") },
	{ "space everywhere", BYTES("{ \"a\" : [ 1 , 2 ] , \"b\" : 3 }") },
};

EACH(scan, takes_what_is_json, right)
{
	struct fault why = { 0 };
	struct span value = { 0 };

	cr_expect(scan_text(row->text, SCAN_DEPTH, &value, &why), "%s: %s",
		  row->label, why.text);
	cr_expect_eq(why.kind, FAULT_NONE);
	cr_expect_not_null(value.at);
}

static const struct {
	const char *label;
	struct span text;
	size_t at;
} wrong[] = {
	{ "nothing", BYTES(""), 0 },
	{ "only space", BYTES("  "), 2 },
	{ "NUL alone", BYTES("\0"), 0 },
	{ "NUL behind", BYTES("{}\0"), 2 },
	{ "NUL between", BYTES("[1,\0 2]"), 3 },
	{ "NUL in a string", BYTES("\"a\0b\""), 2 },
	{ "byte order mark", BYTES("\xef\xbb\xbf{}"), 0 },
	{ "form feed is no space", BYTES("\f1"), 0 },
	{ "two values", BYTES("1 2"), 2 },
	{ "two objects", BYTES("{}{}"), 2 },
	{ "comma behind", BYTES("[],"), 2 },
	{ "word cut", BYTES("tru"), 3 },
	{ "word spoilt", BYTES("nulx"), 3 },
	{ "word too long", BYTES("nulll"), 4 },
	{ "capital word", BYTES("True"), 0 },
	{ "NaN", BYTES("NaN"), 0 },
	{ "Infinity", BYTES("-Infinity"), 1 },
	{ "leading zero", BYTES("01"), 1 },
	{ "leading plus", BYTES("+1"), 0 },
	{ "leading point", BYTES(".5"), 0 },
	{ "minus alone", BYTES("-"), 1 },
	{ "minus and point", BYTES("-.5"), 1 },
	{ "point without digits", BYTES("1."), 2 },
	{ "point and exponent", BYTES("1.e1"), 2 },
	{ "exponent without digits", BYTES("1e"), 2 },
	{ "exponent with sign alone", BYTES("1e+"), 3 },
	{ "exponent with two signs", BYTES("1e+-2"), 3 },
	{ "hex", BYTES("0x10"), 1 },
	{ "two points", BYTES("1.2.3"), 3 },
	{ "full-width digit", BYTES("\xef\xbc\x91"), 0 },
	{ "string not closed", BYTES("\"abc"), 4 },
	{ "string closed by an escape", BYTES("\"abc\\\""), 6 },
	{ "backslash at the end", BYTES("\"\\"), 2 },
	{ "single quotes", BYTES("'a'"), 0 },
	{ "line feed in a string", BYTES("\"a\nb\""), 2 },
	{ "tab in a long string", BYTES("\"0123456789\tb\""), 11 },
	{ "last control character", BYTES("\"\x1f\""), 1 },
	{ "no such escape", BYTES("\"\\x41\""), 2 },
	{ "escaped apostrophe", BYTES("\"\\'\""), 2 },
	{ "escape of a NUL byte", BYTES("\"\\\0\""), 2 },
	{ "short unicode escape", BYTES("\"\\u12\""), 5 },
	{ "unicode escape cut", BYTES("\"\\u12"), 5 },
	{ "unicode escape not hex", BYTES("\"\\u12g4\""), 5 },
	{ "lone continuation", BYTES("\"\x80\""), 1 },
	{ "overlong slash", BYTES("\"\xc0\xaf\""), 1 },
	{ "overlong of three", BYTES("\"\xe0\x9f\xbf\""), 1 },
	{ "overlong of four", BYTES("\"\xf0\x8f\xbf\xbf\""), 1 },
	{ "surrogate in UTF-8", BYTES("\"\xed\xa0\x80\""), 1 },
	{ "past U+10FFFF", BYTES("\"\xf4\x90\x80\x80\""), 1 },
	{ "five bytes", BYTES("\"\xf8\x88\x80\x80\x80\""), 1 },
	{ "0xFF", BYTES("\"\xff\""), 1 },
	{ "character cut by the quote", BYTES("\"\xe4\xbd\""), 1 },
	{ "character cut by the end", BYTES("\"\xf0\x9f\x98"), 1 },
	{ "latin-1", BYTES("\"caf\xe9\""), 4 },
	{ "second character wrong", BYTES("\"\xc3\xa9\xc3\""), 3 },
	{ "UTF-16", BYTES("{\0}\0"), 1 },
	{ "array not closed", BYTES("[1"), 2 },
	{ "array closed twice", BYTES("[1]]"), 3 },
	{ "array closed as object", BYTES("[1}"), 2 },
	{ "array without comma", BYTES("[1 2]"), 3 },
	{ "comma before ']'", BYTES("[1,]"), 3 },
	{ "comma after '['", BYTES("[,1]"), 1 },
	{ "two commas", BYTES("[1,,2]"), 3 },
	{ "colon in an array", BYTES("[\"a\":1]"), 4 },
	{ "object not closed", BYTES("{\"a\":1"), 6 },
	{ "object only opened", BYTES("{"), 1 },
	{ "object closed as array", BYTES("{\"a\":1]"), 6 },
	{ "name only", BYTES("{\"a\"}"), 4 },
	{ "name without value", BYTES("{\"a\":}"), 5 },
	{ "no colon", BYTES("{\"a\" 1}"), 5 },
	{ "two colons", BYTES("{\"a\"::1}"), 5 },
	{ "comma for colon", BYTES("{\"a\",1}"), 4 },
	{ "name without quotes", BYTES("{a:1}"), 1 },
	{ "number as name", BYTES("{1:1}"), 1 },
	{ "comma before '}'", BYTES("{\"a\":1,}"), 7 },
	{ "comma after '{'", BYTES("{,\"a\":1}"), 1 },
	{ "two commas between members", BYTES("{\"a\":1,,\"b\":2}"), 7 },
	{ "comment", BYTES("[1/**/]"), 2 },
	{ "cut in an escape in a name", BYTES("{\"a\\"), 4 },
};

EACH(scan, names_the_byte_that_is_not_json, wrong)
{
	struct span untouched = span_of("x"), value = untouched;
	struct fault why = { 0 };
	size_t at = 9999;

	cr_expect_not(scan_text(row->text, SCAN_DEPTH, &value, &why), "%s",
		      row->label);
	cr_expect_eq(value.at, untouched.at, "%s", row->label);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect_eq(sscanf(why.text, "not valid JSON at byte %zu:", &at), 1,
		     "%s: %s", row->label, why.text);
	cr_expect_eq(at, row->at, "%s: %s", row->label, why.text);
}

/* The beginning of a valid text is never valid, unless it is a number. */
Test(scan, refuses_every_beginning_of_an_object)
{
	static const char text[] =
		"{\"a\\u00e9\":[1.5e3,true,{\"\xe4\xbd\xa0\":null}],\"b\":\"\\n\"}";

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *copy = malloc(len + 1); /* its end is watched by ASan */
		struct span value;

		memcpy(copy, text, len);
		cr_expect_not(scan_text((struct span){ copy, len }, SCAN_DEPTH,
					&value, NULL),
			      "%zu bytes", len);
		free(copy);
	}
}

/* Every position of a special byte within a word of eight must be seen. */
Test(scan, sees_a_bad_byte_at_every_position)
{
	static const char bad[] = { '\0', '\n', '\x1f', '\x80', '\xff' };
	struct span value;
	char text[42];

	for (size_t i = 0; i < sizeof(bad); i++) {
		for (size_t at = 1; at < sizeof(text) - 1; at++) {
			struct span whole = { text, sizeof(text) };

			memset(text, 'a', sizeof(text));
			text[0] = text[sizeof(text) - 1] = '"';
			cr_assert(scan_text(whole, 1, &value, NULL));
			text[at] = bad[i];
			cr_expect_not(scan_text(whole, 1, &value, NULL),
				      "%#x at %zu", bad[i] & 0xFF, at);
		}
	}
}

static struct span nested(char *text, char open, char close, size_t levels)
{
	size_t len = 0;

	for (size_t i = 0; i < levels; i++) {
		text[len++] = open;
		if (open == '{') {
			memcpy(text + len, "\"a\":", 4);
			len += 4;
		}
	}
	text[len++] = '1';
	for (size_t i = 0; i < levels; i++)
		text[len++] = close;
	return (struct span){ text, len };
}

static const struct {
	const char *label;
	char open, close;
	size_t levels;
	unsigned depth;
	const char *want; /* NULL: it is taken */
} depths[] = {
	{ "as many as allowed", '[', ']', 128, 128, NULL },
	{ "one too many", '[', ']', 129, 128,
	  "JSON nested more than 128 levels deep, at byte 128" },
	{ "200 levels", '[', ']', 200, 128,
	  "JSON nested more than 128 levels deep, at byte 128" },
	{ "200 objects", '{', '}', 200, 128,
	  "JSON nested more than 128 levels deep, at byte 640" },
	{ "a scalar has none", '[', ']', 0, 0, NULL },
	{ "one where none is allowed", '[', ']', 1, 0,
	  "JSON nested more than 0 levels deep, at byte 0" },
	{ "the most", '{', '}', 1024, SCAN_DEPTH_MOST, NULL },
	{ "past the most", '[', ']', 1025, SCAN_DEPTH_MOST,
	  "JSON nested more than 1024 levels deep, at byte 1024" },
};

EACH(scan, bounds_its_depth, depths)
{
	char *room = malloc(row->levels * 6 + 1);
	struct span text = nested(room, row->open, row->close, row->levels);
	struct fault why = { 0 };
	struct span value;

	cr_expect_eq(scan_text(text, row->depth, &value, &why), !row->want,
		     "%s", row->label);
	cr_expect_eq(why.kind, row->want ? FAULT_BAD_REQUEST : FAULT_NONE);
	cr_expect_str_eq(why.text, row->want ? row->want : "", "%s",
			 row->label);
	free(room);
}

/* Arrays and objects in turns: the stack of bits must tell them apart. */
Test(scan, closes_each_level_as_it_was_opened)
{
	struct span value;

	cr_expect(scan_text(span_of("[{\"a\":[{\"b\":[]}]},[[],{}],1]"), 6,
			    &value, NULL));
	cr_expect_not(scan_text(span_of("[{\"a\":[{\"b\":[]]}},1]"), 6, &value,
				NULL));
}

Test(scan, gives_the_value_without_space)
{
	struct span value;

	cr_assert(scan_text(span_of(" \n[ 1 ]\r\t"), SCAN_DEPTH, &value, NULL));
	cr_expect(span_is(value, "[ 1 ]"));
}
