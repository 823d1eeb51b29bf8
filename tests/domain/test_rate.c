#include "domain/rate.h"

#include "support/books.h"
#include "support/row.h"

#include "base/clock.h"

#include <stdio.h>

/*
 * Windows and clocks: what a second request finds of the first one. Times are
 * of UTC, whatever zone the machine is in, so that summer time is no case of
 * its own: the nights when clocks change in Europe and America are here to show
 * it.
 */
static struct books books;

static void open_books(void)
{
	books_open(&books, 0);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(rate, .init = open_books, .fini = close_books, .timeout = 20);

static int64_t at(const char *text)
{
	int64_t ms;

	cr_assert(clock_read(text, &ms), "%s", text);
	return ms;
}

static struct rate count(const char *text)
{
	struct fault why = { 0 };
	struct rate rate;

	cr_assert(db_begin(books.db, &why));
	cr_assert(rate_count(books.db, "key", "k", at(text), &rate, &why), "%s",
		  why.text);
	cr_assert(db_end(books.db, true, &why));
	return rate;
}

static const struct {
	const char *label, *first, *second;
	int64_t minute, day; /* what the second request counts */
} pairs[] = {
	{ "the same second", "2026-05-05T10:00:00Z", "2026-05-05T10:00:00Z", 2,
	  2 },
	{ "the same minute", "2026-05-05T10:00:00Z", "2026-05-05T10:00:59.999Z",
	  2, 2 },
	{ "the next minute", "2026-05-05T10:00:59.999Z", "2026-05-05T10:01:00Z",
	  1, 2 },
	{ "much later that day", "2026-05-05T00:00:00Z",
	  "2026-05-05T23:59:59.999Z", 1, 2 },
	{ "the next day", "2026-05-05T23:59:59.999Z", "2026-05-06T00:00:00Z", 1,
	  1 },
	{ "a day later at the same time", "2026-05-05T10:00:30Z",
	  "2026-05-06T10:00:30Z", 1, 1 },
	{ "P17: the end of a month", "2026-04-30T23:59:59Z",
	  "2026-05-01T00:00:00Z", 1, 1 },
	{ "P17: the end of February", "2027-02-28T23:59:30Z",
	  "2027-03-01T00:00:10Z", 1, 1 },
	{ "P17: a leap day is a day", "2028-02-28T23:59:59Z",
	  "2028-02-29T00:00:00Z", 1, 1 },
	{ "P17: and has an end", "2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z",
	  1, 1 },
	{ "P17: the end of a year", "2026-12-31T23:59:59.999Z",
	  "2027-01-01T00:00:00Z", 1, 1 },
	{ "P17: summer time begins in Berlin", "2026-03-29T00:59:59Z",
	  "2026-03-29T01:00:00Z", 1, 2 },
	{ "P17: summer time ends in Berlin", "2026-10-25T00:30:00Z",
	  "2026-10-25T01:30:00Z", 1, 2 },
	{ "P17: midnight of New York is none", "2026-07-01T03:59:59Z",
	  "2026-07-01T04:00:00Z", 1, 2 },
	/* requests that come in another order than they began */
	{ "a little late, within the minute", "2026-05-05T10:00:30Z",
	  "2026-05-05T10:00:29Z", 2, 2 },
	{ "a little late, over the minute's end", "2026-05-05T10:01:00Z",
	  "2026-05-05T10:00:59.999Z", 2, 2 },
	{ "a little late, over midnight", "2026-05-06T00:00:00Z",
	  "2026-05-05T23:59:59.999Z", 2, 2 },
	{ "a minute late", "2026-05-05T10:01:30Z", "2026-05-05T10:00:30Z", 2,
	  2 },
	/* clocks that are set back */
	{ "set back by more than a minute", "2026-05-05T10:01:30.001Z",
	  "2026-05-05T10:00:30Z", 1, 2 },
	{ "set back by an hour", "2026-05-05T10:00:00Z", "2026-05-05T09:00:00Z",
	  1, 2 },
	{ "set back over midnight", "2026-05-06T01:00:00Z",
	  "2026-05-05T23:00:00Z", 1, 1 },
	{ "set back by years", "2099-01-01T00:00:00Z", "2026-05-05T10:00:00Z",
	  1, 1 },
	{ "set forward by years", "2026-05-05T10:00:00Z",
	  "2099-01-01T00:00:00Z", 1, 1 },
};

EACH(rate, a_second_request_counts_in_its_windows, pairs)
{
	struct rate rate = count(row->first);

	cr_expect_eq(rate.minute_requests, 1);
	cr_expect_eq(rate.day_requests, 1);
	rate = count(row->second);
	cr_expect_eq(rate.minute_requests, row->minute, "%s: %lld in a minute",
		     row->label, (long long)rate.minute_requests);
	cr_expect_eq(rate.day_requests, row->day, "%s: %lld in a day",
		     row->label, (long long)rate.day_requests);
}

Test(rate, P17_a_late_one_does_not_begin_the_window_anew)
{
	struct rate rate;

	for (int i = 0; i < 5; i++)
		rate = count("2026-05-05T10:01:00Z");
	rate = count("2026-05-05T10:00:59Z");
	cr_expect_eq(rate.minute_requests, 6);
	rate = count("2026-05-05T10:01:01Z");
	cr_expect_eq(rate.minute_requests, 7);
	cr_expect_eq(rate.day_requests, 7);
}

/* P4: whatever the clock showed before, nobody is locked out for longer than
 * the window that it shows now. */
Test(rate, P4_a_clock_that_was_wrong_locks_nobody_out)
{
	struct rate rate;

	for (int i = 0; i < 100; i++)
		count("2050-01-01T00:00:00Z");
	rate = count("2026-05-05T10:00:00Z");
	cr_expect_eq(rate.minute_requests, 1);
	cr_expect_eq(rate.day_requests, 1);
	rate = count("2026-05-05T10:00:01Z");
	cr_expect_eq(rate.minute_requests, 2);
	cr_expect_eq(rate_end(rate.at, RATE_MINUTE_MS),
		     at("2026-05-05T10:01:00Z"));
}

Test(rate, windows_end_where_the_next_ones_begin)
{
	cr_expect_eq(rate_end(at("2026-12-31T23:59:59.999Z"), RATE_DAY_MS),
		     at("2027-01-01T00:00:00Z"));
	cr_expect_eq(rate_end(at("2026-12-31T23:59:00Z"), RATE_MINUTE_MS),
		     at("2027-01-01T00:00:00Z"));
	cr_expect_eq(rate_end(at("2027-01-01T00:00:00Z"), RATE_MINUTE_MS),
		     at("2027-01-01T00:01:00Z"));
}

static int64_t tokens(void)
{
	return books_number(&books, "SELECT minute_tokens FROM rate");
}

/* When a request for 100 tokens came, and when its count is put right to 30,
 * after one that came later. */
static const struct {
	const char *label, *first, *last;
	int64_t want;
} corrections[] = {
	{ "in its minute", "2026-05-05T10:00:01Z", "2026-05-05T10:00:59Z", 30 },
	{ "P4: not from another minute", "2026-05-05T10:00:59Z",
	  "2026-05-05T10:01:00Z", 0 },
	{ "not when the clock was set back", "2026-05-05T10:00:59Z",
	  "2026-05-05T09:00:59Z", 0 },
};

EACH(rate, tokens_are_put_right_while_the_minute_lasts, corrections)
{
	struct rate rate = count(row->first);
	struct rate_change less = { "key", "k", at(row->first), -70 };
	struct fault why = { 0 };

	cr_assert(rate_add_tokens(books.db, &rate, 100, &why), "%s", why.text);
	cr_expect_eq(tokens(), 100);
	count(row->last);
	cr_assert(rate_correct(books.db, &less, &why), "%s", why.text);
	cr_expect_eq(tokens(), row->want, "%s: %lld", row->label,
		     (long long)tokens());
}

Test(rate, tokens_never_come_out_below_nothing)
{
	struct rate_change less = { "key", "k", at("2026-05-05T10:00:01Z"),
				    -70 };

	count("2026-05-05T10:00:00Z");
	cr_assert(rate_correct(books.db, &less, NULL));
	cr_expect_eq(tokens(), 0);
}

Test(rate, subjects_are_counted_apart)
{
	struct rate rate;

	count("2026-05-05T10:00:00Z");
	cr_assert(rate_count(books.db, "account", "k",
			     at("2026-05-05T10:00:00Z"), &rate, NULL));
	cr_expect_eq(rate.minute_requests, 1);
	cr_assert(rate_count(books.db, "key", "l", at("2026-05-05T10:00:00Z"),
			     &rate, NULL));
	cr_expect_eq(rate.minute_requests, 1);
}

Test(rate, tells_how_many_there_were_today)
{
	int64_t today = -1;

	cr_expect(rate_today(books.db, "key", "k", at("2026-05-05T10:00:00Z"),
			     &today, NULL));
	cr_expect_eq(today, 0);
	count("2026-05-05T09:00:00Z");
	count("2026-05-05T10:00:00Z");
	cr_expect(rate_today(books.db, "key", "k", at("2026-05-05T23:00:00Z"),
			     &today, NULL));
	cr_expect_eq(today, 2);
	cr_expect(rate_today(books.db, "key", "k", at("2026-05-06T00:01:00Z"),
			     &today, NULL));
	cr_expect_eq(today, 0);
}

Test(rate, forgets_who_has_not_asked_for_long)
{
	int64_t before = at("2026-05-05T00:00:00Z");

	count("2026-05-04T23:59:59Z");
	books_do(&books, rate_forget, &before);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM rate"), 0);
	count("2026-05-05T00:00:00Z");
	books_do(&books, rate_forget, &before);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM rate"), 1);
}
