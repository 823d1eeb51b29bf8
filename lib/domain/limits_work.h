#ifndef DOMAIN_LIMITS_WORK_H
#define DOMAIN_LIMITS_WORK_H

#include "domain/limits.h"
#include "domain/rate.h"

/* What the files behind limits.h share. */
enum whose { WHOSE_KEY, WHOSE_ACCOUNT, WHOSE_FREE, WHOSE };
enum bound_kind { BOUND_MINUTE, BOUND_DAY, BOUND_TOKENS, BOUND_KINDS };

/* One limit, and how much of it has gone. */
struct bound {
	enum whose whose;
	enum bound_kind kind;
	int64_t most, used;
	int64_t reset_ms; /* when its window ends */
	bool hopeless;	  /* what is asked for fits into no window */
};

/* FAULT_TOO_MANY, with the demand's quota, its source and a remedy as details.
 */
bool limits_refuse(const struct demand *demand, const struct bound *bound,
		   struct fault *why);

/* Does RATE stay within the limits of requests? Tells the demand's quota. */
bool limits_check(struct demand *demand, enum whose whose,
		  const struct limits *limits, const struct rate *rate,
		  struct fault *why);

/* Count it among those for free models, if it is one. */
bool limits_take_free(struct db *db, struct demand *demand, struct fault *why);

#endif
