#include "bin/commands/sheet.h"

#include "base/clock.h"
#include "base/money.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum {
	GAP = 2,
	RATE_DIGITS = 6, /* dollars a million tokens, in pico-dollars a token */
};

struct sheet sheet_new(struct arena *a, const struct column *columns)
{
	struct sheet s = {
		.arena = a,
		.columns = columns,
		.cells = { .size = sizeof(struct cell) },
	};

	while (columns[s.width].name || columns[s.width].title)
		s.width++;
	return s;
}

static void add(struct sheet *s, struct cell cell)
{
	*(struct cell *)list_add(&s->cells, s->arena) = cell;
}

void sheet_text(struct sheet *s, const char *text)
{
	add(s, (struct cell){ .text = text, .null = !text });
}

void sheet_some(struct sheet *s, const char *text)
{
	sheet_text(s, text && *text ? text : NULL);
}

void sheet_number(struct sheet *s, int64_t number)
{
	add(s, (struct cell){ .number = number });
}

void sheet_time(struct sheet *s, int64_t at_ms)
{
	add(s, (struct cell){ .number = at_ms, .null = !at_ms });
}

void sheet_maybe(struct sheet *s, const int64_t *number)
{
	if (number)
		sheet_number(s, *number);
	else
		sheet_null(s);
}

void sheet_null(struct sheet *s)
{
	add(s, (struct cell){ .null = true });
}

size_t sheet_rows(const struct sheet *s)
{
	assert(s->cells.count % s->width == 0);
	return s->cells.count / s->width;
}

const struct cell *sheet_cell(const struct sheet *s, size_t row, size_t at)
{
	return (const struct cell *)s->cells.items + row * s->width + at;
}

/* "2026-04-03 10:00:00": to the second, in UTC as all times here. */
static const char *people_time(struct arena *a, int64_t at_ms)
{
	char *text = arena_print(a, "%s", clock_print(a, at_ms - at_ms % 1000));

	text[strcspn(text, "T")] = ' ';
	text[strcspn(text, "Z")] = '\0';
	return text;
}

/* ["a","b"] as "a, b". */
static const char *people_list(struct arena *a, const char *text)
{
	json_t *list = json_loads(text, 0, NULL), *item;
	const char *joined = "";
	size_t i;

	json_array_foreach (list, i, item)
		joined = arena_print(
			a, "%s%s%s", joined, i ? ", " : "",
			json_is_string(item) ? json_string_value(item) : "?");
	json_decref(list);
	return printable(a, joined);
}

static const char *cell_people(const struct sheet *s, const struct cell *cell,
			       enum cell_kind kind)
{
	struct arena *a = s->arena;

	if (cell->null)
		return "-";
	switch (kind) {
	case CELL_TEXT:
	case CELL_JSON: return printable(a, cell->text);
	case CELL_NUMBER: return arena_print(a, "%" PRId64, cell->number);
	case CELL_DOLLARS: return money_dollars(a, cell->number);
	case CELL_RATE:
		return arena_print(a, "$%s",
				   money_print(a, cell->number, RATE_DIGITS));
	case CELL_FEE:
		return arena_print(a, "$%s",
				   money_print(a, cell->number, PICO_DIGITS));
	case CELL_TIME: return people_time(a, cell->number);
	case CELL_SWITCH: return cell->number ? "yes" : "no";
	case CELL_LIST: return people_list(a, cell->text);
	}
	return "";
}

/* Characters, so that names in any script line up. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xC0) != 0x80;
	return width;
}

static bool to_the_right(enum cell_kind kind)
{
	return kind == CELL_NUMBER || kind == CELL_DOLLARS ||
	       kind == CELL_RATE || kind == CELL_FEE;
}

static const char *upper(struct arena *a, const char *title)
{
	char *text = arena_print(a, "%s", title);

	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return text;
}

/* The table as texts, its head in front; NULL where nobody sees a column. */
static const char **texts_of(const struct sheet *s, size_t *rows)
{
	const char **texts, **at;

	*rows = sheet_rows(s) + 1;
	at = texts = arena_take(s->arena, *rows * s->width * sizeof(*texts));
	for (size_t i = 0; i < s->width; i++, at++)
		if (s->columns[i].title)
			*at = upper(s->arena, s->columns[i].title);
	for (size_t row = 0; row + 1 < *rows; row++)
		for (size_t i = 0; i < s->width; i++, at++)
			if (s->columns[i].title)
				*at = cell_people(s, sheet_cell(s, row, i),
						  s->columns[i].kind);
	return texts;
}

static size_t *widths_of(const struct sheet *s, const char **texts, size_t rows)
{
	size_t *widths = arena_take(s->arena, s->width * sizeof(*widths));

	for (size_t i = 0; i < rows * s->width; i++) {
		size_t wide = texts[i] ? width_of(texts[i]) : 0;

		if (wide > widths[i % s->width])
			widths[i % s->width] = wide;
	}
	return widths;
}

/* Blanks are owed until something follows: no line ends in them. */
static void print_line(const struct sheet *s, const char **texts,
		       const size_t *widths)
{
	size_t owed = 0;

	for (size_t i = 0; i < s->width; i++) {
		size_t pad;

		if (!texts[i])
			continue;
		pad = widths[i] - width_of(texts[i]);
		if (to_the_right(s->columns[i].kind)) {
			owed += pad;
			pad = 0;
		}
		if (*texts[i]) {
			printf("%*s%s", (int)owed, "", texts[i]);
			owed = 0;
		}
		owed += pad + GAP;
	}
	printf("\n");
}

void sheet_print_table(const struct sheet *s)
{
	size_t rows;
	const char **texts = texts_of(s, &rows);
	const size_t *widths = widths_of(s, texts, rows);

	for (size_t row = 0; row < rows; row++)
		print_line(s, texts + row * s->width, widths);
}

void sheet_print_list(const struct sheet *s)
{
	size_t wide = 0;

	for (size_t i = 0; i < s->width; i++)
		if (s->columns[i].title && strlen(s->columns[i].title) > wide)
			wide = strlen(s->columns[i].title);
	for (size_t i = 0; i < s->width; i++)
		if (s->columns[i].title)
			printf("%-*s  %s\n", (int)wide, s->columns[i].title,
			       cell_people(s, sheet_cell(s, 0, i),
					   s->columns[i].kind));
}

void sheet_print(const struct call *c, const struct sheet *s)
{
	if (wants_json(c))
		sheet_print_json(s);
	else
		sheet_print_table(s);
}

void sheet_print_one(const struct call *c, const struct sheet *s)
{
	if (wants_json(c))
		printf("{\"data\":%s}\n", sheet_row_json(s, 0));
	else
		sheet_print_list(s);
}
