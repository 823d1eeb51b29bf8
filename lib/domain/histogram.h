#ifndef DOMAIN_HISTOGRAM_H
#define DOMAIN_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Counts of values, in buckets that are exact below 16 and no wider than a
 * sixteenth of what they hold above. A bucket is a number, so that histograms
 * are rows and adding them up is adding up rows.
 */
int64_t histogram_bucket(int64_t value); /* of 0 or more; less counts as 0 */
int64_t histogram_value(int64_t bucket); /* the middle of it */

/* One row of a histogram. */
struct histogram_row {
	int64_t bucket, count;
};

/* The least value that PERCENT of all do not pass; ROWS are in the order of
 * their buckets, and there is something in them. */
int64_t histogram_percentile(const struct histogram_row *rows, size_t count,
			     int percent);

#endif
