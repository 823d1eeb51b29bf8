#include "domain/limits.h"

#include "base/clock.h"
#include "domain/ledger.h"
#include "support/books.h"
#include "support/row.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Twenty seconds before the end of an hour. */
static const char NOW[] = "2026-05-05T10:59:40Z";

static struct books books;
static int64_t now;
static int made;

static const struct settings settings = {
	.free_models = "all",
	.free_per_minute = 20,
	.free_per_day = 50,
	.free_per_day_bought = 1000,
	.free_bought = 5,
};

static void open_books(void)
{
	books_open(&books, (int64_t)1000000000);
	cr_assert(clock_read(NOW, &now));
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(limits, .init = open_books, .fini = close_books, .timeout = 30);

/* A request that costs nothing, so that only limits can refuse it. */
static struct hold request(int64_t prompt, int64_t output)
{
	const char *id = arena_print(books.arena, "gen-1-%d", made++);
	struct hold h = books_hold(&books, id, 0, output);

	h.output_pico = 0;
	h.at = now;
	h.prompt_estimate = prompt;
	h.demand = (struct demand){
		.arena = books.arena,
		.key = books.key,
		.account = "acct-1",
		.at = now,
		.prompt = prompt,
		.output = output,
	};
	return h;
}

static bool ask(struct hold *h, struct fault *why)
{
	return books_try(&books, ledger_hold, h, why);
}

static void settle(const struct hold *h, int64_t prompt, int64_t output)
{
	struct settlement s = books_settlement(h, 0);

	s.tokens = (struct tokens){ .fresh = prompt, .output = output };
	books_do(&books, ledger_settle, &s);
}

static struct limit limit(int64_t most)
{
	return (struct limit){ most >= 0, most };
}

/* Limits, -1 for none, and how many of 8 requests of 10 tokens pass. */
static const struct {
	const char *label;
	int64_t key[3], account[3]; /* by minute, by day, tokens */
	int passing;
	const char *source; /* of the refusal */
} sums[] = {
	{ "none", { -1, -1, -1 }, { -1, -1, -1 }, 8, "" },
	{ "P10: nothing by minute",
	  { 0, -1, -1 },
	  { -1, -1, -1 },
	  0,
	  "key_requests_per_minute" },
	{ "P10: nothing by day",
	  { -1, 0, -1 },
	  { -1, -1, -1 },
	  0,
	  "key_requests_per_day" },
	{ "P10: no tokens",
	  { -1, -1, 0 },
	  { -1, -1, -1 },
	  0,
	  "key_tokens_per_minute" },
	{ "P10: nothing for the account",
	  { -1, -1, -1 },
	  { 0, -1, -1 },
	  0,
	  "account_requests_per_minute" },
	{ "by minute",
	  { 3, -1, -1 },
	  { -1, -1, -1 },
	  3,
	  "key_requests_per_minute" },
	{ "by day", { -1, 4, -1 }, { -1, -1, -1 }, 4, "key_requests_per_day" },
	{ "by tokens",
	  { -1, -1, 59 },
	  { -1, -1, -1 },
	  5,
	  "key_tokens_per_minute" },
	{ "by exactly the tokens",
	  { -1, -1, 60 },
	  { -1, -1, -1 },
	  6,
	  "key_tokens_per_minute" },
	{ "of the account",
	  { -1, -1, -1 },
	  { 2, -1, -1 },
	  2,
	  "account_requests_per_minute" },
	{ "of the account by day",
	  { -1, -1, -1 },
	  { -1, 5, -1 },
	  5,
	  "account_requests_per_day" },
	{ "of the account by tokens",
	  { -1, -1, -1 },
	  { -1, -1, 10 },
	  1,
	  "account_tokens_per_minute" },
	{ "the smaller of two",
	  { 6, 5, -1 },
	  { 7, -1, 45 },
	  4,
	  "account_tokens_per_minute" },
	{ "enough", { 8, 8, 80 }, { 8, 8, 80 }, 8, "" },
};

EACH(limits, so_many_pass, sums)
{
	struct fault why = { 0 };
	int passed = 0;

	for (int i = 0; i < 8; i++) {
		struct hold h = request(4, 6);
		struct fault refused = { 0 };

		h.demand.of_key =
			(struct limits){ limit(row->key[0]), limit(row->key[1]),
					 limit(row->key[2]) };
		h.demand.of_account = (struct limits){ limit(row->account[0]),
						       limit(row->account[1]),
						       limit(row->account[2]) };
		passed += ask(&h, &refused);
		if (refused.kind)
			why = refused;
	}
	cr_expect_eq(passed, row->passing, "%s: %d", row->label, passed);
	if (!*row->source)
		return;
	cr_assert_eq(why.kind, FAULT_TOO_MANY, "%s: %s", row->label, why.text);
	cr_expect(strstr(why.details, row->source), "%s: %s", row->label,
		  why.details);
}

Test(limits, where_there_are_none_nothing_is_written)
{
	struct hold h = request(4, 6);

	cr_expect(ask(&h, NULL));
	cr_expect_not(h.demand.quota.set);
	cr_expect_eq(books_number(&books, "SELECT count(*) FROM rate"), 0);
	cr_expect_eq(books_number(&books, "SELECT counted_for_key IS NULL"
					  " AND counted_for_account IS NULL"
					  " FROM generation"),
		     1);
}

static int64_t counted(const char *column)
{
	return books_number(&books, arena_print(books.arena,
						"SELECT %s FROM rate"
						" WHERE subject LIKE 'key:%%'",
						column));
}

/* P17: what is refused, by a limit or by a budget, has not been counted. */
Test(limits, P17_refused_requests_do_not_count)
{
	struct hold good = request(1, 1), poor = request(1, 1),
		    later = request(1, 1);
	struct limits two = { .requests_per_minute = limit(2),
			      .tokens_per_minute = limit(100) };

	good.demand.of_key = poor.demand.of_key = later.demand.of_key = two;
	good.demand.of_account.requests_per_minute = limit(1);
	cr_expect(ask(&good, NULL));
	poor.output_pico = INT64_MAX / 4;
	poor.demand.of_account = (struct limits){ 0 };
	cr_expect_not(ask(&poor, NULL), "there is no such credit");
	for (int i = 0; i < 3; i++) {
		later = request(1, 1);
		later.demand.of_key = two;
		later.demand.of_account.requests_per_minute = limit(1);
		cr_expect_not(ask(&later, NULL), "the account has had its one");
	}
	cr_expect_eq(counted("minute_requests"), 1);
	cr_expect_eq(counted("day_requests"), 1);
	cr_expect_eq(counted("minute_tokens"), 2);
	later.demand.of_account = (struct limits){ 0 };
	cr_expect(ask(&later, NULL));
}

Test(limits, tell_which_is_nearest_to_its_end)
{
	struct hold h = request(1, 1);
	int64_t hour = now - now % 3600000 + 3600000;
	struct quota *q = &h.demand.quota;

	h.demand.of_key = (struct limits){ limit(10), limit(1000), limit(50) };
	h.demand.of_account.requests_per_day = limit(12);
	cr_assert(ask(&h, NULL));
	cr_expect(q->set);
	cr_expect_eq(q->limit, 10);
	cr_expect_eq(q->remaining, 9);
	cr_expect_eq(q->reset, hour / 1000);

	h = request(1, 1);
	h.demand.of_key.requests_per_minute = limit(2);
	h.demand.of_account.requests_per_day = limit(2);
	cr_assert(ask(&h, NULL));
	cr_expect_eq(q->remaining, 0);
	cr_expect_eq(q->reset, clock_day_start(now) / 1000 + 86400,
		     "of two the one that takes longer");

	h = request(3, 4);
	h.demand.of_key = (struct limits){ .tokens_per_minute = limit(50) };
	h.demand.of_account = h.demand.of_key;
	cr_assert(ask(&h, NULL));
	cr_expect_eq(q->limit, 50);
	cr_expect_eq(q->remaining, 50 - 2 - 7, "%lld", (long long)q->remaining);
}

static json_t *details(const struct fault *why)
{
	json_t *object = json_loads(why->details, 0, NULL);

	cr_assert(object, "%s", why->details);
	arena_defer(books.arena, (void (*)(void *))json_decref, object);
	return object;
}

static void want(json_t *object, const char *name, const char *text)
{
	json_t *headers = json_object_get(object, "headers");
	json_t *value = json_object_get(object, name);

	value = value ? value : json_object_get(headers, name);
	cr_expect_str_eq(json_string_value(value), text, "%s", name);
}

Test(limits, a_refusal_says_until_when_and_why)
{
	struct hold h = request(1, 1);
	struct fault why = { 0 };
	json_t *object;

	h.demand.of_key.requests_per_minute = limit(1);
	cr_assert(ask(&h, NULL));
	h = request(1, 1);
	h.demand.of_key.requests_per_minute = limit(1);
	cr_assert_not(ask(&h, &why));
	cr_expect_eq(why.kind, FAULT_TOO_MANY);
	cr_expect_eq(why.retry_after, 20);
	cr_expect_str_eq(why.text,
			 "Rate limit exceeded: 1 requests per minute for this "
			 "API key. Try again in 20 seconds.");
	object = details(&why);
	want(object, "X-RateLimit-Limit", "1");
	want(object, "X-RateLimit-Remaining", "0");
	want(object, "X-RateLimit-Reset", "1777978800");
	want(object, "limit_source", "key_requests_per_minute");
	want(object, "remedy_hint", "Try again in 20 seconds.");
	cr_expect(json_is_null(json_object_get(object, "provider_name")));
	cr_expect_eq(h.demand.quota.reset, 1777978800);
	cr_expect_eq(h.demand.quota.remaining, 0);
}

/* ----------------------------------------------------------------- tokens */

/* What is used up before, and what is asked for, of 1,000 tokens a minute. */
static const struct {
	const char *label;
	int64_t used, prompt, output;
	bool clamp;
	int64_t granted; /* -1: refused; -2: for good */
} answers[] = {
	{ "fits", 0, 100, 900, false, 900 },
	{ "fits no more", 1, 100, 900, false, -1 },
	{ "never fits", 0, 100, 901, false, -2 },
	{ "never fits, and that is told at once", 999, 100, 901, false, -2 },
	{ "no output, as embeddings have it", 900, 100, 0, false, 0 },
	{ "no output and too much", 901, 100, 0, false, -1 },
	{ "a prompt that never fits", 0, 1001, 0, false, -2 },
	{ "unbounded: all of it", 0, 100, 500, true, 500 },
	{ "unbounded: what is left", 0, 100, 32000, true, 900 },
	{ "unbounded: what is left of more", 600, 100, 32000, true, 300 },
	{ "unbounded: a tenth is left", 800, 100, 32000, true, 100 },
	{ "unbounded: less than a tenth", 801, 100, 32000, true, -1 },
	{ "unbounded: a long prompt in a new minute", 0, 999, 32000, true, 1 },
	{ "unbounded: a long prompt in another", 1, 999, 32000, true, -1 },
	{ "unbounded: a prompt that fills it", 0, 1000, 32000, true, -2 },
	{ "unbounded, and short", 895, 100, 5, true, 5 },
	{ "without end", 0, 100, INT64_MAX, true, 900 },
	{ "without end, by wish", 0, 100, INT64_MAX, false, -2 },
	{ "a prompt without end", 0, INT64_MAX, INT64_MAX, true, -2 },
};

EACH(limits, P17_tokens_are_counted_in_advance, answers)
{
	struct hold before = request(row->used, 0);
	struct hold h = request(row->prompt, row->output);
	struct fault why = { 0 };
	bool fits;

	before.demand.of_key.tokens_per_minute = limit(1000);
	cr_assert(ask(&before, NULL));
	h.demand.of_key.tokens_per_minute = limit(1000);
	h.demand.may_clamp = row->clamp;
	fits = ask(&h, &why);
	cr_expect_eq(fits, row->granted >= 0, "%s: %s", row->label, why.text);
	if (fits)
		cr_expect_eq(h.demand.granted, row->granted, "%s: %lld",
			     row->label, (long long)h.demand.granted);
	else
		cr_expect_eq(why.retry_after > 0, row->granted == -1, "%s: %s",
			     row->label, why.text);
	cr_expect_eq(counted("minute_tokens"),
		     row->used + (fits ? row->prompt + row->granted : 0), "%s",
		     row->label);
}

Test(limits, a_settlement_puts_the_tokens_right)
{
	struct hold h = request(10, 90);

	h.demand.of_key.tokens_per_minute = limit(100);
	h.demand.of_account.tokens_per_minute = limit(1000);
	cr_assert(ask(&h, NULL));
	cr_expect_eq(counted("minute_tokens"), 100);
	settle(&h, 12, 8);
	cr_expect_eq(counted("minute_tokens"), 20);
	cr_expect_eq(books_number(&books, "SELECT minute_tokens FROM rate"
					  " WHERE subject = 'account:acct-1'"),
		     20);
	settle(&h, 12, 8);
	cr_expect_eq(counted("minute_tokens"), 20, "P5: and once only");
}

Test(limits, only_those_are_put_right_that_were_counted)
{
	struct hold h = request(10, 90), other = request(5, 5);

	h.demand.of_key.tokens_per_minute = limit(100);
	cr_assert(ask(&h, NULL));
	other.demand.of_account.tokens_per_minute = limit(100);
	cr_assert(ask(&other, NULL));
	settle(&h, 1, 1);
	cr_expect_eq(counted("minute_tokens"), 2);
	cr_expect_eq(books_number(&books, "SELECT minute_tokens FROM rate"
					  " WHERE subject = 'account:acct-1'"),
		     10);
}

/* P4: what a dead process counted is gone with its minute. */
Test(limits, P4_a_new_minute_owes_nothing_to_the_last)
{
	struct hold h = request(10, 90);

	h.demand.of_key.tokens_per_minute = limit(100);
	cr_assert(ask(&h, NULL));
	now += 20000;
	h = request(10, 90);
	h.demand.of_key.tokens_per_minute = limit(100);
	cr_expect(ask(&h, NULL));
}

/* ------------------------------------------------------------ free models */

static void give(int64_t dollars)
{
	books_do(&books, ledger_grant,
		 &(struct grant){ .account = "acct-1",
				  .note = "test",
				  .amount = dollars * 1000000000,
				  .at = now });
}

/* How many of a thousand and ten in a day pass, a minute's worth at a time.
 * The account begins with one dollar. */
static const struct {
	const char *label;
	int64_t dollars;
	int passing;
	const char *text;
} purses[] = {
	{ "one dollar", 0, 50,
	  "Rate limit exceeded: free-models-per-day. Add 5 credits to unlock "
	  "1000 free model requests per day" },
	{ "four dollars", 3, 50, "free-models-per-day. Add 5 credits" },
	{ "five dollars", 4, 1000, "free-models-per-day. Try again in" },
	{ "much", 400, 1000, "free-models-per-day. Try again in" },
};

EACH(limits, free_models_by_the_credit_that_was_bought, purses)
{
	struct fault why = { 0 };
	int passed = 0;

	now = clock_day_start(now);
	if (row->dollars)
		give(row->dollars);
	for (int i = 0; i < 1010; i++) {
		struct hold h = request(1, 1);

		if (i % 20 == 0)
			now += 60000;
		h.at = h.demand.at = now;
		h.demand.free = &settings;
		why = (struct fault){ 0 };
		passed += ask(&h, &why);
	}
	cr_expect_eq(passed, row->passing, "%s: %d", row->label, passed);
	cr_expect(strstr(why.text, row->text), "%s: %s", row->label, why.text);
	cr_expect(strstr(why.details, "\"free_models_per_day\""));
}

Test(limits, free_models_by_the_minute)
{
	struct fault why = { 0 };
	struct hold h;

	for (int i = 0; i < 20; i++) {
		h = request(1, 1);
		h.demand.free = &settings;
		cr_assert(ask(&h, &why), "%s", why.text);
		cr_expect_eq(h.demand.quota.remaining, 19 - i);
	}
	h = request(1, 1);
	h.demand.free = &settings;
	cr_expect_not(ask(&h, &why));
	cr_expect_str_eq(why.text, "Rate limit exceeded: free-models-per-min. "
				   "Try again in 20 seconds.");
	h.demand.free = NULL;
	cr_expect(ask(&h, NULL), "others are not counted among them");
}

Test(limits, free_models_are_the_accounts_not_the_keys)
{
	struct free_today today;
	struct hold h = request(1, 1);

	h.demand.free = &settings;
	cr_assert(ask(&h, NULL));
	cr_assert(limits_free_today(books.db, "acct-1", &settings, now, &today,
				    NULL));
	cr_expect_eq(today.used, 1);
	cr_expect_eq(today.limit, 50);
	cr_assert(limits_free_today(books.db, "acct-1", &settings,
				    now + 86400000, &today, NULL));
	cr_expect_eq(today.used, 0);
}

static const struct {
	const char *label, *setting, *model;
	bool free;
} models[] = {
	{ "all", "all", "a/m", true },
	{ "variants: it is one", "variants", "a/m:free", true },
	{ "variants: with a parameter", "variants", "a/m:free+seed=1", true },
	{ "variants: it is none", "variants", "a/m", false },
	{ "variants: a parameter is no variant", "variants", "a/m+x:free",
	  false },
	{ "variants: another", "variants", "a/m:freedom", false },
	{ "none", "none", "a/m:free", false },
	{ "not set", NULL, "a/m:free", false },
};

EACH(limits, free_models_are_those_that_the_setting_says, models)
{
	struct settings s = { .free_models = row->setting };

	cr_expect_eq(limits_free(&s, row->model), row->free, "%s", row->label);
}
