#include "http/guard.h"

#include "base/clock.h"
#include "domain/keyring.h"
#include "store/store.h"

#include <string.h>

/* The token of an Authorization header, or NULL when it has none. */
static const char *bearer(const char *header)
{
	if (!header || strncasecmp(header, "Bearer", 6) != 0)
		return NULL;
	header += 6;
	if (*header != ' ' && *header != '\t')
		return NULL;
	header += strspn(header, " \t");
	return *header ? header : NULL;
}

/* OpenAI's, Anthropic's and Gemini's ways to send a key, in this order; an
 * empty one is none. */
const char *guard_secret(struct exchange *x)
{
	const char *found = bearer(exchange_header(x, "Authorization"));

	found = found ? found : exchange_header(x, "X-Api-Key");
	found = found ? found : exchange_header(x, "X-Goog-Api-Key");
	found = found ? found : exchange_query(x, "key");
	return found && *found ? found : NULL;
}

static bool look_up(struct exchange *x, const char *hash, struct key *key,
		    struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	bool found =
		db && key_admit(db, x->arena, hash, clock_now_ms(), key, why);

	if (db)
		store_return(x->suite->store, db);
	if (found && x->suite->keyring)
		keyring_keep(x->suite->keyring, key);
	return found;
}

/* Only those who infer ask guard_renew() before they refuse anything. */
static bool remember(struct exchange *x, const char *hash, enum need need,
		     struct key *key)
{
	return need == NEED_INFERENCE && x->suite->keyring &&
	       keyring_find(x->suite->keyring, x->arena, hash, clock_now_ms(),
			    key);
}

static bool identify(struct exchange *x, const char *text, enum need need,
		     struct key *key, struct fault *why)
{
	char hash[KEY_HASH_ROOM];

	key_hash(text, hash);
	return remember(x, hash, need, key) || look_up(x, hash, key, why);
}

/* A key that manages can't be spent with when it leaks from an application,
 * and one that infers can't make others. */
static bool suits(const struct key *key, enum need need, struct fault *why)
{
	if (need == NEED_INFERENCE && key->management)
		return fault_set(why, FAULT_FORBIDDEN,
				 "a management key cannot be used for "
				 "inference: create a regular key with POST "
				 "/v1/keys and use that");
	if (need == NEED_MANAGEMENT && !key->management)
		return fault_set(why, FAULT_FORBIDDEN,
				 "this takes a management key; the key sent is "
				 "a regular one");
	return true;
}

bool guard_admit(struct exchange *x, enum need need, struct fault *why)
{
	struct key *key = arena_take(x->arena, sizeof(*key));
	const char *text;

	if (need == NEED_NOTHING)
		return true;
	text = guard_secret(x);
	if (!text && need == NEED_CATALOGUE &&
	    x->suite->settings->public_models)
		return true;
	if (!text)
		return fault_set(why, FAULT_NO_KEY,
				 "No API key was sent: use Authorization: "
				 "Bearer ...");
	if (!identify(x, text, need, key, why) || !suits(key, need, why))
		return false;
	x->key = key;
	return true;
}

const struct key *guard_renew(void *exchange, struct fault *why)
{
	struct exchange *x = exchange;
	struct key *key = arena_take(x->arena, sizeof(*key));

	if (!look_up(x, x->key->hash, key, why))
		return NULL;
	if (key->access != x->key->access)
		x->key = key;
	return x->key;
}
