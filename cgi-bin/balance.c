/*
 * balance - what is left, and where the rest went
 *
 *	GET /balance       {"balance", "currency"} of the calling key's account
 *	GET /credits       the same as what was granted and what was used
 *	GET /transactions  what came and what went, newest first; also as
 *	                   /billing/transactions
 */
#include "base/clock.h"
#include "base/fields.h"
#include "base/money_json.h"
#include "domain/account.h"
#include "domain/key.h"
#include "domain/statement.h"
#include "http/page.h"
#include "http/serve.h"
#include "store/store.h"

enum { LIMIT = 100, LIMIT_MOST = 1000, OFFSET_MOST = 10000 };

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

#define ROW(member)   offsetof(struct transaction, member)
#define TOTAL(member) offsetof(struct statement_total, member)

static const struct field row_fields[] = {
	{ "id", FIELD_TEXT, ROW(id) },
	{ "type", FIELD_TEXT, ROW(type) },
	{ "amount", FIELD_MONEY, ROW(amount) },
	{ "description", FIELD_TEXT, ROW(description) },
	{ "created_at", FIELD_TIME, ROW(at) },
	{ "generation_id", FIELD_TEXT, ROW(generation) },
	{ 0 },
};

static const struct field total_fields[] = {
	{ "usage", FIELD_MONEY, TOTAL(usage) },
	{ "credit", FIELD_MONEY, TOTAL(credit) },
	{ "refund", FIELD_MONEY, TOTAL(refund) },
	{ "reversal", FIELD_MONEY, TOTAL(reversal) },
	{ "net", FIELD_MONEY, TOTAL(net) },
	{ 0 },
};

static bool read_query(struct exchange *x, struct statement_query *q,
		       struct fault *why)
{
	struct page_bounds limits = { 1, LIMIT_MOST };
	struct page_bounds offsets = { 0, OFFSET_MOST };
	struct page_period period;

	*q = (struct statement_query){ .account = x->key->account,
				       .limit = LIMIT };
	if (!page_choice(x, "type", TRANSACTION_TYPES, &q->type, why) ||
	    !page_between(x, "limit", limits, &q->limit, why) ||
	    !page_between(x, "offset", offsets, &q->offset, why) ||
	    !page_period(x, clock_now_ms(), 0, &period, why))
		return false;
	q->from = period.from;
	q->to = period.to;
	return true;
}

/* The page and its totals are of one state of the books. */
static bool read_statement(struct exchange *x, const struct statement_query *q,
			   struct statement *statement, struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	bool ok = db && db_look(db, why);

	if (ok) {
		ok = statement_read(db, x->arena, q, statement, why);
		ok = db_end(db, ok, why) && ok;
	}
	store_return(x->suite->store, db);
	return ok;
}

static bool transactions(struct exchange *x, struct fault *why)
{
	struct statement_query q;
	struct statement s;
	json_t *list;

	if (!read_query(x, &q, why) || !read_statement(x, &q, &s, why))
		return false;
	list = json_array();
	for (size_t i = 0; i < s.count; i++)
		json_array_append_new(list,
				      fields_json(row_fields, &s.rows[i]));
	return exchange_json(
		x, 200,
		json_pack("{s:o, s:I, s:b, s:I, s:I, s:s, s:o}", "transactions",
			  list, "total_count", (json_int_t)s.total.count,
			  "has_more",
			  q.offset + (int64_t)s.count < s.total.count, "limit",
			  (json_int_t)q.limit, "offset", (json_int_t)q.offset,
			  "currency", "USD", "totals",
			  fields_json(total_fields, &s.total)),
		why);
}

static const struct route routes[] = {
	{ "GET", "/balance", balance, NEED_KEY },
	{ "GET", "/credits", credits, NEED_KEY },
	{ "GET", "/transactions", transactions, NEED_KEY },
	{ "GET", "/billing/transactions", transactions, NEED_KEY },
	{ 0 },
};

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "balance", .routes = routes },
		     argc, argv);
}
