#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/tokens.h"
#include "domain/limits.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The books. Amounts are nano-dollars. All functions that change them are
 * steps for store_commit(), so that each either stands whole or not at all.
 *
 * Why a budget cannot be passed. Let B be an owner's balance and H the sum of
 * what is held for its open generations. Two things only lower B - H: opening
 * or extending a hold, which raises H by X under the condition B - H >= X and
 * in the same statement; and taking credit back, which asks the same. A
 * settlement lowers H by the whole hold and B by at most the hold, so it never
 * lowers B - H. Writers are one at a time, whatever the number of processes
 * and threads, so that no condition is checked against a state that has gone:
 * B - H >= 0 holds after each step, hence B >= 0. What a provider charges
 * beyond the hold is the operator's: it is moved from the book "overrun", not
 * from the owner's credit. The same argument holds for a key's limit L with U,
 * its usage in the window, in place of B: U + H <= L. A hold that outlives its
 * window is counted in the next one, where it will be settled.
 */

/* What to hold for, and what came of it. Texts must outlive the step. */
struct hold {
	/* Asked for. */
	const char *generation, *account, *key;
	const char *operation, *model_asked, *model, *endpoint, *provider;
	const char *holder;
	int64_t price; /* the price row's id; 0: none */
	bool streamed;
	int64_t at, expires_at; /* milliseconds since 1970 */
	int64_t access;		/* the key's, where it was remembered; or 0 */
	int64_t prompt_nano;	/* the bound for the prompt and the request */
	int64_t output_pico;	/* a token's, at the dearest candidate */
	int64_t output_tokens;	/* wanted */
	bool may_clamp;		/* fewer will do, if that is what is there */
	int64_t prompt_estimate;
	const char *referer, *title, *end_user, *session, *agent;

	/* Asked of the limits, which are checked first; all of it zero where
	 * there are none. */
	struct demand demand;

	/* What came of it. */
	bool stale; /* refused: the books have another `access` */
	int64_t held;
	int64_t granted_tokens; /* fewer than wanted after a clamp */
};

/*
 * Hold, against the owner's credit and the key's limit. FAULT_TOO_MANY when it
 * is too much for one of the limits in limits.h; FAULT_NO_FUNDS says how many
 * tokens could be afforded. A hold of nothing always succeeds, unless
 * the key is blocked or the balance below zero.
 */
bool ledger_hold(struct db *db, void *hold, struct fault *why);

/* More of the same: hold for MORE tokens, of which KNOWN in all have streamed
 * past. FAULT_NO_FUNDS when there is not enough; the hold then stays. */
struct extension {
	const struct hold *hold;
	int64_t more, known;
	int64_t at;
	int64_t added; /* nano-dollars */
};
bool ledger_extend(struct db *db, void *extension, struct fault *why);

enum outcome {
	OUTCOME_ANSWERED,
	OUTCOME_FAILED,	   /* no provider answered */
	OUTCOME_CUT,	   /* the answer broke off */
	OUTCOME_CANCELLED, /* the client left */
	OUTCOME_SWEPT,	   /* the process died */
};

/* How a generation ended. Texts may be NULL. */
struct settlement {
	const char *generation, *account, *key;
	const char *model, *endpoint, *provider; /* that answered */
	int64_t price;
	enum outcome outcome;
	struct tokens tokens;
	int64_t cost; /* the whole cost; beyond the hold it is an overrun */
	bool estimated, disputed;
	const char *finish, *native_finish, *error, *upstream_id;
	const char *failures; /* JSON */
	int64_t status, at;
	int64_t first_token_ms, total_ms; /* -1: never came */
	int64_t attempt_ms; /* of them, the last attempt's; 0: not known */

	/* What came of it. */
	int64_t charge, overrun;
	bool repeated; /* it had been settled before; nothing was done */
};
bool ledger_settle(struct db *db, void *settlement, struct fault *why);

/* Money that comes and goes by the operator's hand. AMOUNT is not zero; below
 * zero it is taken back, at most what is neither spent nor held. */
struct grant {
	const char *account, *note;
	int64_t amount, at;
	char id[64];
};
bool ledger_grant(struct db *db, void *grant, struct fault *why);

/* The name kept in the books, as "answered". */
const char *outcome_name(enum outcome outcome);

#endif
