#include "domain/usage.h"

#include "base/clock.h"
#include "domain/generation.h"
#include "domain/price_origin.h"
#include "domain/transfer.h"
#include "support/books.h"
#include "support/row.h"

#include <string.h>

static const int64_t second = 1700000000000;

/* Settled at each of three seconds, each a nano-dollar dearer. */
static void settle_three(struct books *b)
{
	for (int64_t i = 0; i < 3; i++) {
		const char *id = arena_print(b->arena, "gen-%lld-%024d",
					     (long long)(1700000000 + i), 0);
		struct hold hold = books_hold(b, id, 1000, 0);
		struct settlement end;

		hold.at = second + i * 1000;
		books_do(b, ledger_hold, &hold);
		end = books_settlement(&hold, 100 + i);
		end.tokens = (struct tokens){ .fresh = 10,
					      .cache_read = 5,
					      .output = 3,
					      .reasoning = 4 };
		books_do(b, ledger_settle, &end);
	}
}

static const struct {
	const char *label, *account;
	bool by_key;
	int64_t since_ms, generations, charge;
} sums[] = {
	{ "all", NULL, false, 0, 3, 303 },
	{ "an account's", "acct-1", false, 0, 3, 303 },
	{ "nobody's", "acct-2", false, 0, 0, 0 },
	{ "a key's", NULL, true, 0, 3, 303 },
	{ "from the second on", NULL, false, 1700000001000, 2, 203 },
	{ "from later on", "acct-1", true, 1700000002001, 0, 0 },
};

EACH(usage, is_the_sum_of_generations, sums)
{
	struct books b;
	struct usage sum;
	struct fault why = { 0 };

	books_open(&b, 1000000);
	settle_three(&b);
	cr_assert(usage_sum(b.db, row->account, row->by_key ? b.key : NULL,
			    row->since_ms, &sum, &why),
		  "%s", why.text);
	cr_expect_eq(sum.generations, row->generations, "%s", row->label);
	cr_expect_eq(sum.charge, row->charge, "%s", row->label);
	cr_expect_eq(sum.prompt, row->generations * 15, "%s", row->label);
	cr_expect_eq(sum.completion, row->generations * 7, "%s", row->label);
	books_close(&b);
}

EACH(usage, lists_what_it_adds_up, sums)
{
	struct books b;
	struct generation *list;
	size_t count;
	struct fault why = { 0 };

	books_open(&b, 1000000);
	settle_three(&b);
	cr_assert(generation_list(b.db, b.arena,
				  &(struct generation_page){
					  .account = row->account,
					  .key = row->by_key ? b.key : NULL,
					  .since_ms = row->since_ms,
					  .limit = 10 },
				  &list, &count, &why),
		  "%s", why.text);
	cr_expect_eq(count, row->generations, "%s", row->label);
	for (size_t i = 1; i < count; i++)
		cr_expect_gt(list[i - 1].at, list[i].at, "%s", row->label);
	books_close(&b);
}

Test(usage, tells_what_is_still_held)
{
	struct books b;
	struct usage sum;
	struct hold hold;

	books_open(&b, 1000000);
	hold = books_hold(&b, "gen-1700000000-000000000000000000000000", 700,
			  0);
	books_do(&b, ledger_hold, &hold);
	cr_assert(usage_sum(b.db, NULL, NULL, 0, &sum, NULL));
	cr_expect_eq(sum.open, 1);
	cr_expect_eq(sum.held, 700);
	cr_expect_eq(sum.charge, 0);
	books_close(&b);
}

static const struct {
	const char *label;
	int64_t at_ms, count;
} ages[] = {
	{ "the first", 1700000000000, 0 },
	{ "the second", 1700000001000, 1 },
	{ "all", 1800000000000, 3 },
	{ "long ago", 0, 0 },
};

EACH(usage, counts_what_is_older, ages)
{
	struct books b;
	int64_t count = -1;

	books_open(&b, 1000000);
	settle_three(&b);
	cr_assert(usage_older(b.db, row->at_ms, &count, NULL));
	cr_expect_eq(count, row->count, "%s", row->label);
	books_close(&b);
}

Test(transfer, of_a_generation_is_found_by_its_name)
{
	static const char id[] = "gen-1700000000-000000000000000000000000";
	struct books b;
	struct transfer *list;
	struct hold hold;
	struct settlement end;
	size_t count;

	books_open(&b, 1000000);
	hold = books_hold(&b, id, 100, 0);
	books_do(&b, ledger_hold, &hold);
	end = books_settlement(&hold, 150);
	books_do(&b, ledger_settle, &end);
	cr_assert(transfer_of(b.db, b.arena, id, &list, &count, NULL));
	cr_assert_eq(count, 2);
	cr_expect_str_eq(list[0].kind, "usage");
	cr_expect_eq(list[0].amount, 100);
	cr_expect_str_eq(list[1].kind, "overrun");
	cr_expect_eq(list[1].amount, 50);
	cr_expect_str_eq(list[1].generation, id);
	cr_assert(transfer_of(b.db, b.arena, "gen-1700000000-0", &list, &count,
			      NULL));
	cr_expect_eq(count, 0, "another's name begins with it");
	books_close(&b);
}

Test(transfer, by_hand_is_listed_newest_first)
{
	struct transfer_page page = { .account = "acct-1", .limit = 10 };
	struct books b;
	struct transfer *list;
	size_t count;

	books_open(&b, 1000000);
	settle_three(&b);
	books_do(&b, ledger_grant,
		 &(struct grant){ .account = "acct-1",
				  .note = "back",
				  .amount = -7,
				  .at = second + 86400000 });
	cr_assert(transfer_list(b.db, b.arena, &page, &list, &count, NULL));
	cr_assert_eq(count, 2);
	cr_expect_str_eq(list[0].note, "back");
	cr_expect_str_eq(list[0].debit, "credit:acct-1");
	cr_expect_eq(list[0].amount, 7);
	cr_expect_str_eq(list[1].credit, "credit:acct-1");
	page.account = "acct-2";
	cr_assert(transfer_list(b.db, b.arena, &page, &list, &count, NULL));
	cr_expect_eq(count, 0);
	page = (struct transfer_page){ .limit = 1 };
	cr_assert(transfer_list(b.db, b.arena, &page, &list, &count, NULL));
	cr_expect_eq(count, 1);
	books_close(&b);
}

Test(price_origin, is_the_list_that_was_read)
{
	struct books b;
	struct price_origin origin;
	struct fault why = { 0 };

	books_open(&b, 0);
	cr_assert(price_origin(b.db, b.arena, 1, &origin, &why), "%s",
		  why.text);
	cr_expect_str_eq(origin.import, "imp");
	cr_expect_str_eq(origin.endpoint, "acme:m");
	cr_expect(!price_origin(b.db, b.arena, 2, &origin, &why));
	cr_expect_eq(why.kind, FAULT_NOT_FOUND);
	books_close(&b);
}
