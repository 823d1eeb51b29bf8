#include "http/activity_query.h"

#include "base/clock.h"
#include "domain/key.h"
#include "http/page.h"
#include "store/store.h"

#include <string.h>

enum { DAYS = 30 };

static const int64_t day_ms = 86400000;

/* One day in place of a period. */
static bool read_date(struct exchange *x, struct activity_query *q,
		      struct fault *why)
{
	const char *date = exchange_query(x, "date");
	int64_t at;

	if (!date)
		return true;
	if (exchange_query(x, "start_time") || exchange_query(x, "end_time"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "date and start_time or end_time exclude "
				 "each other");
	if (!page_time(x, "date", &at, why))
		return false;
	if (strlen(date) != strlen("2026-04-03"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "date must be a date like 2026-04-03");
	q->from = at;
	q->to = at + day_ms;
	return true;
}

/* Accounts have no members. */
static bool check_owner(struct exchange *x, struct fault *why)
{
	const char *member = page_text(x, "user_id", NULL);

	return page_own_workspace(x, why) &&
	       (!member ||
		fault_set(why, FAULT_NOT_FOUND, "no user_id '%.100s'", member));
}

bool activity_read(struct exchange *x, struct activity_query *q,
		   struct fault *why)
{
	struct page_period period;

	if (!page_period(x, clock_now_ms(), DAYS, &period, why) ||
	    !check_owner(x, why))
		return false;
	*q = (struct activity_query){
		.account = x->key->account,
		.from = period.from,
		.to = period.to,
		.key = page_text(x, "key_id", "api_key_hash"),
		.model = page_text(x, "model", NULL),
		.provider = page_text(x, "provider_id", "provider"),
		.user = page_text(x, "user", NULL),
		.app = page_text(x, "app", NULL),
	};
	return read_date(x, q, why);
}

bool activity_tallies(const struct activity_query *q, enum slot slot,
		      struct tally_query *tallies, struct fault *why)
{
	if (q->user || q->app)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s filters the records of /activity only "
				 "(view=records): it has no sums",
				 q->user ? "user" : "app");
	*tallies = (struct tally_query){
		.account = q->account,
		.from = q->from,
		.to = q->to,
		.key = q->key,
		.model = q->model,
		.provider = q->provider,
		.slot = slot,
	};
	return true;
}

struct db *activity_look(struct exchange *x, struct activity_query *query,
			 struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);

	if (!db)
		return NULL;
	if (!db_look(db, why)) {
		store_return(x->suite->store, db);
		return NULL;
	}
	if (activity_resolve(db, x->arena, query, why))
		return db;
	activity_look_away(x, db, false, why);
	return NULL;
}

bool activity_look_away(struct exchange *x, struct db *db, bool ok,
			struct fault *why)
{
	ok = db_end(db, ok, why) && ok;
	store_return(x->suite->store, db);
	return ok;
}
