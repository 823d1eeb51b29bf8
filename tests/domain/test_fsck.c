#include "domain/fsck.h"

#include "support/books.h"
#include "support/row.h"

/* Each breaks one rule of books that have a settled and an open generation. */
static const struct {
	const char *label, *sql;
} breaks[] = {
	{ "balance", "UPDATE book SET balance = balance + 1"
		     " WHERE id = 'cost:acme'" },
	{ "credit hold", "UPDATE book SET held = held + 1"
			 " WHERE id = 'credit:acct-1'" },
	{ "key hold", "UPDATE api_key SET held = held + 1" },
	{ "overdrawn", "UPDATE book SET balance = 1"
		       " WHERE id = 'credit:acct-1'" },
	{ "key usage", "UPDATE api_key SET usage = usage + 1" },
	{ "charge", "UPDATE generation SET charge = charge + 1"
		    " WHERE state = 'settled'" },
	{ "transfer gone", "DELETE FROM transfer WHERE kind = 'usage'" },
	{ "overrun", "UPDATE generation SET cost = cost + 1"
		     " WHERE state = 'settled'" },
	{ "stray transfer", "UPDATE transfer SET generation = 'gen-9-z'"
			    " WHERE kind = 'usage'" },
	{ "arithmetic", "UPDATE generation SET output = output + 1"
			" WHERE state = 'settled'" },
	{ "price", "UPDATE price SET output = output * 2" },
	{ "dead holder", "UPDATE generation SET holder ="
			 " rtrim(holder, '0123456789') || '1'"
			 " WHERE state = 'held'" },
	{ "hour's count", "UPDATE tally_sum SET requests = requests + 1"
			  " WHERE width = 3600000" },
	{ "hour's charge", "UPDATE tally_sum SET charge = charge + 1"
			   " WHERE width = 3600000" },
	{ "hour's tokens", "UPDATE tally_sum SET prompt = prompt + 1,"
			   " completion = completion - 1"
			   " WHERE width = 3600000" },
	{ "hour and day", "UPDATE tally_sum SET cached = cached + 1" },
	{ "day", "UPDATE tally_sum SET reasoning = reasoning + 1"
		 " WHERE width = 86400000" },
	{ "hour gone", "DELETE FROM tally_sum WHERE width = 3600000" },
	{ "hour and day gone", "DELETE FROM tally_sum" },
	{ "day gone", "DELETE FROM tally_sum WHERE width = 86400000" },
	{ "hour moved", "UPDATE tally_sum SET start = start + width" },
	{ "expired", "UPDATE generation SET holder = 'elsewhere:1:1',"
		     " expires_at = 5 WHERE state = 'held'" },
};

static struct books books;

static void open_books(void)
{
	struct hold done, open;
	struct settlement s;

	books_open(&books, 100000000);
	done = books_hold(&books, "gen-1-a", 0, 60);
	open = books_hold(&books, "gen-1-b", 0, 60);
	books_do(&books, ledger_hold, &done);
	s = books_settlement(&done, 250000);
	books_do(&books, ledger_settle, &s);
	books_do(&books, ledger_hold, &open);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(fsck, .init = open_books, .fini = close_books, .timeout = 20);

Test(fsck, finds_nothing_in_whole_books)
{
	cr_expect_eq(books_broken(&books), 0);
}

EACH(fsck, finds_what_breaks_a_rule, breaks)
{
	books_run(&books, row->sql);
	cr_expect_gt(books_broken(&books), 0, "%s", row->label);
}

/* How far it has come, each time that it tells. */
struct way {
	int told, last, all;
};

static void went(void *who, int done, int all)
{
	struct way *way = who;

	cr_expect_geq(done, way->last);
	cr_expect_leq(done, all);
	way->told++;
	way->last = done;
	way->all = all;
}

static void passes_over(void *who, const struct finding *finding)
{
	(void)who;
	(void)finding;
}

Test(fsck, tells_how_far_it_is_among_many)
{
	struct way few = { 0 }, many = { 0 };
	struct fsck_ear ear = { .found = passes_over,
				.progress = went,
				.who = &few };
	struct fsck_result result;

	cr_assert(fsck(books.db, 1700010000000, &ear, &result, NULL));
	books_run(
		&books,
		"WITH RECURSIVE n(i) AS"
		" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
		"INSERT INTO generation (id, account, api_key, state, at,"
		"	holder, expires_at, held, prompt_estimate, operation,"
		"	streamed, model_asked, model, endpoint, provider,"
		"	charge, cost, outcome)"
		"SELECT 'gen-' || (1700000000 + i), 'acct-1', k.hash,"
		"	'settled', (1700000000 + i) * 1000, 'x', 0, 0, 0, 'chat',"
		"	0, 'a/m', 'a/m', 'acme:m', 'acme', 0, 0, 'answered'"
		"  FROM n, api_key k");
	ear.who = &many;
	cr_assert(fsck(books.db, 1700010000000, &ear, &result, NULL));
	cr_expect_gt(many.told, few.told);
	cr_expect_eq(many.last, many.all);
}
