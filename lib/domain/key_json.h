#ifndef DOMAIN_KEY_JSON_H
#define DOMAIN_KEY_JSON_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/key.h"

#include <jansson.h>

/*
 * A key as clients see it: the fields of OpenRouter's key object and of
 * ARouter's, dollars as numbers, times as RFC 3339. key_self_json() is what
 * GET /key tells the calling key about itself.
 */
json_t *key_json(const struct key *key);
json_t *key_self_json(const struct key *key);

/*
 * Change KEY by the members of BODY, which is what POST and PATCH /keys take:
 * name, disabled, limit (or limit_usd, spending_limit), limit_reset,
 * expires_at, allowed_models, allowed_providers, and the limits of rates (see
 * limits_json.h). Members that are absent leave KEY alone; null takes a limit
 * away. Unknown members are ignored, wrong ones are FAULT_BAD_REQUEST. Texts
 * are in memory of A.
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
