#include "domain/tally.h"

#include "base/clock.h"
#include "base/keep.h"
#include "store/sql.h"

#include "support/books.h"
#include "support/row.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int64_t minute = 60000, hour = 3600000, day = 86400000;

/* 2026-02-28T23:00:00Z: an hour, a day and a month end together. */
static const int64_t eve = 1772319600000;

static struct books books;

static void open_books(void)
{
	books_open(&books, (int64_t)1000000000000);
	books_run(&books,
		  "INSERT INTO endpoint (id, model, provider, native, price)"
		  " VALUES ('acme:n', 'a/m', 'acme', 'n', 1)");
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(tally, .init = open_books, .fini = close_books, .timeout = 30);

/* A request at AT for so many tokens of output, settled a second later. */
static void ask(int64_t at, int64_t tokens, const char *endpoint)
{
	static int number;
	const char *id = arena_print(books.arena, "gen-%d-%lld", ++number,
				     (long long)tokens);
	struct hold h = books_hold(&books, id, 0, 100);
	struct settlement s;

	h.at = at;
	h.endpoint = endpoint;
	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, tokens * BOOKS_OUT / 1000);
	s.at = at + 1000;
	books_do(&books, ledger_settle, &s);
}

static void add(void *who, const struct tally *tally)
{
	sums_add(who, &tally->sums);
}

static struct sums between(int64_t from, int64_t to, enum slot slot)
{
	struct tally_query q = {
		.account = "acct-1", .from = from, .to = to, .slot = slot
	};
	struct fault why = { 0 };
	struct sums sums = { 0 };

	cr_assert(tally_each(books.db, books.arena, &q, add, &sums, &why), "%s",
		  why.text);
	return sums;
}

Test(tally, adds_up_what_was_settled)
{
	struct hold open = books_hold(&books, "gen-9-open", 0, 10);
	struct sums sums;

	ask(eve, 3, "acme:m");
	ask(eve + minute, 4, "acme:m");
	open.at = eve;
	books_do(&books, ledger_hold, &open);
	sums = between(eve, eve + hour, SLOT_ALL);
	cr_expect_eq(sums.requests, 2, "what is open does not count");
	cr_expect_eq(sums.charged, 2);
	cr_expect_eq(sums.completion, 7);
	cr_expect_eq(sums.charge, 7 * BOOKS_OUT / 1000);
	cr_expect_eq(sums.cost, sums.charge);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM tally_line"),
		     1);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM tally_sum"), 2);
}

Test(tally, counts_each_kind_of_token_where_it_belongs)
{
	struct hold h = books_hold(&books, "gen-9-kinds", 1000000, 100);
	struct settlement s;
	struct sums sums;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, 0);
	s.outcome = OUTCOME_FAILED;
	s.tokens = (struct tokens){ 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 9 };
	books_do(&books, ledger_settle, &s);
	sums = between(0, INT64_MAX, SLOT_ALL);
	cr_expect_eq(sums.prompt, 63);
	cr_expect_eq(sums.cached, 2);
	cr_expect_eq(sums.completion, 960);
	cr_expect_eq(sums.reasoning, 128);
	cr_expect_eq(sums.failed, 1);
	cr_expect_eq(sums.charged, 0);
}

Test(tally, P5_settling_twice_counts_once)
{
	struct hold h = books_hold(&books, "gen-9-twice", 0, 60);
	struct settlement s;

	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, 250000);
	books_do(&books, ledger_settle, &s);
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(between(0, INT64_MAX, SLOT_ALL).requests, 1);
	cr_expect_eq(books_broken(&books), 0);
}

Test(tally, counts_by_when_a_request_was_made)
{
	struct hold h = books_hold(&books, "gen-9-long", 0, 60);
	struct settlement s;

	h.at = eve + hour - 1;
	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, 250000);
	s.at = eve + 3 * hour;
	books_do(&books, ledger_settle, &s);
	cr_expect_eq(between(eve, eve + hour, SLOT_ALL).requests, 1);
	cr_expect_eq(between(eve + hour, eve + day, SLOT_ALL).requests, 0);
}

/*
 * Requests at times around the borders of hours, days and months, worth 1, 2,
 * 4, ... tokens: a sum tells which of them are in it.
 */
static const int64_t instants[] = {
	0,
	59 * 60000,
	3600000 - 1,
	3600000,
	3600000 + 30 * 60000,
	2 * 3600000,
	25 * 3600000 - 1,
	25 * 3600000,
	49 * 3600000,
	50 * 3600000 + 1,
};

