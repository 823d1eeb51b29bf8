#ifndef DOMAIN_LIMITS_H
#define DOMAIN_LIMITS_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/settings.h"
#include "base/tokens.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* The most of something, where there is a limit; 0 is nothing at all. */
struct limit {
	bool set;
	int64_t most; /* not above LIMITS_MOST */
};
enum { LIMITS_MOST = 1000000000 };

/*
 * What a key, or all keys of an account together, may ask for. Windows are the
 * minutes and days of UTC, as the clock shows them when a request comes.
 */
struct limits {
	struct limit requests_per_minute, requests_per_day, tokens_per_minute;
};

/* From three columns of a row, in the order of their members. */
enum { LIMITS_COLUMNS = 3 };
struct limits limits_from_row(struct rows *rows, int column);

/* The limit as a value for db_ask()'s 'm'. */
const int64_t *limit_value(const struct limit *limit);

/* How one limit stands: what X-RateLimit-* tell. */
struct quota {
	bool set;
	int64_t limit, remaining;
	int64_t reset; /* when its window ends: seconds since 1970 */
};

/* What a request asks for, and what came of it. */
struct demand {
	struct arena *arena; /* for a refusal's details */
	const char *key, *account;
	struct limits of_key, of_account;
	const struct settings *free; /* it costs nothing; NULL: it does */
	int64_t at;		     /* milliseconds since 1970 */
	int64_t prompt;		     /* tokens, by estimate */
	int64_t output;		     /* tokens, the most that can come */
	bool may_clamp;		     /* fewer will do */

	/* What came of it. */
	int64_t granted; /* tokens of output; fewer than wanted after a clamp */
	int64_t for_key, for_account; /* tokens counted in advance; -1: none */
	struct quota quota; /* of requests, nearest to its end; or of tokens */
};

/*
 * A step of the hold: count the request, or FAULT_TOO_MANY. A request that is
 * refused, here or later in the same change, has not been counted.
 *
 * Why no limit is passed. A request is counted with all tokens that it may
 * take, and only if they fit, in the change that checks it; changes are one at
 * a time, whatever the number of processes. What it took in the end corrects
 * the count while its minute lasts (limits_correct). Only a prompt that turns
 * out longer than its estimate adds to what was agreed.
 *
 * Who says how long the answer may be gets that much or a refusal. Who does
 * not gets what is left of the minute, as long as that is a tenth of the limit
 * or all that a minute can give.
 */
bool limits_take(struct db *db, struct demand *demand, struct fault *why);

/* Has a request for MODEL, which costs nothing, the limits of free models? */
bool limits_free(const struct settings *settings, const char *model);

/* How many requests for free models the account may make today, and has. */
struct free_today {
	int64_t limit, used;
};
bool limits_free_today(struct db *db, const char *account,
		       const struct settings *settings, int64_t now_ms,
		       struct free_today *today, struct fault *why);

/* A step of the settlement: what a request at AT was counted with in advance,
 * -1 where it was not, gives way to the tokens that it USED. */
struct counted {
	const char *key, *account;
	int64_t at, for_key, for_account;
};
bool limits_correct(struct db *db, const struct counted *counted, int64_t used,
		    struct fault *why);

#endif
