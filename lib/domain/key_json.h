#ifndef DOMAIN_KEY_JSON_H
#define DOMAIN_KEY_JSON_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/key.h"

#include <jansson.h>

/*
 * A key as clients see it: the fields of OpenRouter's key object and of
 * ARouter's, dollars as numbers, times as RFC 3339.
 */
json_t *key_json(const struct key *key);

/* How the account of a key stands: was it ever given credit, and what may it
 * still ask of free models today? */
struct key_standing {
	bool bought;
	struct free_today free;
};

/* What GET /key tells the calling key about itself. */
json_t *key_self_json(const struct key *key,
		      const struct key_standing *standing);

/*
 * Change KEY by the members of BODY, which is what POST and PATCH /keys take:
 * name (or label), disabled, limit (or limit_usd, spending_limit), limit_reset,
 * include_byok_in_limit, expires_at, allowed_models, allowed_providers,
 * creator_user_id, external.user and the members of limits_read(). Absent ones
 * leave KEY alone; null takes a limit away. Unknown members are ignored, wrong
 * ones are FAULT_BAD_REQUEST, and a workspace_id that is not the key's account
 * is FAULT_NOT_FOUND. Texts are in memory of A.
 */
bool key_read(struct arena *a, const json_t *body, struct key *key,
	      struct fault *why);

/* A step for store_commit(): read the account's key, change it by BODY and
 * write it, so that two changes at a time both stand. */
struct key_edit {
	const char *hash, *account;
	const json_t *body;
	struct arena *arena;
	int64_t at;
};
bool key_edit(struct db *db, void *edit, struct fault *why);

#endif
