/* The half of sheet.h that programs read. */
#include "bin/commands/sheet.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/quote.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_CEILING = 256 * 1024 * 1024 };

static const char *finished(struct arena *a, struct buf *text)
{
	const char *copy = arena_copy(a, text->text, text->len);

	buf_done(text);
	return copy;
}

const char *json_quoted(struct arena *a, const char *text)
{
	struct buf quoted;

	buf_init(&quoted, TEXT_CEILING);
	quote_json(&quoted, span_of(text));
	return finished(a, &quoted);
}

/* C1 controls, which are two bytes in UTF-8, drive a terminal as well; and
 * the marks of writing direction make a text look like another. */
static bool misleads(const char *at, size_t len)
{
	return (len == 2 && !memcmp(at, "\xc2", 1) &&
		(unsigned char)at[1] < 0xa0) ||
	       (len == 3 && !memcmp(at, "\xe2\x80", 2) &&
		(unsigned char)at[2] >= 0xaa && (unsigned char)at[2] <= 0xae) ||
	       (len == 3 && !memcmp(at, "\xe2\x81", 2) &&
		(unsigned char)at[2] >= 0xa6 && (unsigned char)at[2] <= 0xa9);
}

const char *printable(struct arena *a, const char *text)
{
	const char *end = text + strlen(text);
	struct buf plain;
	size_t len;

	buf_init(&plain, TEXT_CEILING);
	for (; text < end; text += len ? len : 1) {
		len = utf8_len(text, end);
		if (len == 0 || (unsigned char)*text < ' ' || *text == 0x7f ||
		    misleads(text, len))
			buf_text(&plain, "?");
		else
			buf_add(&plain, text, len);
	}
	return finished(a, &plain);
}

static const char *cell_json(const struct sheet *s, const struct cell *cell,
			     enum cell_kind kind)
{
	struct arena *a = s->arena;

	if (cell->null)
		return "null";
	switch (kind) {
	case CELL_TEXT: return json_quoted(a, cell->text);
	case CELL_NUMBER: return arena_print(a, "%" PRId64, cell->number);
	case CELL_DOLLARS: return money_print(a, cell->number, NANO_DIGITS);
	case CELL_RATE:
	case CELL_FEE:
		return json_quoted(a,
				   money_print(a, cell->number, PICO_DIGITS));
	case CELL_TIME: return json_quoted(a, clock_print(a, cell->number));
	case CELL_SWITCH: return cell->number ? "true" : "false";
	case CELL_LIST:
	case CELL_JSON: return cell->text;
	}
	return "null";
}

static void add_row(struct buf *text, const struct sheet *s, size_t row)
{
	const char *comma = "";

	buf_text(text, "{");
	for (size_t i = 0; i < s->width; i++) {
		if (!s->columns[i].name)
			continue;
		buf_print(text, "%s\"%s\":", comma, s->columns[i].name);
		buf_text(text, cell_json(s, sheet_cell(s, row, i),
					 s->columns[i].kind));
		comma = ",";
	}
	buf_text(text, "}");
}

const char *sheet_row_json(const struct sheet *s, size_t row)
{
	struct buf text;

	buf_init(&text, TEXT_CEILING);
	add_row(&text, s, row);
	return finished(s->arena, &text);
}

void sheet_print_array(const struct sheet *s)
{
	fputs("[", stdout);
	for (size_t row = 0; row < sheet_rows(s); row++)
		printf("%s%s", row ? "," : "", sheet_row_json(s, row));
	fputs("]", stdout);
}

void sheet_print_json(const struct sheet *s)
{
	fputs("{\"data\":", stdout);
	sheet_print_array(s);
	fputs("}\n", stdout);
}
