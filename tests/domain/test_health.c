#include "domain/health.h"

#include "domain/histogram.h"
#include "support/books.h"
#include "support/row.h"

static const int64_t now = 1800000000000;
static struct books books;

static void open_books(void)
{
	books_open(&books, INT64_C(1000000000000));
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(health, .init = open_books, .fini = close_books, .timeout = 20);

/* A settlement of the endpoint "e", noted. */
static struct settlement ended(enum outcome outcome, const char *finish)
{
	return (struct settlement){ .endpoint = "e",
				    .outcome = outcome,
				    .finish = finish,
				    .at = now,
				    .first_token_ms = -1,
				    .total_ms = 1000 };
}

static bool note(struct db *db, void *settlement, struct fault *why)
{
	(void)why;
	health_note(db, settlement);
	return true;
}

static struct health health_at(int64_t at)
{
	struct fault why = { 0 };
	struct health h;

	cr_assert(health_read(books.db, books.arena, "e", at, &h, &why), "%s",
		  why.text);
	return h;
}

static const struct {
	const char *label;
	enum outcome outcome;
	const char *finish, *failures;
	int64_t ok, failed;
} attempts[] = {
	{ "answered", OUTCOME_ANSWERED, "stop", NULL, 1, 0 },
	{ "answered with an error", OUTCOME_ANSWERED, "error", NULL, 0, 1 },
	{ "broke off", OUTCOME_CUT, "error", NULL, 0, 1 },
	{ "out of credit", OUTCOME_CUT, "length", NULL, 1, 0 },
	{ "we were told to stop", OUTCOME_CUT, NULL, NULL, 0, 0 },
	{ "the client left", OUTCOME_CANCELLED, NULL, NULL, 0, 0 },
	{ "the process died", OUTCOME_SWEPT, NULL, NULL, 0, 0 },
	{ "failed", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":500}]", 0, 1 },
	{ "answered at last", OUTCOME_ANSWERED, "stop",
	  "[{\"endpoint\":\"e\",\"status\":0},"
	  "{\"endpoint\":\"f\",\"status\":503}]",
	  1, 1 },
	{ "no credential", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":401}]", 0, 1 },
	{ "not there", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":404}]", 0, 1 },
	{ "no choice in it", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":200}]", 0, 1 },
	{ "too many requests", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":429}]", 0, 0 },
	{ "a bad request", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":400}]", 0, 0 },
	{ "moderated", OUTCOME_FAILED, NULL,
	  "[{\"endpoint\":\"e\",\"status\":403}]", 0, 0 },
	{ "nonsense", OUTCOME_FAILED, NULL, "[1,{},{\"endpoint\":5}", 0, 0 },
};

EACH(health, counts_what_an_endpoint_is_to_blame_for, attempts)
{
	struct settlement s = ended(row->outcome, row->finish);
	struct health h;

	s.failures = row->failures;
	books_do(&books, note, &s);
	h = health_at(now);
	cr_expect_eq(h.ok[HEALTH_DAY], row->ok, "%s", row->label);
	cr_expect_eq(h.failed[HEALTH_DAY], row->failed, "%s", row->label);
}

static const struct {
	const char *label;
	int64_t minutes;
	int64_t five, thirty, day;
} ages[] = {
	{ "now", 0, 1, 1, 1 },		 { "4 minutes", 4, 1, 1, 1 },
	{ "5 minutes", 5, 0, 1, 1 },	 { "29 minutes", 29, 0, 1, 1 },
	{ "half an hour", 30, 0, 0, 1 }, { "a day", 1440, 0, 0, 0 },
};

EACH(health, looks_back_as_far_as_its_windows, ages)
{
	struct settlement s = ended(OUTCOME_ANSWERED, "stop");
	struct health h;

	books_do(&books, note, &s);
	h = health_at(now + row->minutes * 60000);
	cr_expect_eq(h.ok[HEALTH_5_MINUTES], row->five, "%s", row->label);
	cr_expect_eq(h.ok[HEALTH_30_MINUTES], row->thirty, "%s", row->label);
	cr_expect_eq(h.ok[HEALTH_DAY], row->day, "%s", row->label);
}

/* Of 3 seconds the endpoint took 2, and the first of them until its first
 * token; 100 tokens in them are 50 a second. */
Test(health, times_the_attempt_and_not_those_before_it)
{
	struct settlement s = ended(OUTCOME_ANSWERED, "stop");
	struct health h;

	s.total_ms = 3000;
	s.attempt_ms = 2000;
	s.first_token_ms = 2000;
	s.tokens.output = 100;
	books_do(&books, note, &s);
	h = health_at(now);
	cr_expect_eq(h.first_token.p50,
		     histogram_value(histogram_bucket(1000)));
	cr_expect_eq(h.speed.p50, histogram_value(histogram_bucket(5000)));
}

Test(health, knows_nothing_of_what_was_never_asked)
{
	struct health h = health_at(now);

	cr_expect_eq(health_uptime(&h, HEALTH_DAY), -1);
	cr_expect_not(h.first_token.known);
	cr_expect_not(h.speed.known);
	cr_expect_eq(health_status(&h), 0);
}

static const struct {
	const char *label;
	int64_t ok, failed;
	int status;
} states[] = {
	{ "too few to tell", 0, 99, 0 }, { "normal", 95, 5, 0 },
	{ "degraded", 94, 6, -1 },	 { "barely up", 80, 20, -1 },
	{ "down", 79, 21, -2 },
};

EACH(health, has_a_status, states)
{
	struct health h = { .ok = { [HEALTH_30_MINUTES] = row->ok },
			    .failed = { [HEALTH_30_MINUTES] = row->failed } };

	cr_expect_eq(health_status(&h), row->status, "%s", row->label);
}

Test(health, forgets_what_is_older_than_two_days)
{
	static const char rows[] = "SELECT count(*) FROM endpoint_minute";
	struct settlement s = ended(OUTCOME_ANSWERED, "stop");
	struct health_cleaning late = { .now_ms = now + INT64_C(2880) * 60000 };
	struct health_cleaning later = { .now_ms = late.now_ms + 60000 };

	s.endpoint = "acme:m";
	books_do(&books, note, &s);
	books_do(&books, health_clean, &late);
	cr_expect_eq(books_number(&books, rows), 1);
	books_do(&books, health_clean, &later);
	cr_expect_eq(books_number(&books, rows), 0);
	cr_expect_eq(later.rows, 1);
}

Test(health, has_buckets_that_are_near_what_is_in_them)
{
	int64_t last = -1;

	for (int64_t value = 0; value < 2000000; value += 1 + value / 50) {
		int64_t bucket = histogram_bucket(value);
		int64_t off = histogram_value(bucket) - value;

		cr_assert_geq(bucket, last);
		cr_assert_leq(16 * (off < 0 ? -off : off), value, "%lld",
			      (long long)value);
		last = bucket;
	}
	cr_expect_eq(histogram_bucket(-5), 0);
	cr_expect_gt(histogram_value(histogram_bucket(INT64_MAX / 2)), 0);
}

Test(health, has_percentiles_by_rank)
{
	static const struct histogram_row rows[] = {
		{ 1, 50 }, { 2, 25 }, { 3, 15 }, { 4, 10 }
	};

	cr_expect_eq(histogram_percentile(rows, 4, 50), 1);
	cr_expect_eq(histogram_percentile(rows, 4, 75), 2);
	cr_expect_eq(histogram_percentile(rows, 4, 90), 3);
	cr_expect_eq(histogram_percentile(rows, 4, 99), 4);
}
