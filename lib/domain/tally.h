#ifndef DOMAIN_TALLY_H
#define DOMAIN_TALLY_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/ledger.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What was used, added up by the hour and by the day as it is settled. A line
 * is one use of the suite: a key asking an endpoint for a model. What falls
 * into an hour goes by when the request was made, not when its answer ended.
 * Only settled generations count. Amounts are nano-dollars.
 */
struct sums {
	int64_t requests;
	int64_t charged; /* those that cost their owner anything */
	int64_t failed;	 /* those that no provider answered */
	int64_t prompt, cached, completion, reasoning; /* tokens */
	int64_t charge, cost;
};

void sums_add(struct sums *to, const struct sums *more);

/* In the change of a settlement: what was MADE_AT (milliseconds since 1970) and
 * has just been settled joins its line, when the change ends. */
void tally_add(struct db *db, const struct settlement *settlement,
	       int64_t made_at);

/* What time is divided into. */
enum slot {
	SLOT_ALL, /* not at all */
	SLOT_HOUR,
	SLOT_DAY,
	SLOT_MONTH,
	SLOTS,
};

/* When the slot that holds AT began (UTC), and when the next one does; 0 and
 * INT64_MAX for all of time. */
int64_t slot_start(enum slot slot, int64_t at);
int64_t slot_next(enum slot slot, int64_t at);

/* Whose, from FROM until before TO, in milliseconds since 1970, neither of
 * them below zero; NULL is any. */
struct tally_query {
	const char *account;
	int64_t from, to;
	const char *key, *model, *provider;
	enum slot slot; /* how finely it is wanted */
};

/* One line's sums in one slot, or in a part of it. */
struct tally {
	int64_t line, start; /* the slot's */
	const char *api_key, *model, *endpoint, *provider;
	struct sums sums;
};

/*
 * Goes through all that the query asks for, line by line; the same line and
 * slot may come several times. It adds up to exactly what is between the two
 * times: days and hours are read where they are whole, and generations at the
 * edges. Texts are the arena's; for a line that comes again they are the same
 * ones.
 */
typedef void tally_hearer(void *who, const struct tally *tally);
bool tally_each(struct db *db, struct arena *a, const struct tally_query *query,
		tally_hearer *each, void *who, struct fault *why);

/* The same for who does not ask which line it is: only START and SUMS of what
 * is heard mean anything. */
bool tally_each_slot(struct db *db, const struct tally_query *query,
		     tally_hearer *each, void *who, struct fault *why);

#endif
