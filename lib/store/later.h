#ifndef STORE_LATER_H
#define STORE_LATER_H

#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Sums that rows hold, such as what the requests of an hour came to. Most
 * steps of a group add to the same few rows, so what they add is gathered, and
 * written once for each row before the change ends. With it a group of twenty
 * settlements writes such a row once, not twenty times.
 *
 * What a step has added goes when that step is undone. Nobody who reads the
 * rows inside the change sees what has not been written yet: these are sums
 * that no step decides by.
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
};

/* Inside a change. The texts are copied. */
void later_add(struct db *db, const struct addition *addition);

#endif