static const struct {
	const char *label;
	int64_t from, to; /* from the eve on */
	int64_t want;
} ranges[] = {
	{ "all", 0, 100 * 3600000LL, 1023 },
	{ "the first instant", 0, 1, 1 },
	{ "nothing", 1, 59 * 60000, 0 },
	{ "inside of an hour", 1, 59 * 60000 + 1, 2 },
	{ "an hour", 0, 3600000, 7 },
	{ "until the hour's last instant", 0, 3600000 - 1, 3 },
	{ "across an hour's end", 3600000 - 1, 3600000 + 1, 12 },
	{ "two hours and a half", 1, 9000000, 62 },
	{ "a day", 3600000, 25 * 3600000LL, 120 },
	{ "a day and an edge on each side", 3600000 - 1, 25 * 3600000LL + 1,
	  252 },
	{ "two days", 3600000, 49 * 3600000LL, 248 },
	{ "an edge, hours, days, hours, an edge", 59 * 60000,
	  50 * 3600000LL + 1, 510 },
	{ "without the last instant", 0, 50 * 3600000LL + 1, 511 },
	{ "before everything", -86400000, 0, 0 },
	{ "behind everything", 51 * 3600000LL, 99 * 3600000LL, 0 },
};

EACH(tally, is_exact_whatever_the_range, ranges)
{
	static const enum slot slots[] = { SLOT_ALL, SLOT_HOUR, SLOT_DAY,
					   SLOT_MONTH };

	for (size_t i = 0; i < COUNT(instants); i++)
		ask(eve + instants[i], INT64_C(1) << i,
		    i % 3 ? "acme:m" : "acme:n");
	for (size_t i = 0; i < COUNT(slots); i++)
		cr_expect_eq(between(eve + row->from, eve + row->to, slots[i])
				     .completion,
			     row->want, "%s, slot %zu", row->label, i);
}

struct slots {
	const char *text;
};

static void note(void *who, const struct tally *tally)
{
	struct slots *s = who;

	s->text = arena_print(books.arena, "%s%s=%lld ", s->text,
			      clock_print(books.arena, tally->start),
			      (long long)tally->sums.completion);
}

static const struct {
	const char *label;
	enum slot slot;
	const char *want;
} slotted[] = {
	{ "hours", SLOT_HOUR,
	  "2026-02-28T23:00:00Z=3 2026-03-01T00:00:00Z=4 " },
	{ "days", SLOT_DAY, "2026-02-28T00:00:00Z=3 2026-03-01T00:00:00Z=4 " },
	{ "months", SLOT_MONTH,
	  "2026-02-01T00:00:00Z=3 2026-03-01T00:00:00Z=4 " },
	{ "none", SLOT_ALL, "1970-01-01T00:00:00Z=3 1970-01-01T00:00:00Z=4 " },
};

EACH(tally, names_the_slot_by_its_beginning, slotted)
{
	struct tally_query q = { .account = "acct-1",
				 .from = eve + 1,
				 .to = eve + 2 * hour - 1,
				 .slot = row->slot };
	struct slots slots = { "" };
	struct fault why = { 0 };

	ask(eve + minute, 3, "acme:m");
	ask(eve + hour + minute, 4, "acme:m");
	cr_assert(tally_each(books.db, books.arena, &q, note, &slots, &why));
	cr_expect_str_eq(slots.text, row->want, "%s", row->label);
}

static const struct {
	const char *label, *key, *model, *provider, *account;
	int64_t want;
} filters[] = {
	{ "all", NULL, NULL, NULL, "acct-1", 2 },
	{ "the model", NULL, "a/m", NULL, "acct-1", 2 },
	{ "another model", NULL, "a/n", NULL, "acct-1", 0 },
	{ "the provider", NULL, NULL, "acme", "acct-1", 2 },
	{ "another provider", NULL, NULL, "emca", "acct-1", 0 },
	{ "another key", "0", NULL, NULL, "acct-1", 0 },
	{ "another account", NULL, NULL, NULL, "acct-2", 0 },
	{ "P57", "' OR '1'='1", NULL, NULL, "acct-1", 0 },
};

