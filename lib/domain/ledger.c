#include "domain/ledger.h"

#include "base/clock.h"
#include "base/wide.h"
#include "store/sql.h"

#include <string.h>

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_ANSWERED] = "answered",
		[OUTCOME_FAILED] = "failed",
		[OUTCOME_CUT] = "cut",
		[OUTCOME_CANCELLED] = "cancelled",
		[OUTCOME_SWEPT] = "swept",
	};

	return names[outcome];
}

static bool changed(struct db *db)
{
	return db_changed(db) > 0;
}

/* NOT_ENOUGH is told apart from FAILED, which is the database's fault. */
enum taken { TAKEN, NOT_ENOUGH, FAILED };

static enum taken take(struct db *db, const char *key, const char *account,
		       int64_t amount, int64_t at, struct fault *why)
{
	if (!db_do(db, why, SQL_LEDGER_HOLD_KEY, "ntnnnn", amount, key, at,
		   clock_day_start(at), clock_week_start(at),
		   clock_month_start(at)))
		return FAILED;
	if (!changed(db))
		return NOT_ENOUGH;
	if (!db_do(db, why, SQL_LEDGER_HOLD_CREDIT, "nt", amount, account))
		return FAILED;
	if (changed(db))
		return TAKEN;
	if (!db_do(db, why, SQL_LEDGER_UNHOLD_KEY, "nt", amount, key))
		return FAILED;
	return NOT_ENOUGH;
}

/* What could be held, and whether it is the key's limit that binds. */
struct room {
	int64_t nano;
	bool by_key, blocked;
};

static bool room(struct db *db, const char *key, int64_t at, struct room *room,
		 struct fault *why)
{
	struct rows *rows =
		db_ask(db, SQL_LEDGER_ROOM, "nnnt", clock_day_start(at),
		       clock_week_start(at), clock_month_start(at), key);
	struct room found = { 0 };

	if (rows_next(rows)) {
		int64_t credit = rows_number(rows, 0);
		int64_t limit = rows_number(rows, 1);

		found.by_key = !rows_null(rows, 1) && limit < credit;
		found.nano = found.by_key ? limit : credit;
		found.blocked = found.by_key && limit < 0;
	}
	if (!rows_end(rows, why))
		return false;
	if (found.nano < 0)
		found.nano = 0;
	*room = found;
	return true;
}

/* Tokens at a price, in nano-dollars, rounded up: a hold is a bound. */
static int64_t bound(int64_t tokens, int64_t pico)
{
	return wide_narrow(((wide)tokens * pico + 999) / 1000);
}

static int64_t plus(int64_t a, int64_t b)
{
	return wide_narrow((wide)a + b);
}

static int64_t affordable(const struct hold *h, int64_t nano)
{
	wide left = (wide)(nano - h->prompt_nano) * 1000;

	if (nano < h->prompt_nano)
		return 0;
	if (h->output_pico == 0 || left / h->output_pico > h->output_tokens)
		return h->output_tokens;
	return (int64_t)(left / h->output_pico);
}

static bool refuse(const struct hold *h, const struct room *room,
		   struct fault *why)
{
	if (room->blocked)
		return fault_set(why, FAULT_NO_FUNDS,
				 "This key's spending limit is 0: it may not "
				 "spend anything. Raise the key's limit.");
	if (room->nano < h->prompt_nano)
		return fault_set(
			why, FAULT_NO_FUNDS,
			"This request requires more credits: its prompt alone "
			"may cost more than is left. %s",
			room->by_key ? "Raise the key's spending limit."
				     : "Add credits to the account.");
	return fault_set(why, FAULT_NO_FUNDS,
			 "This request requires more credits, or fewer "
			 "max_tokens. You requested up to %lld tokens, but can "
			 "only afford %lld. %s",
			 (long long)h->output_tokens,
			 (long long)affordable(h, room->nano),
			 room->by_key ? "Raise the key's spending limit."
				      : "Add credits to the account.");
}

/* Take the whole, or as much of it as is there and will do. */
static bool reserve(struct db *db, struct hold *h, struct fault *why)
{
	struct room left;
	enum taken taken;

	h->granted_tokens = h->output_tokens;
	h->held = plus(h->prompt_nano, bound(h->output_tokens, h->output_pico));
	taken = take(db, h->key, h->account, h->held, h->at, why);
	if (taken != NOT_ENOUGH)
		return taken == TAKEN;
	if (!room(db, h->key, h->at, &left, why))
		return false;
	h->granted_tokens = affordable(h, left.nano);
	if (left.blocked || !h->may_clamp || h->granted_tokens < 1)
		return refuse(h, &left, why);
	h->held =
		plus(h->prompt_nano, bound(h->granted_tokens, h->output_pico));
	taken = take(db, h->key, h->account, h->held, h->at, why);
	return taken == TAKEN || (taken == NOT_ENOUGH && refuse(h, &left, why));
}

static const int64_t *counted(const int64_t *tokens)
{
	return *tokens < 0 ? NULL : tokens;
}

static bool open_generation(struct db *db, const struct hold *h,
			    struct fault *why)
{
	return db_do(db, why, SQL_LEDGER_OPEN, "tttntnnntnttttmtttttmm",
		     h->generation, h->account, h->key, h->at, h->holder,
		     h->expires_at, h->held, h->prompt_estimate, h->operation,
		     (int64_t)h->streamed, h->model_asked, h->model,
		     h->endpoint, h->provider, h->price ? &h->price : NULL,
		     h->referer, h->title, h->end_user, h->session, h->agent,
		     counted(&h->demand.for_key),
		     counted(&h->demand.for_account));
}

bool ledger_hold(struct db *db, void *hold, struct fault *why)
{
	struct hold *h = hold;

	return limits_take(db, &h->demand, why) && reserve(db, h, why) &&
	       open_generation(db, h, why);
}

bool ledger_extend(struct db *db, void *extension, struct fault *why)
{
	struct extension *e = extension;
	const struct hold *h = e->hold;
	int64_t amount = bound(e->more, h->output_pico);
	enum taken taken = take(db, h->key, h->account, amount, e->at, why);

	if (taken == NOT_ENOUGH)
		return fault_set(why, FAULT_NO_FUNDS,
				 "the credit does not reach further");
	if (taken != TAKEN ||
	    !db_must(db, why, "this generation has been settled already",
		     SQL_LEDGER_EXTEND, "nnt", amount, e->known, h->generation))
		return false;
	e->added = amount;
	return true;
}
