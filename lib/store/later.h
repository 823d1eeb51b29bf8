#ifndef STORE_LATER_H
#define STORE_LATER_H

#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sums that rows hold, such as what the requests of an hour came to. Most
 * steps of a group add to the same few rows, so what they add is gathered, and
 * written once for each row before the change ends. With it a group of twenty
 * settlements writes such a row once, not twenty times.
 *
 * What a step has added goes when that step is undone. Nobody who reads the
 * rows inside the change sees what has not been written yet: whoever decides by
 * them reckons with what is pending (see later_note), or writes it first.
 */
enum { LATER_TEXTS = 5, LATER_PLACES = 3, LATER_NUMBERS = 9 };

struct addition {
	/* Writes the sum of all additions that have the same function, texts
	 * and places: a step of the change. */
	bool (*write)(struct db *db, const struct addition *sum,
		      struct fault *why);
	const char *texts[LATER_TEXTS]; /* up to the first NULL */
	int64_t places[LATER_PLACES];
	int64_t numbers[LATER_NUMBERS]; /* what is added */
	int64_t latest;			/* the largest of them is kept */
};

/* Inside a change. The texts are copied. */
void later_add(struct db *db, const struct addition *addition);

/* Write all that is pending: before a step reads or changes such rows by
 * itself. */
bool later_write(struct db *db, struct fault *why);

/*
 * What a change remembers of a row, so that each step need not read it again:
 * SIZE bytes for what TABLE (any address) and TEXT name, zeroed when *FRESH.
 * Forgotten at the latest when the change ends, when a step is undone and
 * when what is pending is written. Whoever adds to the row sees to it that
 * what is remembered agrees. later_known() is NULL for what is not there.
 */
void *later_note(struct db *db, const void *table, const char *text,
		 size_t size, bool *fresh);
void *later_known(struct db *db, const void *table, const char *text);

#endif
