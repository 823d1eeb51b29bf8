#ifndef DOMAIN_METRICS_H
#define DOMAIN_METRICS_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/keep.h"
#include "domain/health.h"
#include "store/db.h"

#include <stdint.h>

/*
 * What a monitor wants to know, from the books and from what endpoints were
 * seen doing: the numbers of all processes, whether they still live or not.
 * Counters begin with the installation and never go back.
 */

/* A model at a provider, by the names of the catalogue; "other" is what is not
 * in it. */
struct metrics_usage {
	const char *model, *provider;
	int64_t first; /* in the order in which they were first asked */
	int64_t requests, failed;
	int64_t prompt, cached, completion, reasoning; /* tokens */
	int64_t charge, cost;			       /* nano-dollars */
};

/* How often a measure of a provider's endpoints was in a bucket. */
struct metrics_health {
	const char *provider;
	enum health_measure measure;
	int64_t bucket, count;
};

struct metrics {
	struct list usage;  /* of struct metrics_usage */
	struct list health; /* of struct metrics_health, provider by provider,
			       measure by measure, in the order of buckets */
	int64_t open;	    /* generations under way */
	int64_t oldest_at;  /* when the oldest began; 0: there is none */
	int64_t credit, held, overrun; /* nano-dollars */
};

/*
 * What days that are over came to, so that a year need not be added up each
 * time. Days of before yesterday do not change: what is settled joins the day
 * in which it was asked for, and holds do not last that long.
 */
struct metrics_memory;
struct metrics_memory *metrics_memory_new(void);
void metrics_memory_free(struct metrics_memory *memory);

/*
 * All of it; or of ACCOUNT alone, which is then told of itself: health and
 * overrun stay empty. The first LABELS of models at providers that were ever
 * asked have names of their own, and all others are added up as "other": whose
 * name is told would otherwise change, and counters go back.
 */
struct metrics_scope {
	const char *account; /* NULL: all */
	int64_t labels, now_ms;
};
bool metrics_read(struct db *db, struct arena *a, struct metrics_memory *memory,
		  const struct metrics_scope *scope, struct metrics *metrics,
		  struct fault *why);

#endif
