/*
 * keys - who may ask
 *
 *	GET    /key         what the calling key is and has left
 *	GET    /keys        the account's keys, newest first
 *	POST   /keys        a new one; its text is shown this once
 *	GET    /keys/HASH   one of them
 *	PATCH  /keys/HASH   change it
 *	DELETE /keys/HASH   end it
 *
 * All but the first ask for a management key.
 */
#include "base/clock.h"
#include "domain/account.h"
#include "domain/key.h"
#include "domain/key_json.h"
#include "http/key_page.h"
#include "http/serve.h"
#include "store/store.h"

#include <string.h>

/* An account is of the free tier until it is given any credit. */
static bool stand(struct exchange *x, struct db *db,
		  struct key_standing *standing, struct fault *why)
{
	struct account account;

	if (!account_find(db, x->arena, x->key->account, &account, why))
		return false;
	standing->bought = account.granted > 0;
	return limits_free_today(db, x->key->account, x->suite->settings,
				 clock_now_ms(), &standing->free, why);
}

static bool self(struct exchange *x, struct fault *why)
{
	struct key_standing standing = { 0 };
	struct db *db = store_borrow(x->suite->store, why);
	bool ok = db && stand(x, db, &standing, why);

	store_return(x->suite->store, db);
	return ok && exchange_json(x, 200,
				   json_pack("{s:o}", "data",
					     key_self_json(x->key, &standing)),
				   why);
}

static bool find(struct exchange *x, struct key *key, struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	bool ok = db &&
		  key_show(db, x->arena, x->tail, x->key->account, key, why);

	store_return(x->suite->store, db);
	return ok;
}

static bool create(struct exchange *x, struct fault *why)
{
	struct key_change change = { .key = { .account = x->key->account,
					      .name = "",
					      .limit_reset = "",
					      .allowed_models = "",
					      .allowed_providers = "" },
				     .at = clock_now_ms() };
	json_t *body;

	if (!exchange_object(x, &body, why) ||
	    !key_read(x->arena, body, &change.key, why))
		return false;
	if (!*change.key.name)
		return fault_set(why, FAULT_BAD_REQUEST, "name is missing");
	if (!store_commit(x->suite->store, key_create, &change, why))
		return false;
	x->tail = change.hash;
	return find(x, &change.key, why) &&
	       exchange_json(x, 201,
			     json_pack("{s:o, s:s, s:s, s:s}", "data",
				       key_json(&change.key), "key",
				       change.secret, "hash", change.hash,
				       "name", change.key.name),
			     why);
}

static bool show(struct exchange *x, struct fault *why)
{
	struct key key;

	return find(x, &key, why) &&
	       exchange_json(x, 200, json_pack("{s:o}", "data", key_json(&key)),
			     why);
}

static bool change(struct exchange *x, struct fault *why)
{
	struct key_edit edit = { .hash = x->tail,
				 .account = x->key->account,
				 .arena = x->arena,
				 .at = clock_now_ms() };
	json_t *body;

	if (!exchange_object(x, &body, why))
		return false;
	edit.body = body;
	return store_commit(x->suite->store, key_edit, &edit, why) &&
	       show(x, why);
}

static bool end(struct exchange *x, struct fault *why)
{
	struct key_change change = { .at = clock_now_ms() };

	return find(x, &change.key, why) &&
	       store_commit(x->suite->store, key_delete, &change, why) &&
	       exchange_json(x, 200,
			     json_pack("{s:b, s:{s:b}}", "deleted", 1, "data",
				       "deleted", 1),
			     why);
}

static const struct route routes[] = {
	{ "GET", "/key", self, NEED_KEY },
	{ "GET", "/auth/key", self, NEED_KEY },
	{ "GET", "/keys", key_page, NEED_MANAGEMENT },
	{ "POST", "/keys", create, NEED_MANAGEMENT },
	{ "GET", "/keys/*", show, NEED_MANAGEMENT },
	{ "PATCH", "/keys/*", change, NEED_MANAGEMENT },
	{ "DELETE", "/keys/*", end, NEED_MANAGEMENT },
	{ 0 },
};

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "keys", .routes = routes },
		     argc, argv);
}
