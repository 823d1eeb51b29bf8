#include "domain/purse.h"

#include "domain/key.h"
#include "support/books.h"
#include "support/row.h"

#include <string.h>

/* Several takings and settlements in one change, which are reckoned with in
 * memory; those of one each are the ledger's tests. */

static const int64_t noon = 1800014400000, day = 86400000;

static struct books books;

static void open_books(void)
{
	books_open(&books, 1000);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(purse, .init = open_books, .fini = close_books, .timeout = 20);

static struct purse at(int64_t when)
{
	return (struct purse){ books.key, "acct-1", when };
}

static enum taken take(int64_t amount, int64_t when)
{
	const struct purse purse = at(when);
	struct fault why = { 0 };
	enum taken taken = purse_take(books.db, &purse, amount, &why);

	cr_assert_neq(taken, FAILED, "%s", why.text);
	return taken;
}

static void settle(int64_t held, int64_t charge, int64_t when)
{
	purse_settle(books.db, &(struct spending){ at(when), held, charge });
}

static struct room room(int64_t when)
{
	const struct purse purse = at(when);
	struct fault why = { 0 };
	struct room room;

	cr_assert(purse_room(books.db, &purse, &room, &why), "%s", why.text);
	return room;
}

static void begin(void)
{
	cr_assert(db_begin(books.db, NULL));
}

static void end(void)
{
	struct fault why = { 0 };

	cr_assert(db_end(books.db, true, &why), "%s", why.text);
}

static int64_t of_key(const char *column)
{
	return books_number(&books,
			    arena_print(books.arena,
					"SELECT %s FROM api_key WHERE hash ="
					" '%s'",
					column, books.key));
}

static int64_t of_book(const char *column)
{
	return books_number(&books, arena_print(books.arena,
						"SELECT %s FROM book WHERE id ="
						" 'credit:acct-1'",
						column));
}

Test(purse, P12_steps_of_one_change_know_of_each_other)
{
	begin();
	cr_expect_eq(take(600, noon), TAKEN);
	cr_expect_eq(take(401, noon), SHORT);
	cr_expect_eq(room(noon).nano, 400);
	cr_expect_eq(take(400, noon), TAKEN);
	cr_expect_eq(take(1, noon), SHORT);
	cr_expect_eq(take(0, noon), TAKEN);
	settle(600, 250, noon);
	cr_expect_eq(room(noon).nano, 350);
	cr_expect_eq(take(350, noon), TAKEN);
	cr_expect_eq(take(1, noon), SHORT);
	end();
	cr_expect_eq(of_book("held"), 750);
	cr_expect_eq(of_book("balance"), 750);
	cr_expect_eq(of_key("held"), 750);
	cr_expect_eq(of_key("usage"), 250);
	cr_expect_eq(of_key("day_usage"), 250);
	cr_expect_eq(of_key("last_used_at"), noon);
}

static const struct {
	const char *label, *reset;
	int64_t tomorrow; /* what is left then */
} resets[] = {
	{ "for ever", "NULL", 200 },
	{ "by the day", "'daily'", 500 },
};

EACH(purse, a_limit_counts_what_is_pending, resets)
{
	books_run(&books, arena_print(books.arena,
				      "UPDATE api_key SET spend_limit = 500,"
				      " limit_reset = %s",
				      row->reset));
	begin();
	cr_expect_eq(take(300, noon), TAKEN);
	cr_expect_eq(take(201, noon), SHORT);
	settle(300, 300, noon);
	cr_expect_eq(room(noon).nano, 200);
	cr_expect(room(noon).by_key);
	cr_expect_eq(take(201, noon), SHORT);
	cr_expect_eq(room(noon + day).nano, row->tomorrow);
	cr_expect_eq(take(row->tomorrow, noon + day), TAKEN);
	cr_expect_eq(take(1, noon + day), SHORT);
	end();
	cr_expect_eq(of_key("held"), row->tomorrow);
	cr_expect_eq(of_key("usage"), 300);
}

Test(purse, days_that_meet_in_a_change_keep_their_own_usage)
{
	begin();
	cr_expect_eq(take(100, noon), TAKEN);
	settle(60, 60, noon);
	settle(40, 40, noon + day);
	end();
	cr_expect_eq(of_key("usage"), 100);
	cr_expect_eq(of_key("day_usage"), 40);
	cr_expect_eq(of_key("month_usage"), 100);
	cr_expect_eq(of_key("last_used_at"), noon + day);
	cr_expect_eq(of_key("held"), 0);
}

Test(purse, what_is_undone_was_never_taken)
{
	begin();
	cr_expect_eq(take(1000, noon), TAKEN);
	db_end(books.db, false, NULL);
	begin();
	cr_expect_eq(take(400, noon), TAKEN);
	cr_assert(db_step_begin(books.db, NULL));
	cr_expect_eq(take(600, noon), TAKEN);
	db_step_end(books.db, false, NULL);
	cr_expect_eq(room(noon).nano, 600);
	end();
	cr_expect_eq(of_book("held"), 400);
	cr_expect_eq(of_key("held"), 400);
}

/* A key that is changed between two requests of one group. */
Test(purse, a_changed_key_counts_at_once)
{
	struct key_change change = { .key = { .hash = books.key }, .at = noon };

	begin();
	cr_expect_eq(take(10, noon), TAKEN);
	cr_assert(key_delete(books.db, &change, NULL));
	cr_expect_eq(take(10, noon), SHORT);
	end();
	cr_expect_eq(of_key("held"), 10);
}

static const struct {
	const char *label, *set;
	enum taken nothing, little;
} blocks[] = {
	{ "a key in order", "disabled = 0", TAKEN, TAKEN },
	{ "disabled", "disabled = 1", SHORT, SHORT },
	{ "expired", "expires_at = 1800014400000", SHORT, SHORT },
	{ "about to expire", "expires_at = 1800014400001", TAKEN, TAKEN },
	{ "blocked", "spend_limit = 0", SHORT, SHORT },
	{ "used up", "spend_limit = 1, usage = 1", TAKEN, SHORT },
	{ "used beyond", "spend_limit = 1, usage = 9", TAKEN, SHORT },
	{ "a limit near the end of numbers",
	  "spend_limit = 9223372036854775807, usage = 9223372036854775800",
	  TAKEN, SHORT },
};

EACH(purse, asks_the_key, blocks)
{
	books_run(&books,
		  arena_print(books.arena, "UPDATE api_key SET %s", row->set));
	begin();
	cr_expect_eq(take(0, noon), row->nothing);
	cr_expect_eq(take(8, noon), row->little);
	cr_expect_eq(room(noon).blocked, !strcmp(row->label, "blocked"));
	db_end(books.db, false, NULL);
}
