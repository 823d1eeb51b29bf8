#include "domain/key.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/keep.h"
#include "domain/pattern.h"
#include "store/later.h"
#include "store/sql.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { SECRET_BYTES = 24, SHOWN_HEAD = 12, SHOWN_TAIL = 4 };

/* The columns of key_find and key_list. */
enum column {
	HASH,
	ACCOUNT,
	NAME,
	LABEL,
	KIND,
	DISABLED,
	CREATED,
	UPDATED,
	EXPIRES,
	LAST_USED,
	DELETED,
	LIMIT,
	RESET,
	MODELS,
	PROVIDERS,
	HELD,
	USAGE,
	DAILY,
	WEEKLY,
	MONTHLY,
	DEFAULT_MODEL,
	VERSION,
	ACCOUNT_DISABLED,
	LIMITS,
	ACCOUNT_LIMITS = LIMITS + LIMITS_COLUMNS,
	BYOK_IN_LIMIT = ACCOUNT_LIMITS + LIMITS_COLUMNS,
	CREATOR,
	EXTERNAL,
	ACCESS,
};

static struct key from_row(struct arena *a, struct rows *rows)
{
	return (struct key){
		.hash = keep(a, rows_text(rows, HASH)),
		.account = keep(a, rows_text(rows, ACCOUNT)),
		.name = keep(a, rows_text(rows, NAME)),
		.label = keep(a, rows_text(rows, LABEL)),
		.management = !strcmp(rows_text(rows, KIND), "management"),
		.disabled = rows_number(rows, DISABLED) != 0,
		.created_at = rows_number(rows, CREATED),
		.updated_at = rows_number(rows, UPDATED),
		.expires_at = rows_number(rows, EXPIRES),
		.last_used_at = rows_number(rows, LAST_USED),
		.deleted_at = rows_number(rows, DELETED),
		.limited = !rows_null(rows, LIMIT),
		.limit = rows_number(rows, LIMIT),
		.limit_reset = keep(a, rows_text(rows, RESET)),
		.allowed_models = keep(a, rows_text(rows, MODELS)),
		.allowed_providers = keep(a, rows_text(rows, PROVIDERS)),
		.held = rows_number(rows, HELD),
		.usage = rows_number(rows, USAGE),
		.usage_daily = rows_number(rows, DAILY),
		.usage_weekly = rows_number(rows, WEEKLY),
		.usage_monthly = rows_number(rows, MONTHLY),
		.default_model = keep(a, rows_text(rows, DEFAULT_MODEL)),
		.catalogue_version = rows_number(rows, VERSION),
		.limits = limits_from_row(rows, LIMITS),
		.account_limits = limits_from_row(rows, ACCOUNT_LIMITS),
		.byok_in_limit = rows_number(rows, BYOK_IN_LIMIT) != 0,
		.creator = keep(a, rows_text(rows, CREATOR)),
		.external = keep(a, rows_text(rows, EXTERNAL)),
		.access = rows_number(rows, ACCESS),
	};
}

static struct rows *ask(struct db *db, const char *hash, int64_t now_ms)
{
	return db_ask(db, SQL_KEY_FIND, "nnnt", clock_day_start(now_ms),
		      clock_week_start(now_ms), clock_month_start(now_ms),
		      hash);
}

struct key key_copy(struct arena *a, const struct key *key)
{
	struct key copy = *key;
	const char **const texts[] = {
		&copy.hash,
		&copy.account,
		&copy.name,
		&copy.label,
		&copy.limit_reset,
		&copy.allowed_models,
		&copy.allowed_providers,
		&copy.creator,
		&copy.external,
		&copy.default_model,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = keep(a, *texts[i]);
	return copy;
}

void key_hash(const char *secret, char hash[KEY_HASH_ROOM])
{
	hash_hex(secret, strlen(secret), hash);
}

bool key_find(struct db *db, struct arena *a, const char *secret,
	      int64_t now_ms, struct key *key, struct fault *why)
{
	char hash[KEY_HASH_ROOM];

	key_hash(secret, hash);
	return key_admit(db, a, hash, now_ms, key, why);
}

bool key_admit(struct db *db, struct arena *a, const char *hash, int64_t now_ms,
	       struct key *key, struct fault *why)
{
	struct key found = { 0 };
	struct rows *rows;
	bool valid = false;

