#ifndef DOMAIN_KEY_H
#define DOMAIN_KEY_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/limits.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An API key. Its whole text is shown once, when it is made; from then on it
 * is known by the SHA-256 of that text. A regular key infers, a management key
 * manages, and neither does the other's work. Money is nano-dollars, times are
 * milliseconds since 1970; 0 stands for a time that is not set.
 */
struct key {
	const char *hash, *account, *name, *label;
	bool management, disabled;
	int64_t created_at, updated_at, expires_at, last_used_at, deleted_at;
	bool limited; /* `limit` binds; 0 then means blocked */
	int64_t limit;
	const char *limit_reset; /* "daily", "weekly", "monthly", or "" */
	const char *allowed_models, *allowed_providers; /* JSON array, or "" */
	int64_t held;
	int64_t usage, usage_daily, usage_weekly, usage_monthly;
	struct limits limits;
	bool byok_in_limit; /* what providers' own keys spend counts */
	const char *creator,
		*external; /* clients' own names for people, or "" */

	/* Of its account, told with it because each request needs them. */
	const char *default_model; /* or "" */
	int64_t catalogue_version; /* see catalog.h */
	int64_t access;		   /* the state that all this tells of */
	struct limits account_limits;
};

enum { KEY_SECRET_ROOM = 64, KEY_HASH_ROOM = 65 };

/* The name by which a key is known. */
void key_hash(const char *secret, char hash[KEY_HASH_ROOM]);

/*
 * Who has this secret? FAULT_NO_KEY, with the same text and after the same
 * work, for one that is unknown, deleted, disabled or expired.
 */
bool key_find(struct db *db, struct arena *a, const char *secret,
	      int64_t now_ms, struct key *key, struct fault *why);

/* The same for who knows the secret's hash already. */
bool key_admit(struct db *db, struct arena *a, const char *hash, int64_t now_ms,
	       struct key *key, struct fault *why);

/* The same key with its texts in memory of A. */
struct key key_copy(struct arena *a, const struct key *key);

/* The key with this hash, whatever its state, unless it was deleted:
 * FAULT_NOT_FOUND. ACCOUNT narrows it to one owner's; NULL does not. */
bool key_show(struct db *db, struct arena *a, const char *hash,
	      const char *account, struct key *key, struct fault *why);

/* An owner's keys (ACCOUNT NULL: everybody's), newest first; from behind the
 * one that was made at BEHIND and has the hash BEHIND_HASH, unless that is
 * NULL. */
struct key_page {
	const char *account;
	bool with_disabled;
	int64_t offset, limit;
	int64_t behind;
	const char *behind_hash;
	int64_t now_ms;
};
bool key_list(struct db *db, struct arena *a, const struct key_page *page,
	      struct key **keys, size_t *count, struct fault *why);

/* What is still to be had under the key's own limit; INT64_MAX: no limit. */
int64_t key_remaining(const struct key *key);

/* May the key use it? Patterns are exact or end in "*"; a model's pattern
 * without an author fits any author. */
bool key_allows_model(const struct key *key, const char *model);
bool key_allows_provider(const struct key *key, const char *provider);

/*
 * Changes are steps for store_commit(). key_create() fills HASH, LABEL and
 * SECRET; key_change() writes all that may be changed (name, disabled, limit,
 * limit_reset, expires_at, allowed_*, limits, byok_in_limit, creator, external)
 * as KEY has it; key_delete() marks it deleted and says FAULT_NOT_FOUND when it
 * was no more.
 */
struct key_change {
	struct key key;
	char secret[KEY_SECRET_ROOM], hash[65], label[32];
	int64_t at;
};
bool key_create(struct db *db, void *change, struct fault *why);
bool key_change(struct db *db, void *change, struct fault *why);
bool key_delete(struct db *db, void *change, struct fault *why);

#endif
