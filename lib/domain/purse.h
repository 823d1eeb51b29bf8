#ifndef DOMAIN_PURSE_H
#define DOMAIN_PURSE_H

#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What an account and a key of it can still spend, inside a change. The rows
 * are read once in a change, reckoned with in memory, and written once before
 * it ends (store/later.h), however many of its steps take and give back.
 * Amounts are nano-dollars and not below zero.
 */
struct purse {
	const char *key, *account;
	int64_t at; /* says which day, week and month a limit counts in */
};

/* SHORT is told apart from FAILED, which is the database's fault. */
enum taken { TAKEN, SHORT, FAILED };

/*
 * Hold AMOUNT, against the account's credit and under the key's limit: what
 * the key has used in its limit's window, and all that is held for it, stay
 * within the limit. An amount of nothing needs only that neither is blocked.
 */
enum taken purse_take(struct db *db, const struct purse *purse, int64_t amount,
		      struct fault *why);

/* What could still be held, at least 0, and whether it is the key's limit that
 * binds; a blocked key may spend nothing. */
struct room {
	int64_t nano;
	bool by_key, blocked;
};
bool purse_room(struct db *db, const struct purse *purse, struct room *room,
		struct fault *why);

/* Give HELD back, and spend CHARGE of it. */
struct spending {
	struct purse of;
	int64_t held, charge;
};
void purse_settle(struct db *db, const struct spending *spending);

#endif
