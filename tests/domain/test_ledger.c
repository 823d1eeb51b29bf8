#include "domain/ledger.h"

#include "support/books.h"
#include "support/row.h"

#include <stdio.h>
#include <string.h>

/* A token of output costs 10 micro-dollars, which is 10,000 nano-dollars. */
enum { TOKEN = BOOKS_OUT / 1000 };

static struct books books;

static void open_books(void)
{
	books_open(&books, (int64_t)100 * TOKEN);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(ledger, .init = open_books, .fini = close_books, .timeout = 20);

static int64_t held(void)
{
	return books_number(&books,
			    "SELECT held FROM book WHERE id = 'credit:acct-1'");
}

static int64_t balance(void)
{
	return books_number(
		&books, "SELECT balance FROM book WHERE id = 'credit:acct-1'");
}

Test(ledger, P1_holds_no_more_than_there_is)
{
	struct hold first = books_hold(&books, "gen-1-a", 0, 60);
	struct hold second = books_hold(&books, "gen-1-b", 0, 60);
	struct fault why = { 0 };

	books_do(&books, ledger_hold, &first);
	cr_expect_not(books_try(&books, ledger_hold, &second, &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect(strstr(why.text, "up to 60 tokens, but can only afford 40"),
		  "%s", why.text);
	cr_expect_eq(held(), 60 * TOKEN);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM generation"),
		     1);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, clamps_to_what_is_there_when_fewer_tokens_will_do)
{
	struct hold h = books_hold(&books, "gen-1-a", (int64_t)30 * TOKEN, 500);

	h.may_clamp = true;
	books_do(&books, ledger_hold, &h);
	cr_expect_eq(h.granted_tokens, 70);
	cr_expect_eq(h.held, 100 * TOKEN);
	cr_expect_eq(held(), 100 * TOKEN);
}

Test(ledger, P12_holds_nothing_when_all_is_spent)
{
	struct hold all = books_hold(&books, "gen-1-a", 0, 100);
	struct hold none = books_hold(&books, "gen-1-b", 0, 500);
	struct settlement s;

	books_do(&books, ledger_hold, &all);
	s = books_settlement(&all, (int64_t)100 * TOKEN);
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(balance(), 0);
	none.output_pico = 0;
	books_do(&books, ledger_hold, &none);
	cr_expect_eq(none.held, 0);
	cr_expect_eq(none.granted_tokens, 500);
}

Test(ledger, settles_what_was_used_and_frees_the_rest)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, (int64_t)25 * TOKEN);
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(s.charge, 25 * TOKEN);
	cr_expect_eq(s.overrun, 0);
	cr_expect_eq(held(), 0);
	cr_expect_eq(balance(), 75 * TOKEN);
	cr_expect_eq(books_number(&books, "SELECT balance FROM book"
					  " WHERE id = 'cost:acme'"),
		     25 * TOKEN);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, P5_settling_twice_charges_once)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, (int64_t)25 * TOKEN);
	books_do(&books, ledger_settle, &s);
	cr_expect_not(s.repeated);
	books_do(&books, ledger_settle, &s);
	cr_expect(s.repeated);
	cr_expect_eq(balance(), 75 * TOKEN);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, P2_what_goes_beyond_the_hold_is_not_the_owners)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, (int64_t)80 * TOKEN);
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(s.charge, 60 * TOKEN);
	cr_expect_eq(s.overrun, 20 * TOKEN);
	cr_expect_eq(balance(), 40 * TOKEN);
	cr_expect_eq(books_number(&books, "SELECT balance FROM book"
					  " WHERE id = 'overrun'"),
		     -20 * TOKEN);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, a_failure_costs_nothing)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, 0);
	s.outcome = OUTCOME_FAILED;
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(balance(), 100 * TOKEN);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM transfer"), 1);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, P3_extends_until_the_credit_ends)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct extension e = { .hold = &h, .more = 30, .known = 55 };
	struct fault why = { 0 };

	books_do(&books, ledger_hold, &h);
	books_do(&books, ledger_extend, &e);
	cr_expect_eq(e.added, 30 * TOKEN);
	cr_expect_eq(held(), 90 * TOKEN);
	cr_expect_not(books_try(&books, ledger_extend, &e, &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect_eq(held(), 90 * TOKEN);
	cr_expect_eq(
		books_number(&books, "SELECT output_known FROM generation"),
		55);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, extends_nothing_that_has_been_settled)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 10);
	struct extension e = { .hold = &h, .more = 10, .known = 5 };
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, TOKEN);
	books_do(&books, ledger_settle, &s);
	cr_expect_not(books_try(&books, ledger_extend, &e, NULL));
	cr_expect_eq(held(), 0);
}

