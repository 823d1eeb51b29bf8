#include "base/fields.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/money.h"
#include "base/money_json.h"
#include "base/text_json.h"

#include <stdbool.h>
#include <string.h>

enum { DATE_LEN = 10 };

static const char *text_at(const struct field *f, const void *row)
{
	const char *text;

	memcpy(&text, (const char *)row + f->at, sizeof(text));
	return text ? text : "";
}

static int64_t number_at(const struct field *f, const void *row)
{
	int64_t number;

	memcpy(&number, (const char *)row + f->at, sizeof(number));
	return number;
}

static bool flag_at(const struct field *f, const void *row)
{
	return *(const bool *)((const char *)row + f->at);
}

/* Everything but texts as one: "" where JSON has null. */
static const char *print(struct arena *a, const struct field *f,
			 const void *row)
{
	int64_t number = f->kind == FIELD_FLAG ? 0 : number_at(f, row);

	switch (f->kind) {
	case FIELD_TEXT: return text_at(f, row);
	case FIELD_FLAG: return flag_at(f, row) ? "true" : "false";
	case FIELD_MONEY: return money_print(a, number, NANO_DIGITS);
	case FIELD_TIME: return number ? clock_print(a, number) : "";
	case FIELD_DATE:
		return arena_print(a, "%.*s", DATE_LEN, clock_print(a, number));
	case FIELD_MAYBE:
		if (number < 0)
			return "";
		break;
	case FIELD_NUMBER: break;
	}
	return arena_print(a, "%lld", (long long)number);
}

static json_t *printed(const struct field *f, const void *row)
{
	struct arena *a = arena_new();
	json_t *text = json_string(print(a, f, row));

	arena_free(a);
	return text;
}

static json_t *value(const struct field *f, const void *row)
{
	switch (f->kind) {
	case FIELD_TEXT: return text_json(text_at(f, row));
	case FIELD_NUMBER: return json_integer(number_at(f, row));
	case FIELD_MONEY: return money_json(number_at(f, row));
	case FIELD_TIME: return time_json(number_at(f, row));
	case FIELD_DATE: return printed(f, row);
	case FIELD_FLAG: return json_boolean(flag_at(f, row));
	case FIELD_MAYBE:
		return number_at(f, row) < 0 ? json_null()
					     : json_integer(number_at(f, row));
	}
	return json_null();
}

void fields_add(json_t *object, const struct field *fields, const void *row)
{
	for (const struct field *f = fields; f->name; f++)
		json_object_set_new(object, f->name, value(f, row));
}

json_t *fields_json(const struct field *fields, const void *row)
{
	json_t *object = json_object();

	fields_add(object, fields, row);
	return object;
}

void fields_csv_head(const struct field *fields, struct buf *out)
{
	struct csv csv = { .buf = out };

	for (const struct field *f = fields; f->name; f++)
		csv_plain(&csv, f->name);
	csv_end(&csv);
}

void fields_csv(const struct field *fields, const void *row, struct buf *out)
{
	struct csv csv = { .buf = out };
	struct arena *a = arena_new();

	for (const struct field *f = fields; f->name; f++)
		if (f->kind == FIELD_TEXT)
			csv_text(&csv, text_at(f, row));
		else
			csv_plain(&csv, print(a, f, row));
	csv_end(&csv);
	arena_free(a);
}
