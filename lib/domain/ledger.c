#include "domain/ledger.h"

#include "base/wide.h"
#include "domain/purse.h"
#include "store/later.h"
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
	const struct purse purse = { h->key, h->account, h->at };
	struct room left;
	enum taken taken;

	h->granted_tokens = h->output_tokens;
	h->held = plus(h->prompt_nano, bound(h->output_tokens, h->output_pico));
	taken = purse_take(db, &purse, h->held, why);
	if (taken != SHORT)
		return taken == TAKEN;
	if (!purse_room(db, &purse, &left, why))
		return false;
	h->granted_tokens = affordable(h, left.nano);
	if (left.blocked || !h->may_clamp || h->granted_tokens < 1)
		return refuse(h, &left, why);
	h->held =
		plus(h->prompt_nano, bound(h->granted_tokens, h->output_pico));
	taken = purse_take(db, &purse, h->held, why);
	return taken == TAKEN || (taken == SHORT && refuse(h, &left, why));
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

static const char access_row; /* what is remembered of the version */

/* Once for all steps of a change. */
static bool access_now(struct db *db, int64_t *access, struct fault *why)
{
	bool fresh, ok = true;
	int64_t *known =
		later_note(db, &access_row, "", sizeof(*known), &fresh);

	if (fresh) {
		struct rows *rows = db_ask(db, SQL_ACCESS_VERSION, "");

		*known = rows_next(rows) ? rows_number(rows, 0) : 0;
		ok = rows_end(rows, why);
	}
	*access = *known;
	return ok;
}

/* Is what the request goes by still so? */
static bool is_current(struct db *db, struct hold *h, struct fault *why)
{
	int64_t access;

	if (!h->access)
		return true;
	if (!access_now(db, &access, why))
		return false;
	h->stale = access != h->access;
	return !h->stale ||
	       fault_set(
		       why, FAULT_INTERNAL,
		       "keys, accounts or models are being changed too often");
}

bool ledger_hold(struct db *db, void *hold, struct fault *why)
{
	struct hold *h = hold;

	return is_current(db, h, why) && limits_take(db, &h->demand, why) &&
	       reserve(db, h, why) && open_generation(db, h, why);
}

bool ledger_extend(struct db *db, void *extension, struct fault *why)
{
	struct extension *e = extension;
	const struct hold *h = e->hold;
	int64_t amount = bound(e->more, h->output_pico);
	const struct purse purse = { h->key, h->account, e->at };
	enum taken taken = purse_take(db, &purse, amount, why);

	if (taken == SHORT)
		return fault_set(why, FAULT_NO_FUNDS,
				 "the credit does not reach further");
	if (taken != TAKEN ||
	    !db_must(db, why, "this generation has been settled already",
		     SQL_LEDGER_EXTEND, "nnt", amount, e->known, h->generation))
		return false;
	e->added = amount;
	return true;
}
