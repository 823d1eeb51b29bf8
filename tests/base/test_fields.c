#include "base/fields.h"

#include "base/money_json.h"
#include "base/text_json.h"

#include "support/row.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

TestSuite(fields, .timeout = 10);

struct thing {
	const char *text;
	int64_t number, maybe, money, time, date;
	bool flag;
};

static const struct field fields[] = {
	{ "text", FIELD_TEXT, offsetof(struct thing, text) },
	{ "number", FIELD_NUMBER, offsetof(struct thing, number) },
	{ "maybe", FIELD_MAYBE, offsetof(struct thing, maybe) },
	{ "money", FIELD_MONEY, offsetof(struct thing, money) },
	{ "time", FIELD_TIME, offsetof(struct thing, time) },
	{ "date", FIELD_DATE, offsetof(struct thing, date) },
	{ "flag", FIELD_FLAG, offsetof(struct thing, flag) },
	{ 0 },
};

static const struct {
	const char *label;
	struct thing thing;
	const char *json, *csv;
} things[] = {
	{ "all of it",
	  { "a", 7, 8, 1500000000, 1775210400123, 1775210400123, true },
	  "{\"text\":\"a\",\"number\":7,\"maybe\":8,\"money\":1.5,"
	  "\"time\":\"2026-04-03T10:00:00.123Z\",\"date\":\"2026-04-03\","
	  "\"flag\":true}",
	  "a,7,8,1.5,2026-04-03T10:00:00.123Z,2026-04-03,true\r\n" },
	{ "nothing",
	  { NULL, 0, -1, 0, 0, 0, false },
	  "{\"text\":null,\"number\":0,\"maybe\":null,\"money\":0,"
	  "\"time\":null,\"date\":\"1970-01-01\",\"flag\":false}",
	  ",0,,0,,1970-01-01,false\r\n" },
	{ "P14: zero is not nothing",
	  { "", -3, 0, -1, 1000, 0, false },
	  "{\"text\":null,\"number\":-3,\"maybe\":0,\"money\":-1e-9,"
	  "\"time\":\"1970-01-01T00:00:01Z\",\"date\":\"1970-01-01\","
	  "\"flag\":false}",
	  ",-3,0,-0.000000001,1970-01-01T00:00:01Z,1970-01-01,false\r\n" },
	{ "P18: to the nano-dollar",
	  { "=1", 0, 0, 123456789012345678, 0, 0, false },
	  NULL,
	  "\"'=1\",0,0,123456789.012345678,,1970-01-01,false\r\n" },
};

EACH(fields, are_told_as_json_and_csv, things)
{
	json_t *json = fields_json(fields, &row->thing);
	char *text = json_dumps(json, JSON_COMPACT | JSON_DOLLARS);
	struct buf csv;

	buf_init(&csv, 4096);
	fields_csv(fields, &row->thing, &csv);
	if (row->json)
		cr_expect_str_eq(text, row->json, "%s: %s", row->label, text);
	cr_expect_str_eq(csv.text, row->csv, "%s: %s", row->label, csv.text);
	buf_done(&csv);
	free(text);
	json_decref(json);
}

Test(fields, names_stand_in_the_first_line)
{
	struct buf csv;

	buf_init(&csv, 4096);
	fields_csv_head(fields, &csv);
	cr_expect_str_eq(csv.text,
			 "text,number,maybe,money,time,date,flag\r\n");
	buf_done(&csv);
}

static const struct {
	const char *label, *text, *want;
} texts[] = {
	{ "plain", "abc", "\"abc\"" },
	{ "nothing", "", "null" },
	{ "null", NULL, "null" },
	{ "UTF-8", "\u00fc\u20ac", "\"\u00fc\u20ac\"" },
	{ "Latin-1", "caf\xe9!", "\"caf\uFFFD!\"" },
	{ "cut short", "a\xe2\x82", "\"a\uFFFD\uFFFD\"" },
	{ "all wrong", "\xff\xfe", "\"\uFFFD\uFFFD\"" },
	{ "a control character", "a\001b", "\"a\\u0001b\"" },
};

EACH(fields, P31_texts_are_legal_whatever_they_were, texts)
{
	json_t *json = text_json(row->text);
	char *text = json_dumps(json, JSON_ENCODE_ANY);

	cr_expect_str_eq(text, row->want, "%s: %s", row->label, text);
	free(text);
	json_decref(json);
}
