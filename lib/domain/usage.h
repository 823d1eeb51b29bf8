#ifndef DOMAIN_USAGE_H
#define DOMAIN_USAGE_H

#include "base/fault.h"
#include "store/db.h"

#include <stdint.h>

/* What many generations come to. Amounts are nano-dollars. */
struct usage {
	int64_t generations, open;  /* `open` are still under way */
	int64_t prompt, completion; /* tokens */
	int64_t charge;		    /* to the owners */
	int64_t cost;		    /* the providers'; what is more: overruns */
	int64_t held;		    /* for those still under way */
};

/* Of ACCOUNT and KEY (NULL: any), from SINCE on (milliseconds since 1970). */
bool usage_sum(struct db *db, const char *account, const char *key,
	       int64_t since_ms, struct usage *usage, struct fault *why);

/* How many generations began before AT. */
bool usage_older(struct db *db, int64_t at_ms, int64_t *count,
		 struct fault *why);

#endif
