#include "domain/key_json.h"

#include "base/clock.h"
#include "support/books.h"
#include "support/row.h"

#include <string.h>

static struct books books;

static void open_books(void)
{
	books_open(&books, 0);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(key_json, .init = open_books, .fini = close_books, .timeout = 20);

static int64_t at(const char *text)
{
	int64_t ms = 0;

	cr_assert(clock_read(text, &ms), "%s", text);
	return ms;
}

/* ---- what is shown */

static const struct key plain = {
	.hash = "h",
	.account = "acct-1",
	.name = "n",
	.label = "l",
	.limit_reset = "",
	.allowed_models = "",
	.allowed_providers = "",
};

static const struct {
	const char *label, *want; /* members, with their values */
	struct key key;
} objects[] = {
	{ "nothing is known of it",
	  "{\"creator_user_id\":null,\"external_user\":null,\"limit\":null,"
	  "\"limit_remaining\":null,\"limit_usd\":null,\"limit_reset\":null,"
	  "\"include_byok_in_limit\":false,\"expires_at\":null}",
	  { 0 } },
	{ "a limit, and a part of it held",
	  "{\"limit\":3,\"limit_remaining\":1,\"limit_usd\":3}",
	  { .limited = true,
	    .limit = 3000000000,
	    .usage = 1000000000,
	    .held = 1000000000 } },
	{ "P10: a limit of nothing",
	  "{\"limit\":0,\"limit_remaining\":0}",
	  { .limited = true } },
	{ "used beyond its limit",
	  "{\"limit\":1,\"limit_remaining\":0}",
	  { .limited = true, .limit = 1000000000, .usage = 5000000000 } },
	{ "people's names",
	  "{\"creator_user_id\":\"c\",\"external_user\":\"e\","
	  "\"include_byok_in_limit\":true}",
	  { .creator = "c", .external = "e", .byok_in_limit = true } },
};

EACH(key_json, shows_a_key, objects)
{
	json_t *want = json_loads(row->want, 0, NULL), *value, *shown;
	struct key key = row->key;
	const char *name;

	key.hash = plain.hash;
	key.account = plain.account;
	key.name = plain.name;
	key.label = plain.label;
	key.limit_reset = key.allowed_models = key.allowed_providers = "";
	shown = key_json(&key);
	json_object_foreach (want, name, value) {
		const json_t *got = json_object_get(shown, name);

		cr_expect(got && (json_is_number(value)
					  ? json_number_value(got) ==
						    json_number_value(value)
					  : json_equal(got, value)),
			  "%s: %s", row->label, name);
	}
	json_decref(shown);
	json_decref(want);
}

static const struct {
	const char *label;
	struct key_standing standing;
	bool free_tier;
	int limit, used, remaining;
} standings[] = {
	{ "new", { false, { 50, 0 } }, true, 50, 0, 50 },
	{ "some used", { true, { 1000, 7 } }, false, 1000, 7, 993 },
	{ "all used", { false, { 50, 50 } }, true, 50, 50, 0 },
	{ "the limit was lowered", { true, { 5, 7 } }, false, 5, 7, 0 },
};

EACH(key_json, tells_how_the_account_stands, standings)
{
	json_t *shown = key_self_json(&plain, &row->standing);
	json_t *today = json_object_get(shown, "free_model_daily_requests");
	int limit = -1, used = -1, remaining = -1, tier = -1;

	cr_expect_eq(json_unpack(today, "{s:i, s:i, s:i}", "limit", &limit,
				 "used", &used, "remaining", &remaining),
		     0);
	cr_expect_eq(json_unpack(shown, "{s:b}", "is_free_tier", &tier), 0);
	cr_expect_eq(limit, row->limit, "%s", row->label);
	cr_expect_eq(used, row->used, "%s", row->label);
	cr_expect_eq(remaining, row->remaining, "%s", row->label);
	cr_expect_eq(tier, row->free_tier, "%s", row->label);
	json_decref(shown);
}

/* ---- what is read */

static const struct {
	const char *label, *body, *name, *creator, *external;
	int64_t limit; /* -1: none */
	bool byok;
} bodies[] = {
	{ "nothing", "{}", "old", "c", "e", 5, false },
	{ "ARouter's label", "{\"label\":\"new\"}", "new", "c", "e", 5, false },
	{ "name before label", "{\"name\":\"a\",\"label\":\"b\"}", "a", "c",
	  "e", 5, false },
	{ "ARouter's limit_usd", "{\"limit_usd\":1e-9}", "old", "c", "e", 1,
	  false },
	{ "spending_limit", "{\"spending_limit\":2e-9}", "old", "c", "e", 2,
	  false },
	{ "limit before the others",
	  "{\"spending_limit\":1,\"limit_usd\":1,\"limit\":3e-9}", "old", "c",
	  "e", 3, false },
	{ "no limit before the others", "{\"limit\":null,\"limit_usd\":1}",
	  "old", "c", "e", -1, false },
	{ "people", "{\"creator_user_id\":\"x\",\"external\":{\"user\":\"y\"}}",
	  "old", "x", "y", 5, false },
	{ "nobody", "{\"creator_user_id\":null,\"external\":null}", "old", "",
	  "", 5, false },
	{ "own providers' keys", "{\"include_byok_in_limit\":true}", "old", "c",
	  "e", 5, true },
	{ "its own workspace", "{\"workspace_id\":\"acct-1\"}", "old", "c", "e",
	  5, false },
};

static struct key old_key(void)
{
	struct key key = plain;

	key.name = "old";
	key.creator = "c";
	key.external = "e";
	key.limited = true;
	key.limit = 5;
	return key;
}

EACH(key_json, reads_what_clients_of_both_systems_send, bodies)
{
	json_t *body = json_loads(row->body, 0, NULL);
	struct key key = old_key();
	struct fault why = { 0 };

	cr_assert(key_read(books.arena, body, &key, &why), "%s: %s", row->label,
		  why.text);
	cr_expect_str_eq(key.name, row->name, "%s", row->label);
	cr_expect_str_eq(key.creator, row->creator, "%s", row->label);
	cr_expect_str_eq(key.external, row->external, "%s", row->label);
	cr_expect_eq(key.limited ? key.limit : -1, row->limit, "%s",
		     row->label);
	cr_expect_eq(key.byok_in_limit, row->byok, "%s", row->label);
	json_decref(body);
}

/* Each is named by its own name, and nothing of its body is taken over. */
static const struct {
	const char *label, *member, *names;
	enum fault_kind kind;
} wrong[] = {
	{ "label of a number", "\"label\":1", "label must", FAULT_BAD_REQUEST },
	{ "empty label", "\"label\":\"\"", "label must", FAULT_BAD_REQUEST },
	{ "limit_usd as text", "\"limit_usd\":\"1\"", "limit_usd must",
	  FAULT_BAD_REQUEST },
	{ "negative spending_limit", "\"spending_limit\":-1",
	  "spending_limit must", FAULT_BAD_REQUEST },
	{ "beyond all money", "\"limit\":1e300", "limit must",
	  FAULT_BAD_REQUEST },
	{ "flag as a number", "\"include_byok_in_limit\":1",
	  "include_byok_in_limit must", FAULT_BAD_REQUEST },
	{ "empty creator", "\"creator_user_id\":\"\"", "creator_user_id must",
	  FAULT_BAD_REQUEST },
	{ "external as text", "\"external\":\"e\"", "external must",
	  FAULT_BAD_REQUEST },
	{ "external user as a number", "\"external\":{\"user\":1}",
	  "external.user must", FAULT_BAD_REQUEST },
	{ "external without a user", "\"external\":{\"api_key\":\"k\"}",
	  "external.user must", FAULT_BAD_REQUEST },
	{ "workspace as a number", "\"workspace_id\":1", "workspace_id must",
	  FAULT_BAD_REQUEST },
	{ "another's workspace", "\"workspace_id\":\"acct-2\"",
	  "no workspace_id 'acct-2'", FAULT_NOT_FOUND },
	{ "no such workspace", "\"workspace_id\":\"none\"",
	  "no workspace_id 'none'", FAULT_NOT_FOUND },
	{ "requests of a fraction", "\"requests_per_day\":1.5",
	  "requests_per_day must", FAULT_BAD_REQUEST },
};

EACH(key_json, takes_over_nothing_of_a_body_with_a_fault, wrong)
{
	json_t *body = json_loads(arena_print(books.arena,
					      "{\"name\":\"new\",\"disabled\":"
					      "true,%s}",
					      row->member),
				  0, NULL);
	struct key key = old_key();
	struct fault why = { 0 };

	cr_expect_not(key_read(books.arena, body, &key, &why), "%s",
		      row->label);
	cr_expect_eq(why.kind, row->kind, "%s", row->label);
	cr_expect(strstr(why.text, row->names), "%s: %s", row->label, why.text);
	cr_expect_str_eq(key.name, "old", "%s", row->label);
	cr_expect_not(key.disabled, "%s", row->label);
	json_decref(body);
}

static const struct {
	const char *label, *expires;
	bool valid; /* in 2026 */
} ends[] = {
	{ "never", "null", true },
	{ "later", "\"2099-01-01T00:00:00Z\"", true },
	{ "with an offset", "\"2099-01-01T00:00:00+02:00\"", true },
	{ "before", "\"2020-01-01T00:00:00Z\"", false },
	{ "at the beginning of time", "\"1970-01-01T00:00:00Z\"", false },
	{ "before the beginning", "\"1960-01-01T00:00:00Z\"", false },
};

EACH(key_json, ends_a_key_when_it_is_told_to, ends)
{
	json_t *body = json_loads(
		arena_print(books.arena, "{\"expires_at\":%s}", row->expires),
		0, NULL);
	struct key_change change = { .key = plain };
	struct key key;

	cr_assert(key_read(books.arena, body, &change.key, NULL), "%s",
		  row->label);
	books_do(&books, key_create, &change);
	cr_expect_eq(key_find(books.db, books.arena, change.secret,
			      at("2026-03-01T00:00:00Z"), &key, NULL),
		     row->valid, "%s", row->label);
	json_decref(body);
}

/* ---- what is kept */

Test(key_json, is_kept_and_changed_whole)
{
	struct key_change change = { .key = old_key() };
	struct key key;

	change.key.byok_in_limit = true;
	books_do(&books, key_create, &change);
	cr_assert(key_show(books.db, books.arena, change.hash, "acct-1", &key,
			   NULL));
	cr_expect_str_eq(key.creator, "c");
	cr_expect_str_eq(key.external, "e");
	cr_expect(key.byok_in_limit);
	change.key = key;
	change.key.creator = "";
	change.key.external = "f";
	change.key.byok_in_limit = false;
	books_do(&books, key_change, &change);
	cr_assert(key_show(books.db, books.arena, change.hash, "acct-1", &key,
			   NULL));
	cr_expect_str_eq(key.creator, "");
	cr_expect_str_eq(key.external, "f");
	cr_expect_not(key.byok_in_limit);
}

/* Of 10 dollars 1 was spent this day, 3 this week, 5 this month, 7 in all. */
static const struct {
	const char *label, *reset, *now;
	int64_t left;
} windows[] = {
	{ "daily", "daily", "2026-02-28T12:00:00Z", 9 },
	{ "the day's last moment", "daily", "2026-02-28T23:59:59.999Z", 9 },
	{ "midnight", "daily", "2026-03-01T00:00:00Z", 10 },
	{ "weekly", "weekly", "2026-02-28T12:00:00Z", 7 },
	{ "Sunday's last moment", "weekly", "2026-03-01T23:59:59.999Z", 7 },
	{ "Monday", "weekly", "2026-03-02T00:00:00Z", 10 },
	{ "monthly", "monthly", "2026-02-28T12:00:00Z", 5 },
	{ "the month's last moment", "monthly", "2026-02-28T23:59:59.999Z", 5 },
	{ "the 1st", "monthly", "2026-03-01T00:00:00Z", 10 },
	{ "no reset", "", "2026-02-28T12:00:00Z", 3 },
	{ "no reset, in another year", "", "2027-02-28T12:00:00Z", 3 },
};

EACH(key_json, P17_has_its_limit_again_when_the_window_ends, windows)
{
	struct key_change change = { .key = plain };
	struct key key;

	change.key.limited = true;
	change.key.limit = 10000000000;
	change.key.limit_reset = row->reset;
	books_do(&books, key_create, &change);
	books_run(
		&books,
		arena_print(books.arena,
			    "UPDATE api_key SET usage = 7000000000,"
			    " day_usage = 1000000000, week_usage = 3000000000,"
			    " month_usage = 5000000000, day_start = %lld,"
			    " week_start = %lld, month_start = %lld",
			    (long long)at("2026-02-28T00:00:00Z"),
			    (long long)at("2026-02-23T00:00:00Z"),
			    (long long)at("2026-02-01T00:00:00Z")));
	cr_assert(key_find(books.db, books.arena, change.secret, at(row->now),
			   &key, NULL));
	cr_expect_eq(key_remaining(&key), row->left * 1000000000, "%s: %lld",
		     row->label, (long long)key_remaining(&key));
}

/* Seven keys, some of the same moment: each comes once, whatever the page. */
Test(key_json, is_on_one_page)
{
	for (int i = 0; i < 6; i++) {
		struct key_change change = { .key = plain, .at = 5 + i / 3 };

		books_do(&books, key_create, &change);
	}
	for (int64_t size = 1; size <= 8; size++) {
		struct key_page page = { .account = "acct-1", .limit = size };
		char seen[512] = "";
		size_t count = 1, all = 0;
		struct key *keys;

		while (count) {
			cr_assert(key_list(books.db, books.arena, &page, &keys,
					   &count, NULL));
			for (size_t i = 0; i < count; i++) {
				cr_expect_null(strstr(seen, keys[i].hash));
				strncat(seen, keys[i].hash, 64);
			}
			all += count;
			if (count) {
				page.behind = keys[count - 1].created_at;
				page.behind_hash = keys[count - 1].hash;
			}
		}
		cr_expect_eq(all, 7, "%zu by %lld", all, (long long)size);
	}
}
