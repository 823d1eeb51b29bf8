#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * Lines of comma-separated values (RFC 4180), made to be opened by people: a
 * spreadsheet takes a text that begins with one of "=+-@", a tab or a line end
 * for a formula, and what is written here comes from strangers. Such a text
 * gets an apostrophe in front, which spreadsheets do not show.
 */
struct csv {
	struct buf *buf;
	bool inside; /* a line has begun */
};

/* A text from anywhere; NULL is an empty one. */
void csv_text(struct csv *csv, const char *text);

/* Our own: digits, a time, a word; as it stands. */
void csv_plain(struct csv *csv, const char *text);

void csv_end(struct csv *csv);

#endif
