#ifndef DOMAIN_REPORT_H
#define DOMAIN_REPORT_H

#include "domain/tally.h"

/*
 * What tallies come to, in the three forms that people ask for: groups,
 * points of time, and both.
 */

/* All that is asked for, in rows that are still to be put together: the same
 * line and slot may be there several times. */
struct report {
	struct tally *rows;
	size_t count;
};

bool report_read(struct db *db, struct arena *a,
		 const struct tally_query *query, struct report *report,
		 struct fault *why);

/* Order of two rows; 0 for those that belong together. */
typedef int report_order(const struct tally *a, const struct tally *b);

report_order report_by_provider;
report_order report_by_model; /* with its provider */
report_order report_by_key;
report_order report_by_day; /* the newest first; in it model and endpoint */

/* Sort, and put together what belongs together: a row then stands for its
 * group, and only what the order looks at means anything in it. */
void report_group(struct report *report, report_order *order);

/* Sort by what was spent, most first. */
void report_rank(struct report *report);

struct sums report_total(const struct report *report);

/* A slot of time and what fell into it. */
struct point {
	int64_t start;
	struct sums sums;
};

/* One point for each slot from the query's first to its last, also where
 * nothing happened. FAULT_BAD_REQUEST, naming granularity, when that makes
 * more than can be of use. */
enum { POINTS_MOST = 10000 };
bool report_points(struct db *db, struct arena *a,
		   const struct tally_query *query, struct point **points,
		   size_t *count, struct fault *why);

#endif
