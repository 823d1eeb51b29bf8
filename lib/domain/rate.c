#include "domain/rate.h"

#include "store/sql.h"

#include <stdio.h>

/* Requests come so much out of order at the most: a commit waits no longer. */
enum { SKEW_MS = 60000 };

/* Where the latest request lies if one at AT belongs to its window. */
struct window {
	int64_t from, to;
};

static struct window window(int64_t at, int64_t length)
{
	int64_t from = at - at % length, to = from + length - 1;

	return (struct window){ from, to > at + SKEW_MS ? to : at + SKEW_MS };
}

static void name(char subject[RATE_SUBJECT], const char *kind, const char *id)
{
	snprintf(subject, RATE_SUBJECT, "%s:%s", kind, id);
}

bool rate_count(struct db *db, const char *kind, const char *id, int64_t at,
		struct rate *rate, struct fault *why)
{
	struct window minute = window(at, RATE_MINUTE_MS);
	struct window day = window(at, RATE_DAY_MS);
	struct rate found;
	struct rows *rows;

	name(found.subject, kind, id);
	rows = db_ask(db, SQL_RATE_COUNT, "tnnnnnn", found.subject, at,
		      minute.from, minute.to, day.from, day.to, at + SKEW_MS);
	if (rows_next(rows)) {
		found.at = rows_number(rows, 0);
		found.minute_requests = rows_number(rows, 1);
		found.minute_tokens = rows_number(rows, 2);
		found.day_requests = rows_number(rows, 3);
	}
	if (!rows_end(rows, why))
		return false;
	*rate = found;
	return true;
}

bool rate_add_tokens(struct db *db, const struct rate *rate, int64_t tokens,
		     struct fault *why)
{
	return db_do(db, why, SQL_RATE_ADD_TOKENS, "nt", tokens, rate->subject);
}

bool rate_correct(struct db *db, const struct rate_change *c, struct fault *why)
{
	int64_t from = c->at - c->at % RATE_MINUTE_MS;
	char subject[RATE_SUBJECT];

	name(subject, c->kind, c->id);
	return db_do(db, why, SQL_RATE_CORRECT, "ntnn", c->more, subject, from,
		     from + RATE_MINUTE_MS - 1);
}

bool rate_today(struct db *db, const char *kind, const char *id, int64_t at,
		int64_t *requests, struct fault *why)
{
	struct window day = window(at, RATE_DAY_MS);
	char subject[RATE_SUBJECT];
	struct rows *rows;
	int64_t found;

	name(subject, kind, id);
	rows = db_ask(db, SQL_RATE_TODAY, "tnn", subject, day.from, day.to);
	found = rows_next(rows) ? rows_number(rows, 0) : 0;
	if (!rows_end(rows, why))
		return false;
	*requests = found;
	return true;
}

bool rate_forget(struct db *db, void *before, struct fault *why)
{
	return db_do(db, why, SQL_RATE_FORGET, "n", *(const int64_t *)before);
}

int64_t rate_end(int64_t at, int64_t length)
{
	return at - at % length + length;
}
