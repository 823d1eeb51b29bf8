#ifndef DOMAIN_RATE_H
#define DOMAIN_RATE_H

#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How much somebody has asked for in a minute and in a day of UTC: rows in the
 * database, which all processes share. Which window a count is of follows from
 * the time of the latest request in it, so that nothing has to be reset when a
 * window ends.
 *
 * A request whose time lies a little before the latest one's counts with it:
 * they come here in another order than they began. A clock that was set back
 * further begins its windows anew, so that nobody waits until it has caught
 * up; within the same minute, or day, nothing begins anew.
 */
enum { RATE_MINUTE_MS = 60000, RATE_DAY_MS = 86400000, RATE_SUBJECT = 128 };

/* Somebody's counts; AT is the latest request's time. */
struct rate {
	char subject[RATE_SUBJECT];
	int64_t at, minute_requests, minute_tokens, day_requests;
};

/* Count one request at AT of the one called KIND and ID ("key", its hash): a
 * step of a change. RATE is as it is with it. */
bool rate_count(struct db *db, const char *kind, const char *id, int64_t at,
		struct rate *rate, struct fault *why);

/* A step of the same change: add to the minute's tokens. */
bool rate_add_tokens(struct db *db, const struct rate *rate, int64_t tokens,
		     struct fault *why);

/* A step of a later one: MORE tokens, or less, in the minute that holds AT, if
 * that is still the latest. */
struct rate_change {
	const char *kind, *id;
	int64_t at, more;
};
bool rate_correct(struct db *db, const struct rate_change *change,
		  struct fault *why);

/* How many requests there were in the day that holds AT. */
bool rate_today(struct db *db, const char *kind, const char *id, int64_t at,
		int64_t *requests, struct fault *why);

/* Forget whoever has not asked since BEFORE, which is no less than a day ago. A
 * step. */
bool rate_forget(struct db *db, void *before, struct fault *why);

/* When the window of LENGTH that holds AT ends. */
int64_t rate_end(int64_t at, int64_t length);

#endif
