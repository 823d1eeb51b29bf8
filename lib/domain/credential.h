#ifndef DOMAIN_CREDENTIAL_H
#define DOMAIN_CREDENTIAL_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/seal.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The operator's key at a provider. Kept sealed: what is in the database does
 * not help without the sealing key. Of the secret itself only the last four
 * characters are ever shown.
 */
struct credential {
	const char *id, *provider, *label, *sealed, *hint;
	int64_t weight; /* 0: only when no other is left */
	bool disabled;
	int64_t created_at;
};

/* By provider, heaviest first; PROVIDER NULL: all. */
bool credential_list(struct db *db, struct arena *a, const char *provider,
		     struct credential **list, size_t *count,
		     struct fault *why);

/*
 * Steps for store_commit(); all make processes read the catalogue again.
 * credential_create() takes SECRET and fills ID; FAULT_BAD_REQUEST when the
 * secret is empty or has characters that no header may have.
 * credential_change() writes label, weight and disabled.
 */
struct credential_change {
	struct credential credential;
	const char *secret;
	const struct seal *seal;
	struct arena *arena;
	char id[32];
	int64_t at;
};
bool credential_create(struct db *db, void *change, struct fault *why);
bool credential_change(struct db *db, void *change, struct fault *why);
bool credential_delete(struct db *db, void *change, struct fault *why);

#endif
