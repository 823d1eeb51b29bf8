#include "domain/histogram.h"

enum { FINE = 16, TWICE = 2 * FINE };

/*
 * Each power of two is divided into FINE buckets of the same width: a bucket's
 * number is the place of the highest bit above the fine ones, and the fine
 * ones behind it.
 */
int64_t histogram_bucket(int64_t value)
{
	int64_t shift = 0;

	if (value < FINE)
		return value > 0 ? value : 0;
	while (value >> shift >= TWICE)
		shift++;
	return shift * FINE + (value >> shift);
}

int64_t histogram_value(int64_t bucket)
{
	int64_t shift = bucket / FINE - 1;

	if (shift < 1)
		return bucket;
	return ((bucket - FINE * shift) << shift) + (INT64_C(1) << shift) / 2;
}

int64_t histogram_percentile(const struct histogram_row *rows, size_t count,
			     int percent)
{
	int64_t all = 0, below = 0;

	for (size_t i = 0; i < count; i++)
		all += rows[i].count;
	for (size_t i = 0; i < count; i++) {
		below += rows[i].count;
		if (below * 100 >= all * percent)
			return histogram_value(rows[i].bucket);
	}
	return 0;
}
