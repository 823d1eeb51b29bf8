#ifndef DOMAIN_HEALTH_H
#define DOMAIN_HEALTH_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/ledger.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How endpoints do, from what they have been seen doing: each settlement adds
 * the outcome of every attempt, and of the one that answered its time to the
 * first token and its speed, to the current minute. The numbers are those of
 * the table endpoint_minute.
 */
enum health_measure {
	HEALTH_OUTCOME,
	HEALTH_FIRST_TOKEN, /* milliseconds */
	HEALTH_SPEED,	    /* hundredths of a token per second */
};

/*
 * What became of an attempt. Those from HEALTH_SERVER to HEALTH_MISSING are
 * the endpoint's failures; the last three are not held against it.
 */
enum health_outcome {
	HEALTH_OK,
	HEALTH_SERVER,	   /* a status of 500 or more */
	HEALTH_SILENT,	   /* no answer, or none in time */
	HEALTH_BROKEN,	   /* the answer broke off, or ended with an error */
	HEALTH_CREDENTIAL, /* 401, 402 */
	HEALTH_MISSING,	   /* 404 */
	HEALTH_FORBIDDEN,  /* 403 */
	HEALTH_LIMITED,	   /* 429 */
	HEALTH_REQUEST,	   /* any other 4xx: the request was at fault */
	HEALTH_OUTCOMES,
};

/* In the change of a settlement; counted when that ends. */
void health_note(struct db *db, const struct settlement *settlement);

/* The windows that an endpoint's uptime is told for. */
enum health_window {
	HEALTH_5_MINUTES,
	HEALTH_30_MINUTES,
	HEALTH_DAY,
	HEALTH_WINDOWS,
};

/* In the units of the measure; all 0 when there is none. */
struct percentiles {
	bool known;
	int64_t p50, p75, p90, p99;
};

/* Percentiles are those of the last 30 minutes. A speed's p90 is what 90 % of
 * the answers reached: the higher the percentile, the slower. */
struct health {
	int64_t ok[HEALTH_WINDOWS], failed[HEALTH_WINDOWS];
	struct percentiles first_token, speed;
};

bool health_read(struct db *db, struct arena *a, const char *endpoint,
		 int64_t now_ms, struct health *health, struct fault *why);

/* The median of a measure over the last 30 minutes; -1: not known. */
struct health_question {
	const char *endpoint;
	enum health_measure measure;
	int64_t now_ms;
};
bool health_median(struct db *db, struct arena *a,
		   const struct health_question *question, int64_t *median,
		   struct fault *why);

/* How much of a window was up, in hundredths of a percent; -1: nothing was
 * asked. */
int64_t health_uptime(const struct health *health, enum health_window window);

/*
 * OpenRouter's words for it: 0 normal, -1 degraded (under 95 % of the last 30
 * minutes), -2 down (under 80 %). Normal with fewer than 100 requests.
 */
int health_status(const struct health *health);

/* A step for store_commit(): add up the minutes that are over, for metrics.h,
 * and forget what is older than two days. */
struct health_cleaning {
	int64_t now_ms;
	int64_t rows; /* that were deleted */
};
bool health_clean(struct db *db, void *cleaning, struct fault *why);

#endif
