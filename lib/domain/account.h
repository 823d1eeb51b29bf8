#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/limits.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An owner of keys and credit. Amounts are nano-dollars. */
struct account {
	const char *id, *name, *default_model;
	bool disabled;
	int64_t created_at;
	int64_t balance, held; /* `held` is a part of the balance */
	int64_t granted, used; /* in all its time */
	struct limits limits;  /* of all its keys together */
};

/* REF is an id or a name. FAULT_NOT_FOUND. */
bool account_find(struct db *db, struct arena *a, const char *ref,
		  struct account *account, struct fault *why);
bool account_list(struct db *db, struct arena *a, struct account **accounts,
		  size_t *count, struct fault *why);

/* Steps for store_commit(). account_create() fills ID; FAULT_CONFLICT when the
 * name is taken. account_change() writes default_model, disabled and limits.
 */
struct account_change {
	struct account account;
	char id[32];
	int64_t at;
};
bool account_create(struct db *db, void *change, struct fault *why);
bool account_change(struct db *db, void *change, struct fault *why);

#endif
