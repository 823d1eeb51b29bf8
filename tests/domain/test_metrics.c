#include "domain/metrics.h"

#include "base/clock.h"
#include "domain/histogram.h"
#include "support/books.h"
#include "support/row.h"

#include <stdio.h>
#include <string.h>

static const int64_t day = 86400000;
static struct books books;
static struct metrics_memory *memory;
static int64_t now;
static int made;

static void open_books(void)
{
	books_open(&books, INT64_C(1000000000000));
	memory = metrics_memory_new();
	cr_assert(clock_read("2026-05-05T10:59:40Z", &now));
}

static void close_books(void)
{
	metrics_memory_free(memory);
	books_close(&books);
}

TestSuite(metrics, .init = open_books, .fini = close_books, .timeout = 20);

/* A request that was answered at AT, with 100 tokens of input, 30 of them from
 * a cache, and 50 of output, 20 of them thought. It costs 1 milli-dollar. */
static void answered(int64_t at, const char *model, const char *provider)
{
	const char *id = arena_print(books.arena, "gen-1-%d", made++);
	struct hold h = books_hold(&books, id, 5000000, 0);
	struct settlement s;

	h.at = at;
	h.output_pico = 0;
	books_do(&books, ledger_hold, &h);
	s = books_settlement(&h, 1000000);
	s.at = at;
	s.model = model;
	s.provider = provider;
	s.tokens = (struct tokens){
		.fresh = 70, .cache_read = 30, .output = 30, .reasoning = 20
	};
	books_do(&books, ledger_settle, &s);
}

static struct metrics read_all(int64_t labels)
{
	struct metrics_scope scope = { .labels = labels, .now_ms = now };
	struct fault why = { 0 };
	struct metrics m;

	cr_assert(metrics_read(books.db, books.arena, memory, &scope, &m, &why),
		  "%s", why.text);
	return m;
}

static const char *shown(const struct metrics *m)
{
	const struct metrics_usage *all = m->usage.items;
	const char *text = "";

	for (size_t i = 0; i < m->usage.count; i++)
		text = arena_print(books.arena, "%s%s@%s %lld,", text,
				   all[i].model, all[i].provider,
				   (long long)all[i].requests);
	return text;
}

static void add_models(int count)
{
	for (int i = 0; i < count; i++)
		books_run(
			&books,
			arena_print(books.arena,
				    "INSERT INTO model (id, name, released_at)"
				    " VALUES ('a/m%d', 'M', 0)",
				    i));
}

static void add_provider(const char *slug)
{
	books_run(&books,
		  arena_print(books.arena,
			      "INSERT INTO provider"
			      " (slug, name, kind, base_url, created_at)"
			      " VALUES ('%s', 'P', 'openai', 'http://x', 0)",
			      slug));
}

Test(metrics, add_up_what_was_used)
{
	struct metrics m;
	const struct metrics_usage *u;

	answered(now, "a/m", "acme");
	answered(now, "a/m", "acme");
	m = read_all(10);
	cr_assert_eq(m.usage.count, 1);
	u = m.usage.items;
	cr_expect_eq(u->requests, 2);
	cr_expect_eq(u->failed, 0);
	cr_expect_eq(u->prompt, 200);
	cr_expect_eq(u->cached, 60);
	cr_expect_eq(u->completion, 100);
	cr_expect_eq(u->reasoning, 40);
	cr_expect_eq(u->charge, 2000000);
	cr_expect_eq(u->cost, 2000000);
	cr_expect_eq(m.open, 0);
	cr_expect_eq(m.credit, INT64_C(1000000000000) - 2000000);
}

Test(metrics, tell_what_is_under_way)
{
	struct hold h = books_hold(&books, "gen-1-x", 5000000, 0);
	struct metrics m;

	h.at = now - 5000;
	books_do(&books, ledger_hold, &h);
	m = read_all(10);
	cr_expect_eq(m.open, 1);
	cr_expect_eq(m.oldest_at, now - 5000);
	cr_expect_eq(m.held, 5000000);
	cr_expect_eq(m.usage.count, 0);
}

Test(metrics, P64_what_is_not_in_the_catalogue_has_no_name)
{
	struct metrics m;

	answered(now, "what somebody sent", "acme");
	answered(now, "what another sent", "acme");
	answered(now, "a/m", "nobody");
	m = read_all(10);
	cr_expect_str_eq(shown(&m), "other@acme 2,a/m@other 1,");
}

Test(metrics, P64_names_are_bounded)
{
	struct metrics m;

	add_models(5);
	add_provider("b");
	for (int i = 0; i < 5; i++)
		answered(now, arena_print(books.arena, "a/m%d", i), "acme");
	for (int i = 0; i < 9; i++)
		answered(now, "a/m4", "b");
	m = read_all(2);
	cr_expect_str_eq(shown(&m), "a/m0@acme 1,a/m1@acme 1,other@other 12,");
	m = read_all(6);
	cr_expect_str_eq(shown(&m), "a/m0@acme 1,a/m1@acme 1,a/m2@acme 1,"
				    "a/m3@acme 1,a/m4@acme 1,a/m4@b 9,");
}