EACH(tally, keeps_to_what_is_asked_for, filters)
{
	static const struct {
		int64_t from, to;
	} sides[] = { { 0, 3600000 }, { 0, 3600000 - 1 } };

	ask(eve, 1, "acme:m");
	ask(eve, 1, "acme:n");
	for (size_t i = 0; i < COUNT(sides); i++) {
		struct tally_query q = { .account = row->account,
					 .from = eve + sides[i].from,
					 .to = eve + sides[i].to,
					 .key = row->key,
					 .model = row->model,
					 .provider = row->provider };
		struct sums sums = { 0 };
		struct fault why = { 0 };

		cr_assert(tally_each(books.db, books.arena, &q, add, &sums,
				     &why));
		cr_expect_eq(sums.requests, row->want, "%s, %zu", row->label,
			     i);
	}
}

static const struct {
	const char *label;
	enum slot slot;
	const char *at, *start, *next;
} calendar[] = {
	{ "an hour", SLOT_HOUR, "2026-04-03T10:59:59.999Z",
	  "2026-04-03T10:00:00Z", "2026-04-03T11:00:00Z" },
	{ "a day", SLOT_DAY, "2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z",
	  "2027-01-01T00:00:00Z" },
	{ "a leap month", SLOT_MONTH, "2028-02-29T00:00:00Z",
	  "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z" },
	{ "a long month", SLOT_MONTH, "2026-12-01T00:00:00Z",
	  "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z" },
};

EACH(tally, P17_slots_are_those_of_the_calendar, calendar)
{
	struct arena *a = books.arena;
	int64_t at = 0;

	cr_assert(clock_read(row->at, &at));
	cr_expect_str_eq(clock_print(a, slot_start(row->slot, at)), row->start,
			 "%s", row->label);
	cr_expect_str_eq(clock_print(a, slot_next(row->slot, at)), row->next,
			 "%s", row->label);
}

/* What the old table has of the new one's columns. */
static void copy_table(const char *table)
{
	struct rows *rows =
		db_ask(books.db,
		       arena_print(books.arena,
				   "SELECT group_concat(name)"
				   " FROM pragma_table_info('%s', 'old')",
				   table),
		       "");
	const char *columns;

	cr_assert(rows_next(rows));
	columns = keep(books.arena, rows_text(rows, 0));
	cr_assert(rows_end(rows, NULL));
	books_run(&books, arena_print(books.arena,
				      "INSERT INTO old.%s (%s)"
				      " SELECT %s FROM main.%s",
				      table, columns, columns, table));
}

/* A database of before there were tallies, with what BOOKS have in it. */
static void make_old(const char *path)
{
	static const char *const tables[] = {
		"account",  "book",   "api_key", "provider", "model",
		"endpoint", "import", "price",	 "transfer", "generation",
	};
	sqlite3 *old;
	char *copy;

	cr_assert_eq(sqlite3_open(path, &old), SQLITE_OK);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(sqlite3_exec(old, SQL_SCHEMA[i], NULL, NULL, NULL),
			     SQLITE_OK, "%s", sqlite3_errmsg(old));
	cr_assert_eq(sqlite3_exec(old,
				  "DELETE FROM book;"
				  "PRAGMA user_version = 3",
				  NULL, NULL, NULL),
		     SQLITE_OK);
	sqlite3_close(old);
	copy = sqlite3_mprintf("ATTACH %Q AS old", path);
	books_run(&books, copy);
	sqlite3_free(copy);
	for (size_t i = 0; i < COUNT(tables); i++)
		copy_table(tables[i]);
	books_run(&books, "DETACH old");
}

Test(tally, is_made_for_a_database_of_before)
{
	char path[] = "/tmp/turnpike-tally-XXXXXX";
	struct db_options options = { .path = path,
				      .journal = "rollback",
				      .synchronous = "normal" };
	struct fault why = { 0 };
	struct db *before = books.db;
	struct sums want;

	for (size_t i = 0; i < COUNT(instants); i++)
		ask(eve + instants[i], INT64_C(1) << i,
		    i % 3 ? "acme:m" : "acme:n");
	want = between(0, INT64_MAX, SLOT_ALL);
	close(mkstemp(path));
	make_old(path);
	cr_assert(db_open(&options, &books.db, &why), "%s", why.text);
	cr_expect_eq(books_broken(&books), 0);
	cr_expect_eq(between(0, INT64_MAX, SLOT_ALL).charge, want.charge);
	ask(eve, 1, "acme:m");
	cr_expect_eq(books_broken(&books), 0);
	db_close(books.db);
	books.db = before;
	unlink(path);
}
