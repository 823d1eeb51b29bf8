#ifndef COMMANDS_SHEET_H
#define COMMANDS_SHEET_H

#include "base/keep.h"
#include "bin/commands/command.h"

/*
 * Rows for people and for programs: the same cells come out as an aligned
 * table, or as the HTTP API's {"data": ...} when --json is given. Cells are
 * put in row by row, in the order of the columns. Texts must outlive it.
 */
enum cell_kind {
	CELL_TEXT,
	CELL_NUMBER,
	CELL_DOLLARS, /* nano-dollars; in JSON an exact decimal */
	CELL_RATE,    /* pico-dollars a token; people read it per million */
	CELL_FEE,     /* pico-dollars a unit */
	CELL_TIME,    /* milliseconds since 1970 */
	CELL_SWITCH,
	CELL_LIST, /* the text of a JSON array of texts */
	CELL_JSON, /* the text of any JSON value */
};

struct column {
	const char *name;  /* in JSON; NULL: for people only */
	const char *title; /* for people; NULL: in JSON only */
	enum cell_kind kind;
};

struct cell {
	const char *text;
	int64_t number;
	bool null;
};

struct sheet {
	struct arena *arena;
	const struct column *columns; /* closed by a row without names */
	size_t width;
	struct list cells;
};

struct sheet sheet_new(struct arena *a, const struct column *columns);

/* The next cell. A text that is NULL, and a time of 0, are null. */
void sheet_text(struct sheet *s, const char *text);
void sheet_number(struct sheet *s, int64_t number);
void sheet_time(struct sheet *s, int64_t at_ms);
void sheet_null(struct sheet *s);

/* A text where "" stands for none, and a number that may be none. */
void sheet_some(struct sheet *s, const char *text);
void sheet_maybe(struct sheet *s, const int64_t *number);

size_t sheet_rows(const struct sheet *s);
const struct cell *sheet_cell(const struct sheet *s, size_t row, size_t at);

/* All rows as a table, or as an array under "data". */
void sheet_print(const struct call *c, const struct sheet *s);

/* The one row as a list of names and values, or as an object under "data". */
void sheet_print_one(const struct call *c, const struct sheet *s);

/* The same, whatever was asked for. */
void sheet_print_table(const struct sheet *s);
void sheet_print_list(const struct sheet *s);
void sheet_print_json(const struct sheet *s);

/* For answers of more than one part: the JSON of one row, and all of them as
 * an array on standard output. */
const char *sheet_row_json(const struct sheet *s, size_t row);
void sheet_print_array(const struct sheet *s);

/* TEXT in quotes, as JSON has it; what is not UTF-8 becomes U+FFFD. */
const char *json_quoted(struct arena *a, const char *text);

/* TEXT without what a terminal would obey. */
const char *printable(struct arena *a, const char *text);

#endif