/* Days that are over are remembered, and those that are not are read. */
Test(metrics, never_go_back_from_day_to_day)
{
	struct metrics m;

	add_models(1);
	answered(now - 40 * day, "a/m0", "acme");
	answered(now - 3 * day, "a/m", "acme");
	answered(now, "a/m", "acme");
	for (int i = 0; i < 5; i++, now += day) {
		m = read_all(10);
		cr_expect_str_eq(shown(&m), "a/m0@acme 1,a/m@acme 2,", "%d: %s",
				 i, shown(&m));
	}
	answered(now, "a/m0", "acme");
	m = read_all(10);
	cr_expect_str_eq(shown(&m), "a/m0@acme 2,a/m@acme 2,");
	metrics_memory_free(memory);
	memory = metrics_memory_new();
	m = read_all(10);
	cr_expect_str_eq(shown(&m), "a/m0@acme 2,a/m@acme 2,");
	now -= 90 * day;
	m = read_all(10);
	cr_expect_str_eq(shown(&m), "a/m0@acme 2,a/m@acme 2,",
			 "a clock that was set back");
}

Test(metrics, an_account_is_told_of_itself)
{
	struct metrics_scope scope = { .labels = 10, .now_ms = now };
	struct metrics m;

	answered(now, "a/m", "acme");
	books_run(&books, "INSERT INTO account (id, name, created_at)"
			  " VALUES ('acct-2', 'two', 0);"
			  "INSERT INTO book (id, balance)"
			  " VALUES ('credit:acct-2', 7)");
	scope.account = "acct-2";
	cr_assert(
		metrics_read(books.db, books.arena, memory, &scope, &m, NULL));
	cr_expect_eq(m.usage.count, 0);
	cr_expect_eq(m.credit, 7);
	cr_expect_eq(m.held, 0);
	cr_expect_eq(m.health.count, 0);
	scope.account = "acct-1";
	cr_assert(
		metrics_read(books.db, books.arena, memory, &scope, &m, NULL));
	cr_expect_str_eq(shown(&m), "a/m@acme 1,");
	cr_expect_eq(m.health.count, 0, "those are everybody's");
	cr_expect_eq(m.credit, INT64_C(1000000000000) - 1000000);
}

/* ----------------------------------------------------------------- health */

static void seen(int64_t at, int times)
{
	books_run(&books, arena_print(books.arena,
				      "INSERT INTO endpoint_minute"
				      " VALUES ('acme:m', 0, %lld, 0, %d)",
				      (long long)(at / 60000), times));
}

static int64_t all_seen(void)
{
	struct metrics m = read_all(10);
	const struct metrics_health *all = m.health.items;

	if (!m.health.count)
		return 0;
	cr_assert_eq(m.health.count, 1);
	cr_expect_str_eq(all->provider, "acme");
	cr_expect_eq(all->measure, HEALTH_OUTCOME);
	cr_expect_eq(all->bucket, HEALTH_OK);
	return all->count;
}

static void clean(int64_t at)
{
	struct health_cleaning cleaning = { .now_ms = at };

	books_do(&books, health_clean, &cleaning);
}

/* However often minutes are added up, and when they are forgotten. */
Test(metrics, count_all_that_was_ever_seen)
{
	const int64_t minute = 60000;

	seen(now, 5);
	cr_expect_eq(all_seen(), 5);
	clean(now);
	seen(now + 5 * minute, 7);
	cr_expect_eq(all_seen(), 12);
	for (int64_t at = now; at < now + 30 * minute; at += minute) {
		clean(at);
		cr_expect_eq(all_seen(), 12, "after %lld minutes",
			     (long long)((at - now) / minute));
	}
	cr_expect_eq(books_number(&books, "SELECT sum(count)"
					  " FROM endpoint_total"),
		     12);
	clean(now + 3 * day);
	cr_expect_eq(books_number(&books, "SELECT count(*)"
					  " FROM endpoint_minute"),
		     0);
	cr_expect_eq(all_seen(), 12);
	seen(now + 3 * day, 1);
	cr_expect_eq(all_seen(), 13);
}

/* Two processes whose clocks differ a little count nothing twice. */
Test(metrics, a_clock_that_lags_counts_nothing_twice)
{
	seen(now - INT64_C(20) * 60000, 3);
	clean(now);
	clean(now - 60000);
	clean(now - INT64_C(59) * 60000);
	cr_expect_eq(all_seen(), 3);
}

/* A clock that was a year ahead does not keep the counters still for one. */
Test(metrics, go_on_after_a_clock_was_wrong)
{
	clean(now + 365 * day);
	seen(now, 3);
	cr_expect_eq(all_seen(), 0);
	clean(now);
	cr_expect_eq(all_seen(), 3);
}