	rows = ask(db, hash, now_ms);
	if (rows_next(rows)) {
		found = from_row(a, rows);
		valid = !found.disabled && !found.deleted_at &&
			(!found.expires_at || found.expires_at > now_ms) &&
			rows_number(rows, ACCOUNT_DISABLED) == 0;
	}
	if (!rows_end(rows, why))
		return false;
	if (!valid)
		return fault_set(why, FAULT_NO_KEY, "invalid API key");
	*key = found;
	return true;
}

/* To ACCOUNT, if that matters. */
static bool belongs(const struct key *key, const char *account)
{
	return !account || (key->account && !strcmp(account, key->account));
}

bool key_show(struct db *db, struct arena *a, const char *hash,
	      const char *account, struct key *key, struct fault *why)
{
	struct rows *rows = ask(db, hash, clock_now_ms());
	struct key found = { .account = "" };
	bool seen = rows_next(rows);

	if (seen)
		found = from_row(a, rows);
	assert(found.account);
	if (!rows_end(rows, why))
		return false;
	if (!seen || found.deleted_at || !belongs(&found, account))
		return fault_set(why, FAULT_NOT_FOUND, "no key with this hash");
	*key = found;
	return true;
}

bool key_list(struct db *db, struct arena *a, const struct key_page *page,
	      struct key **keys, size_t *count, struct fault *why)
{
	struct rows *rows = db_ask(
		db, SQL_KEY_LIST, "nnntnmtnn", clock_day_start(page->now_ms),
		clock_week_start(page->now_ms), clock_month_start(page->now_ms),
		page->account, (int64_t)page->with_disabled,
		page->behind_hash ? &page->behind : NULL, page->behind_hash,
		page->limit, page->offset);
	struct list list = { .size = sizeof(struct key) };

	while (rows_next(rows))
		*(struct key *)list_add(&list, a) = from_row(a, rows);
	if (!rows_end(rows, why))
		return false;
	*keys = list.items;
	*count = list.count;
	return true;
}

static int64_t used(const struct key *key)
{
	if (!strcmp(key->limit_reset, "daily"))
		return key->usage_daily;
	if (!strcmp(key->limit_reset, "weekly"))
		return key->usage_weekly;
	if (!strcmp(key->limit_reset, "monthly"))
		return key->usage_monthly;
	return key->usage;
}

int64_t key_remaining(const struct key *key)
{
	int64_t left = key->limit - used(key) - key->held;

	if (!key->limited)
		return INT64_MAX;
	return left > 0 ? left : 0;
}

/* Does what the key is narrowed to, a JSON array, have NAME? */
static bool allows(const char *json, const char *name,
		   bool (*fit)(const struct patterns *, const char *))
{
	struct patterns patterns;
	struct arena *a;
	bool fits;

	if (!*json)
		return true;
	a = arena_new();
	patterns = patterns_read(a, json);
	fits = fit(&patterns, name);
	arena_free(a);
	return fits;
}

bool key_allows_model(const struct key *key, const char *model)
{
	return allows(key->allowed_models, model, patterns_fit_model);
}

bool key_allows_provider(const struct key *key, const char *provider)
{
	return allows(key->allowed_providers, provider, patterns_fit);
}

static const char *some(const char *text)
{
	return text && *text ? text : NULL;
}

static const int64_t *when(const int64_t *at)
{
	return *at ? at : NULL;
}

bool key_create(struct db *db, void *change, struct fault *why)
{
	struct key_change *c = change;
	const struct key *k = &c->key;
	char random[2 * SECRET_BYTES + 1];
	size_t len;

	hash_random_hex(SECRET_BYTES, random);
	snprintf(c->secret, sizeof(c->secret), "%s%s",
		 k->management ? "lr_mgmt_" : "lr_live_", random);
	len = strlen(c->secret);
	hash_hex(c->secret, len, c->hash);
	snprintf(c->label, sizeof(c->label), "%.*s...%s", SHOWN_HEAD, c->secret,
		 c->secret + len - SHOWN_TAIL);
	return db_do(
		db, why, SQL_KEY_CREATE, "tttttnmnmtttmmmntt", c->hash,
		k->account, k->management ? "management" : "regular", k->name,
		c->label, (int64_t)k->disabled, when(&k->expires_at), c->at,
		k->limited ? &k->limit : NULL, some(k->limit_reset),
		some(k->allowed_models), some(k->allowed_providers),
		limit_value(&k->limits.requests_per_minute),
		limit_value(&k->limits.requests_per_day),
		limit_value(&k->limits.tokens_per_minute),
		(int64_t)k->byok_in_limit, some(k->creator), some(k->external));
}

/* Whoever remembers the key learns that it is another one now. */
static bool bump(struct db *db, struct fault *why)
{
	return db_do(db, why, SQL_VERSION_BUMP, "t", "access");
}

bool key_change(struct db *db, void *change, struct fault *why)
{
	const struct key_change *c = change;
	const struct key *k = &c->key;

	return later_write(db, why) && bump(db, why) &&
	       db_must(db, why, "no key with this hash", SQL_KEY_CHANGE,
		       "tnmmtttmmmnttnt", k->name, (int64_t)k->disabled,
		       when(&k->expires_at), k->limited ? &k->limit : NULL,
		       some(k->limit_reset), some(k->allowed_models),
		       some(k->allowed_providers),
		       limit_value(&k->limits.requests_per_minute),
		       limit_value(&k->limits.requests_per_day),
		       limit_value(&k->limits.tokens_per_minute),
		       (int64_t)k->byok_in_limit, some(k->creator),
		       some(k->external), c->at, k->hash);
}

bool key_delete(struct db *db, void *change, struct fault *why)
{
	const struct key_change *c = change;

	return later_write(db, why) && bump(db, why) &&
	       db_must(db, why, "no key with this hash", SQL_KEY_DELETE, "nt",
		       c->at, c->key.hash);
}
