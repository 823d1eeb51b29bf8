#ifndef DOMAIN_FSCK_H
#define DOMAIN_FSCK_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Proves the books: balances are the sums of their transfers and add up to
 * nothing, what is held is the sum of the open generations, no credit is
 * passed, every settled generation has its charge among the transfers and its
 * arithmetic follows from tokens and price, tallies are the sums of their
 * generations, and no hold is without a living owner. May run while the suite
 * serves.
 */
struct finding {
	const char *rule;   /* what should be so */
	const char *row;    /* the row that breaks it */
	const char *detail; /* how */
};

struct fsck_ear {
	/* Texts live until it returns. */
	void (*found)(void *who, const struct finding *finding);
	/* DONE of ALL steps; may be NULL. */
	void (*progress)(void *who, int done, int all);
	void *who;
};

struct fsck_result {
	int64_t generations, findings;
};

/* False only when the books cannot be read. */
bool fsck(struct db *db, int64_t now_ms, const struct fsck_ear *ear,
	  struct fsck_result *result, struct fault *why);

#endif
