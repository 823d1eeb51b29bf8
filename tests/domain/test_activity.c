#include "domain/activity.h"

#include "support/past.h"
#include "support/row.h"

#include <stdio.h>
#include <string.h>

static struct books books;

/* One letter each, so that a list of them can be read. */
#define HOUR(n) ((n) * (int64_t)PAST_HOUR)
static const struct past asked[] = {
	{ .id = "a", .at = 0, .tokens = 1, .user = "u1" },
	{ .id = "b", .at = 1, .tokens = 1, .model = "b/n", .user = "u2" },
	{ .id = "c", .at = PAST_HOUR - 1, .tokens = 1, .referer = "https://x" },
	{ .id = "d", .at = PAST_HOUR, .tokens = 1, .key = "key-2" },
	{ .id = "e", .at = PAST_HOUR, .tokens = 1, .key = "key-2" },
	{ .id = "f",
	  .at = HOUR(5),
	  .tokens = 1,
	  .model = "b/n",
	  .title = "App",
	  .user = "u1" },
	{ .id = "g",
	  .at = HOUR(30),
	  .tokens = 1,
	  .referer = "https://x",
	  .title = "App" },
	{ .id = "h", .at = HOUR(30) + 1, .open = true, .user = "u1" },
	{ .id = "i", .at = HOUR(30) + 2, .outcome = OUTCOME_FAILED },
	{ .id = "x", .at = HOUR(2), .tokens = 1, .key = "key-x", .user = "u1" },
};

static void open_books(void)
{
	past_open(&books);
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct past p = asked[i];

		p.at += PAST_EVE;
		past_ask(&books, &p);
	}
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(activity, .init = open_books, .fini = close_books, .timeout = 30);

static struct activity_query all(void)
{
	return (struct activity_query){ .account = "acct-1",
					.from = PAST_EVE,
					.to = PAST_EVE + HOUR(100) };
}

/* The ids of what comes, PIECE at a time and at most MOST. */
static const char *list(const struct activity_query *q, int64_t skip,
			size_t piece, size_t most, int64_t *total)
{
	const char *text = "";
	struct activity at;
	struct activity_list next;
	struct fault why = { 0 };

	cr_assert(activity_open(books.db, books.arena, q, skip, &at, &why),
		  "%s", why.text);
	*total = at.total;
	do {
		size_t wanted = piece < most ? piece : most;

		cr_assert(activity_next(books.db, books.arena, &at, wanted,
					&next, &why),
			  "%s", why.text);
		cr_assert_leq(next.count, wanted);
		most -= next.count;
		for (size_t i = 0; i < next.count; i++)
			text = arena_print(books.arena, "%s%s", text,
					   next.rows[i].id);
		if (next.count < wanted)
			break;
	} while (most);
	return text;
}

static const struct {
	const char *label, *key, *model, *provider, *user, *app;
	const char *want;
	int64_t total;
} filters[] = {
	{ "all", NULL, NULL, NULL, NULL, NULL, "igfedcba", 8 },
	{ "a key", "key-2", NULL, NULL, NULL, NULL, "ed", 2 },
	{ "a model", NULL, "b/n", NULL, NULL, NULL, "fb", 2 },
	{ "a model's alias", NULL, "n", NULL, NULL, NULL, "fb", 2 },
	{ "a provider", NULL, NULL, "bolt", NULL, NULL, "fb", 2 },
	{ "its other spelling", NULL, NULL, "BOLT", NULL, NULL, "fb", 2 },
	{ "its other name", NULL, NULL, "Bo", NULL, NULL, "fb", 2 },
	{ "a user", NULL, NULL, NULL, "u1", NULL, "fa", -1 },
	{ "an app's address", NULL, NULL, NULL, NULL, "https://x", "gc", -1 },
	{ "an app's title", NULL, NULL, NULL, NULL, "App", "f", -1 },
	{ "a user and a model", NULL, "b/n", NULL, "u1", NULL, "f", -1 },
	{ "a user and an app", NULL, NULL, NULL, "u1", "App", "f", -1 },
	{ "an app and a provider", NULL, NULL, "acme", NULL, "https://x", "gc",
	  -1 },
	{ "an app and another provider", NULL, NULL, "bolt", NULL, "https://x",
	  "", -1 },
	{ "a model by a provider that has it not", NULL, "b/n", "acme", NULL,
	  NULL, "", 0 },
	{ "no such model", NULL, "c/o", NULL, NULL, NULL, "", 0 },
	{ "no such user", NULL, NULL, NULL, "u3", NULL, "", -1 },
	{ "P57: SQL for a model", NULL, "' OR 1=1 --", NULL, NULL, NULL, "",
	  0 },
	{ "P57: SQL for a user", NULL, NULL, NULL, "' OR '1'='1", NULL, "",
	  -1 },
	{ "a pattern is none", NULL, "%", NULL, NULL, NULL, "", 0 },
};

