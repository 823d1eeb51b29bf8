/*
 * balance - what is left
 *
 *	GET /balance  {"balance", "currency"} of the calling key's account
 *	GET /credits  the same as what was granted and what was used
 */
#include "base/money_json.h"
#include "domain/account.h"
#include "domain/key.h"
#include "http/serve.h"
#include "store/store.h"

static bool owner(struct exchange *x, struct account *account,
		  struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	bool ok =
		db && account_find(db, x->arena, x->key->account, account, why);

	store_return(x->suite->store, db);
	return ok;
}

static bool balance(struct exchange *x, struct fault *why)
{
	struct account account;

	return owner(x, &account, why) &&
	       exchange_json(x, 200,
			     json_pack("{s:o, s:o, s:s}", "balance",
				       money_json(account.balance), "held",
				       money_json(account.held), "currency",
				       "USD"),
			     why);
}

static bool credits(struct exchange *x, struct fault *why)
{
	struct account account;

	return owner(x, &account, why) &&
	       exchange_json(x, 200,
			     json_pack("{s:{s:o, s:o}}", "data",
				       "total_credits",
				       money_json(account.granted),
				       "total_usage", money_json(account.used)),
			     why);
}

static const struct route routes[] = {
	{ "GET", "/balance", balance, NEED_KEY },
	{ "GET", "/credits", credits, NEED_KEY },
	{ 0 },
};

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "balance", .routes = routes },
		     argc, argv);
}
