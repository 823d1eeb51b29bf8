#include "domain/statement.h"

#include "support/past.h"
#include "support/row.h"

#include <string.h>

static struct books books;

#define HOUR(n) ((n) * (int64_t)PAST_HOUR)
enum { CENT = 10000000 };

static void move(const char *id, const char *kind, const char *debit,
		 const char *credit, int64_t at)
{
	books_run(&books, arena_print(books.arena,
				      "INSERT INTO transfer (id, debit, credit,"
				      " amount, kind, note, at) VALUES ('%s',"
				      " '%s', '%s', %d, '%s', '', %lld)",
				      id, debit, credit, CENT, kind,
				      (long long)(PAST_EVE + at)));
}

static void ask(const char *id, int64_t at, int64_t tokens, const char *key)
{
	past_ask(&books, &(struct past){ .id = id,
					 .at = PAST_EVE + at,
					 .tokens = tokens,
					 .key = key });
}

/* 1,000 tokens cost a cent; the first credit is of long before. */
static void open_books(void)
{
	past_open(&books);
	ask("gen-1", 0, 1000, NULL);
	ask("gen-2", 5, 2000, NULL);
	ask("gen-3", 5, 0, NULL);
	ask("gen-4", HOUR(30), 3000, "key-2");
	ask("gen-x", 7, 1000, "key-x");
	move("txn-c", "grant", "grants", "credit:acct-1", 6);
	move("txn-r", "refund", "credit:acct-1", "grants", HOUR(30));
	move("txn-v", "reversal", "cost:acme", "credit:acct-1", HOUR(40));
	move("txn-y", "grant", "grants", "credit:acct-2", 7);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(statement, .init = open_books, .fini = close_books, .timeout = 30);

static struct statement read_it(struct statement_query q)
{
	struct statement s;
	struct fault why = { 0 };

	cr_assert(statement_read(books.db, books.arena, &q, &s, &why), "%s",
		  why.text);
	return s;
}

/* "4-3 ...": an id's last letter and its cents. */
static const char *told(const struct statement *s)
{
	const char *text = "";

	for (size_t i = 0; i < s->count; i++)
		text = arena_print(books.arena, "%s%c%+lld ", text,
				   s->rows[i].id[strlen(s->rows[i].id) - 1],
				   (long long)(s->rows[i].amount / CENT));
	return text;
}

static const struct {
	const char *label, *type;
	int64_t from, to, limit, offset;
	const char *want;
	int64_t count, net;
} pages[] = {
	{ "all", NULL, 0, HOUR(50), 100, 0, "v+1 r-1 4-3 c+1 2-2 1-1 ", 6, -5 },
	{ "usage", "usage", 0, HOUR(50), 100, 0, "4-3 2-2 1-1 ", 3, -6 },
	{ "credit", "credit", 0, HOUR(50), 100, 0, "c+1 ", 1, 1 },
	{ "refund", "refund", 0, HOUR(50), 100, 0, "r-1 ", 1, -1 },
	{ "reversal", "reversal", 0, HOUR(50), 100, 0, "v+1 ", 1, 1 },
	{ "a page", NULL, 0, HOUR(50), 2, 1, "r-1 4-3 ", 6, -5 },
	{ "the last page", NULL, 0, HOUR(50), 2, 5, "1-1 ", 6, -5 },
	{ "behind the last", NULL, 0, HOUR(50), 2, 6, "", 6, -5 },
	{ "a time", NULL, 1, HOUR(30), 100, 0, "c+1 2-2 ", 2, -1 },
	{ "until the last instant", NULL, 0, HOUR(40), 100, 0,
	  "r-1 4-3 c+1 2-2 1-1 ", 5, -6 },
	{ "nothing", NULL, 100, 200, 100, 0, "", 0, 0 },
};

EACH(statement, lists_what_moved_newest_first, pages)
{
	struct statement s =
		read_it((struct statement_query){ .account = "acct-1",
						  .type = row->type,
						  .from = PAST_EVE + row->from,
						  .to = PAST_EVE + row->to,
						  .limit = row->limit,
						  .offset = row->offset });

	cr_expect_str_eq(told(&s), row->want, "%s: %s", row->label, told(&s));
	cr_expect_eq(s.total.count, row->count, "%s: %lld", row->label,
		     (long long)s.total.count);
	cr_expect_eq(s.total.net, row->net * CENT, "%s: %lld", row->label,
		     (long long)s.total.net);
}

Test(statement, says_what_each_was)
{
	struct statement s = read_it((struct statement_query){
		.account = "acct-1", .to = INT64_MAX, .limit = 100 });

	cr_expect_eq(s.count, 7);
	cr_expect_str_eq(s.rows[0].type, "reversal");
	cr_expect_str_eq(s.rows[1].description, "Credit taken back");
	cr_expect_str_eq(s.rows[2].type, "usage");
	cr_expect_str_eq(s.rows[2].description,
			 "a/m - 0 input tokens, 3000 output tokens");
	cr_expect_str_eq(s.rows[2].generation, "gen-4");
	cr_expect_eq(s.rows[2].at, PAST_EVE + HOUR(30));
	cr_expect_str_eq(s.rows[3].type, "credit");
	cr_expect_str_eq(s.rows[3].description, "Credit added");
	cr_expect_str_eq(s.rows[3].generation, "");
	cr_expect_str_eq(s.rows[6].description, "start");
}

Test(statement, comes_to_what_the_balance_is)
{
	struct statement s;

	books_run(&books, "DELETE FROM transfer WHERE id IN"
			  " ('txn-c', 'txn-r', 'txn-v')");
	s = read_it((struct statement_query){ .account = "acct-1",
					      .to = INT64_MAX });
	cr_expect_eq(s.total.net,
		     books_number(&books, "SELECT balance FROM book"
					  " WHERE id = 'credit:acct-1'"));
	cr_expect_eq(s.total.usage + s.total.credit + s.total.refund +
			     s.total.reversal,
		     s.total.net);
}

Test(statement, is_the_accounts_alone)
{
	struct statement s =
		read_it((struct statement_query){ .account = "acct-2",
						  .from = PAST_EVE,
						  .to = INT64_MAX,
						  .limit = 100 });

	cr_expect_str_eq(told(&s), "y+1 x-1 ");
	cr_expect_eq(s.total.count, 2);
}