EACH(activity, lists_what_is_asked_for_newest_first, filters)
{
	struct activity_query q = all();
	struct fault why = { 0 };
	int64_t total;

	q.key = row->key;
	q.model = row->model;
	q.provider = row->provider;
	q.user = row->user;
	q.app = row->app;
	cr_assert(activity_resolve(books.db, books.arena, &q, &why), "%s: %s",
		  row->label, why.text);
	for (size_t piece = 1; piece < 10; piece++) {
		cr_expect_str_eq(list(&q, 0, piece, 100, &total), row->want,
				 "%s by %zu", row->label, piece);
		cr_expect_eq(total, row->total, "%s: %lld", row->label,
			     (long long)total);
	}
}

EACH(activity, skips_as_many_as_are_asked, filters)
{
	struct activity_query q = all();
	struct fault why = { 0 };
	size_t count = strlen(row->want);
	int64_t total;

	q.key = row->key;
	q.model = row->model;
	q.provider = row->provider;
	q.user = row->user;
	q.app = row->app;
	cr_assert(activity_resolve(books.db, books.arena, &q, &why));
	for (size_t skip = 0; skip <= count + 1; skip++)
		for (size_t most = 1; most < 4; most++) {
			const char *from =
				row->want + (skip < count ? skip : count);

			cr_expect_str_eq(
				list(&q, (int64_t)skip, 10, most, &total),
				arena_print(books.arena, "%.*s", (int)most,
					    from),
				"%s, %zu from %zu", row->label, most, skip);
		}
}

static const struct {
	const char *label;
	int64_t from, to;
	const char *want;
} ranges[] = {
	{ "from inside", 0, PAST_HOUR + 1, "edcba" },
	{ "to outside", 0, PAST_HOUR, "cba" },
	{ "in the middle", 1, PAST_HOUR, "cb" },
	{ "one instant", PAST_HOUR - 1, PAST_HOUR, "c" },
	{ "nothing", PAST_HOUR + 1, HOUR(5), "" },
};

EACH(activity, keeps_to_the_time, ranges)
{
	struct activity_query q = all();
	int64_t total;

	q.from = PAST_EVE + row->from;
	q.to = PAST_EVE + row->to;
	for (size_t skip = 0; skip <= strlen(row->want); skip++) {
		cr_expect_str_eq(list(&q, (int64_t)skip, 2, 10, &total),
				 row->want + skip, "%s from %zu", row->label,
				 skip);
		cr_expect_eq(total, (int64_t)strlen(row->want), "%s",
			     row->label);
	}
}

static const struct {
	const char *label, *key, *account;
	bool known;
} keys[] = {
	{ "its own", "key-2", "acct-1", true },
	{ "another's", "key-x", "acct-1", false },
	{ "the other's own", "key-x", "acct-2", true },
	{ "none", "nokey", "acct-1", false },
	{ "a pattern", "key-_", "acct-1", false },
};

EACH(activity, does_not_know_keys_of_others, keys)
{
	struct activity_query q = all();
	struct fault why = { 0 };

	q.account = row->account;
	q.key = row->key;
	cr_expect_eq(activity_resolve(books.db, books.arena, &q, &why),
		     row->known, "%s", row->label);
	cr_expect_eq(why.kind == FAULT_NOT_FOUND, !row->known, "%s",
		     row->label);
}

Test(activity, knows_a_key_that_was_deleted)
{
	struct activity_query q = all();
	struct fault why = { 0 };
	int64_t total;

	books_run(&books, "UPDATE api_key SET deleted_at = 5, disabled = 1"
			  " WHERE hash = 'key-2'");
	q.key = "key-2";
	cr_expect(activity_resolve(books.db, books.arena, &q, &why));
	cr_expect_str_eq(list(&q, 0, 10, 10, &total), "ed");
}

Test(activity, is_the_accounts_alone)
{
	struct activity_query q = all();
	int64_t total;

	q.account = "acct-2";
	cr_expect_str_eq(list(&q, 0, 10, 10, &total), "x");
	q.user = "u1";
	cr_expect_str_eq(list(&q, 0, 10, 10, &total), "x");
	q.account = "acct-3";
	q.user = NULL;
	cr_expect_str_eq(list(&q, 0, 10, 10, &total), "");
}

/* What is settled behind the place comes; what is newer has been passed. */
Test(activity, goes_on_from_its_place_whatever_is_settled_meanwhile)
{
	struct activity_query q = all();
	struct activity at;
	struct activity_list next;
	struct fault why = { 0 };

	cr_assert(activity_open(books.db, books.arena, &q, 0, &at, &why));
	cr_assert(activity_next(books.db, books.arena, &at, 3, &next, &why));
	cr_expect_str_eq(next.rows[2].id, "f");
	past_ask(&books,
		 &(struct past){ .id = "new", .at = PAST_EVE + HOUR(31) });
	past_ask(&books,
		 &(struct past){ .id = "old", .at = PAST_EVE + HOUR(3) });
	cr_assert(activity_next(books.db, books.arena, &at, 2, &next, &why));
	cr_expect_str_eq(next.rows[0].id, "old");
	cr_expect_str_eq(next.rows[1].id, "e");
}
