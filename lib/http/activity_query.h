#ifndef HTTP_ACTIVITY_QUERY_H
#define HTTP_ACTIVITY_QUERY_H

#include "domain/activity.h"
#include "domain/tally.h"
#include "http/exchange.h"

/*
 * What the routes about usage have in common: whose it is, and since when.
 * Reads start_time and end_time, or date for one day; key_id (api_key_hash),
 * model, provider_id (provider), user, app, workspace_id and user_id. Without
 * a start_time it is the last 30 days and today. FAULT_NOT_FOUND for a
 * workspace or member that is not the caller's.
 */
bool activity_read(struct exchange *x, struct activity_query *query,
		   struct fault *why);

/* The same in sums. FAULT_BAD_REQUEST when they are not kept for what is
 * asked: by user, or by application. */
bool activity_tallies(const struct activity_query *query, enum slot slot,
		      struct tally_query *tallies, struct fault *why);

/*
 * A connection that sees one state of the books until it is put away, with
 * the query's names resolved in it. NULL: see WHY; nothing to put away.
 * activity_look_away() says OK, or why that failed.
 */
struct db *activity_look(struct exchange *x, struct activity_query *query,
			 struct fault *why);
bool activity_look_away(struct exchange *x, struct db *db, bool ok,
			struct fault *why);

#endif
