#ifndef BASE_FIELDS_H
#define BASE_FIELDS_H

#include "base/buf.h"

#include <jansson.h>
#include <stddef.h>

/*
 * What a struct looks like to clients: a table of its members, by which it is
 * told as a JSON object or as a line of CSV.
 *
 *	static const struct field fields[] = {
 *		{ "model", FIELD_TEXT, offsetof(struct generation, model) },
 *		{ "usage", FIELD_MONEY, offsetof(struct generation, charge) },
 *		{ 0 },
 *	};
 */
enum field_kind {
	FIELD_TEXT,   /* const char *; null when it is "" or NULL */
	FIELD_NUMBER, /* int64_t */
	FIELD_MAYBE,  /* int64_t; null below zero */
	FIELD_MONEY,  /* int64_t nano-dollars, as dollars */
	FIELD_TIME,   /* int64_t milliseconds since 1970; null for 0 */
	FIELD_DATE,   /* the same, as "2026-04-03" */
	FIELD_FLAG,   /* bool */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t at;
};

/* ROW's members, added to OBJECT; and as an object of their own. */
void fields_add(json_t *object, const struct field *fields, const void *row);
json_t *fields_json(const struct field *fields, const void *row);

/* A line of names, and one of ROW's values; amounts are exact. */
void fields_csv_head(const struct field *fields, struct buf *out);
void fields_csv(const struct field *fields, const void *row, struct buf *out);

#endif