/* A key's limit, what it has used and since when, and what can be held. */
static const struct {
	const char *label, *limit, *reset;
	int64_t used, age_days, tokens;
	bool fits;
} limits[] = {
	{ "P10: null is no limit", "NULL", "NULL", 50, 0, 100, true },
	{ "P10: zero is blocked", "0", "NULL", 0, 0, 1, false },
	{ "P10: zero is blocked for nothing, too", "0", "NULL", 0, 0, 0,
	  false },
	{ "all of it", "500000", "NULL", 0, 0, 50, true },
	{ "one token more", "500000", "NULL", 0, 0, 51, false },
	{ "what was used counts", "500000", "NULL", 20, 0, 31, false },
	{ "for ever", "500000", "NULL", 20, 90, 31, false },
	{ "today", "500000", "'daily'", 20, 0, 31, false },
	{ "yesterday does not count", "500000", "'daily'", 20, 1, 50, true },
	{ "this week", "500000", "'weekly'", 20, 0, 31, false },
	{ "last week does not count", "500000", "'weekly'", 20, 7, 50, true },
	{ "this month", "500000", "'monthly'", 20, 0, 31, false },
	{ "last month does not count", "500000", "'monthly'", 20, 31, 50,
	  true },
};

EACH(ledger, P17_a_keys_limit_binds_in_its_window, limits)
{
	struct hold h = books_hold(&books, "gen-1-b", 0, row->tokens);
	struct hold before = books_hold(&books, "gen-1-a", 0, row->used);
	struct settlement s;
	char sql[256];

	if (row->used) {
		books_do(&books, ledger_hold, &before);
		s = books_settlement(&before, row->used * TOKEN);
		s.at -= row->age_days * 86400000;
		books_do(&books, ledger_settle, &s);
	}
	books_do(&books, ledger_grant,
		 &(struct grant){ .account = "acct-1",
				  .note = "more",
				  .amount = (int64_t)1000 * TOKEN });
	snprintf(sql, sizeof(sql),
		 "UPDATE api_key SET spend_limit = %s, limit_reset = %s",
		 row->limit, row->reset);
	books_run(&books, sql);
	cr_expect_eq(books_try(&books, ledger_hold, &h, NULL), row->fits, "%s",
		     row->label);
	cr_expect_eq(books_number(&books, "SELECT held FROM api_key"),
		     row->fits ? h.held : 0, "%s", row->label);
}

Test(ledger, a_refused_hold_leaves_the_key_alone)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 101);

	books_run(&books, "UPDATE api_key SET spend_limit = 99000000");
	cr_expect_not(books_try(&books, ledger_hold, &h, NULL));
	cr_expect_eq(books_number(&books, "SELECT held FROM api_key"), 0);
}

Test(ledger, takes_back_only_what_is_free)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct grant back = { .account = "acct-1",
			      .note = "back",
			      .amount = (int64_t)-41 * TOKEN };

	books_do(&books, ledger_hold, &h);
	cr_expect_not(books_try(&books, ledger_grant, &back, NULL));
	back.amount = (int64_t)-40 * TOKEN;
	books_do(&books, ledger_grant, &back);
	cr_expect_eq(balance(), 60 * TOKEN);
	cr_expect_eq(books_broken(&books), 0);
}

Test(ledger, a_hold_of_more_than_there_can_be_saturates)
{
	struct hold h = books_hold(&books, "gen-1-a", INT64_MAX, INT64_MAX);
	struct fault why = { 0 };

	cr_expect_not(books_try(&books, ledger_hold, &h, &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect_eq(held(), 0);
}

static void change_access(void)
{
	books_run(&books, "UPDATE version SET number = number + 1"
			  " WHERE topic = 'access'");
}

static int64_t access_now(void)
{
	return books_number(&books, "SELECT number FROM version"
				    " WHERE topic = 'access'");
}

Test(ledger, refuses_a_hold_by_a_key_that_has_changed_since)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);
	struct fault why = { 0 };

	h.access = access_now();
	change_access();
	cr_expect_not(books_try(&books, ledger_hold, &h, &why));
	cr_expect(h.stale);
	cr_expect_eq(held(), 0);
	h.access = access_now();
	books_do(&books, ledger_hold, &h);
	cr_expect_not(h.stale);
	cr_expect_eq(held(), 60 * TOKEN);
}

Test(ledger, a_hold_that_goes_by_nothing_remembered_is_not_stale)
{
	struct hold h = books_hold(&books, "gen-1-a", 0, 60);

	change_access();
	books_do(&books, ledger_hold, &h);
	cr_expect_not(h.stale);
}
