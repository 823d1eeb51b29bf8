#include "domain/key.h"

#include "domain/key_json.h"
#include "support/books.h"
#include "support/row.h"

#include <string.h>

static const int64_t now = 1800000000000;

static struct books books;

static void open_books(void)
{
	books_open(&books, 0);
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(key, .init = open_books, .fini = close_books, .timeout = 20);

static struct key_change made(void)
{
	struct key_change change = { .key = { .account = "acct-1",
					      .name = "mine",
					      .limit_reset = "",
					      .allowed_models = "",
					      .allowed_providers = "" },
				     .at = now };

	books_do(&books, key_create, &change);
	return change;
}

Test(key, is_found_by_its_secret_and_nothing_else)
{
	struct key_change change = made();
	struct fault why = { 0 };
	struct key key;

	cr_expect(key_find(books.db, books.arena, change.secret, now, &key,
			   &why));
	cr_expect_str_eq(key.hash, change.hash);
	cr_expect_str_eq(key.account, "acct-1");
	cr_expect_not(
		key_find(books.db, books.arena, change.hash, now, &key, &why));
	cr_expect_eq(why.kind, FAULT_NO_KEY);
}

Test(key, has_the_documented_form)
{
	struct key_change change = made();

	cr_expect_eq(strncmp(change.secret, "lr_live_", 8), 0);
	cr_expect_eq(strspn(change.secret + 8, "0123456789abcdef"), 48);
	cr_expect_eq(strlen(change.secret), 56);
	cr_expect_eq(strlen(change.label), 19, "%s", change.label);
	cr_expect_eq(strncmp(change.label, change.secret, 12), 0);
}

/* Each makes a key that was good invalid; all in the same words (P63). */
static const struct {
	const char *label, *sql;
} ends[] = {
	{ "disabled", "UPDATE api_key SET disabled = 1" },
	{ "deleted", "UPDATE api_key SET deleted_at = 5" },
	{ "expired", "UPDATE api_key SET expires_at = 1799999999999" },
	{ "expires now", "UPDATE api_key SET expires_at = 1800000000000" },
	{ "its account is disabled", "UPDATE account SET disabled = 1" },
	{ "gone", "DELETE FROM api_key" },
};

EACH(key, P63_that_has_ended_is_unknown, ends)
{
	struct key_change change = made();
	struct fault why = { 0 };
	struct key key;

	books_run(&books, row->sql);
	cr_expect_not(
		key_find(books.db, books.arena, change.secret, now, &key, &why),
		"%s", row->label);
	cr_expect_eq(why.kind, FAULT_NO_KEY, "%s", row->label);
	cr_expect_str_eq(why.text, "invalid API key", "%s", row->label);
}

static const struct {
	const char *label, *secret;
} attacks[] = {
	{ "P57: SQL", "' OR '1'='1" },
	{ "empty", "" },
	{ "percent", "%" },
};

EACH(key, P57_is_never_part_of_a_question, attacks)
{
	struct key key;

	made();
	cr_expect_not(
		key_find(books.db, books.arena, row->secret, now, &key, NULL),
		"%s", row->label);
}

static const struct {
	const char *label, *patterns, *model;
	bool allowed;
} patterns[] = {
	{ "no list", "", "a/b", true },
	{ "empty list", "[]", "a/b", true },
	{ "exact", "[\"a/b\"]", "a/b", true },
	{ "another", "[\"a/c\"]", "a/b", false },
	{ "case", "[\"A/B\"]", "a/b", true },
	{ "author", "[\"a/*\"]", "a/b", true },
	{ "another author", "[\"b/*\"]", "a/b", false },
	{ "bare name", "[\"b\"]", "a/b", true },
	{ "bare pattern", "[\"gpt-*\"]", "openai/gpt-4", true },
	{ "second of two", "[\"x/y\",\"a/b\"]", "a/b", true },
	{ "a beginning is not enough", "[\"a/b\"]", "a/bc", false },
	{ "not a list", "\"a/b\"", "a/b", false },
};

EACH(key, allows_models_by_pattern, patterns)
{
	struct key key = { .allowed_models = row->patterns };

	cr_expect_eq(key_allows_model(&key, row->model), row->allowed, "%s",
		     row->label);
}

static const struct {
	const char *label, *body, *fault;
} bodies[] = {
	{ "nothing", "{}", NULL },
	{ "unknown member", "{\"x\":1}", NULL },
	{ "no name", "{\"name\":\"\"}", "name must be" },
	{ "name of a number", "{\"name\":1}", "name must be" },
	{ "P10: negative limit", "{\"limit\":-1}", "limit must be" },
	{ "limit as text", "{\"limit\":\"1\"}", "limit must be" },
	{ "limit too fine", "{\"limit\":1e-10}", "limit must be" },
	{ "zero limit", "{\"limit\":0}", NULL },
	{ "no limit", "{\"limit\":null}", NULL },
	{ "reset", "{\"limit_reset\":\"daily\"}", NULL },
	{ "never", "{\"limit_reset\":\"never\"}", NULL },
	{ "hourly", "{\"limit_reset\":\"hourly\"}", "limit_reset must be" },
	{ "expiry", "{\"expires_at\":\"2027-01-31T12:00:00Z\"}", NULL },
	{ "expiry of a number", "{\"expires_at\":5}", "expires_at must be" },
	{ "models", "{\"allowed_models\":[\"a/*\"]}", NULL },
	{ "models of numbers", "{\"allowed_models\":[1]}",
	  "allowed_models[0] must be" },
	{ "models as text", "{\"allowed_models\":\"a\"}",
	  "allowed_models must be" },
	{ "disabled as text", "{\"disabled\":\"yes\"}", "disabled must be" },
};

EACH(key, reads_what_clients_send, bodies)
{
	struct key key = { .name = "old" };
	json_t *body = json_loads(row->body, 0, NULL);
	struct fault why = { 0 };
	bool ok = key_read(books.arena, body, &key, &why);

	cr_expect_eq(ok, row->fault == NULL, "%s: %s", row->label, why.text);
	if (row->fault)
		cr_expect(strstr(why.text, row->fault), "%s: %s", row->label,
			  why.text);
	json_decref(body);
}

Test(key, keeps_a_limit_to_the_nano_dollar)
{
	struct key key = { .label = "", .limit_reset = "", .account = "" };
	json_t *body = json_loads("{\"limit\":0.000000001}", 0, NULL);
	json_t *shown;
	char *text;

	cr_expect(key_read(books.arena, body, &key, NULL));
	cr_expect_eq(key.limit, 1);
	key.limit = 12345678901234;
	shown = key_self_json(&key, &(struct key_standing){ 0 });
	text = json_dumps(json_object_get(shown, "limit"),
			  JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	cr_expect_str_eq(text, "12345.678901234");
	free(text);
	json_decref(shown);
	json_decref(body);
}

Test(key, change_and_delete_say_when_there_is_none)
{
	struct key_change change = made();
	struct fault why = { 0 };

	change.key.hash = change.hash;
	change.key.name = "other";
	books_do(&books, key_change, &change);
	books_do(&books, key_delete, &change);
	cr_expect_not(books_try(&books, key_delete, &change, &why));
	cr_expect_eq(why.kind, FAULT_NOT_FOUND);
	why = (struct fault){ 0 };
	cr_expect_not(books_try(&books, key_change, &change, &why));
	cr_expect_eq(why.kind, FAULT_NOT_FOUND);
}

static void expect_limits(const struct key *key, int64_t by_minute,
			  int64_t by_day, int64_t tokens)
{
	const struct limits *l = &key->limits;

	cr_expect_eq(l->requests_per_minute.set ? l->requests_per_minute.most
						: -1,
		     by_minute);
	cr_expect_eq(l->requests_per_day.set ? l->requests_per_day.most : -1,
		     by_day);
	cr_expect_eq(l->tokens_per_minute.set ? l->tokens_per_minute.most : -1,
		     tokens);
}

/* P10: null, 0 and a number are three things on the way there and back. */
Test(key, P10_keeps_its_limits)
{
	struct key_change change = made();
	struct key key;

	change.key.limits = (struct limits){ { true, 5 }, { true, 0 }, { 0 } };
	books_do(&books, key_create, &change);
	cr_assert(key_find(books.db, books.arena, change.secret, now, &key,
			   NULL));
	expect_limits(&key, 5, 0, -1);
	change.key = key;
	change.key.limits = (struct limits){ .tokens_per_minute = { true, 7 } };
	books_do(&books, key_change, &change);
	books_run(&books, "UPDATE account SET requests_per_day = 3");
	cr_assert(key_find(books.db, books.arena, change.secret, now, &key,
			   NULL));
	expect_limits(&key, -1, -1, 7);
	cr_expect(key.account_limits.requests_per_day.set);
	cr_expect_eq(key.account_limits.requests_per_day.most, 3);
	cr_expect_not(key.account_limits.requests_per_minute.set);
}

/* A stranger's view of the key has both systems' spellings. */
Test(key, shows_its_limits_flat_and_in_a_group)
{
	struct key key = { .label = "",
			   .limit_reset = "",
			   .account = "",
			   .hash = "",
			   .name = "",
			   .allowed_models = "",
			   .allowed_providers = "",
			   .limits = { .requests_per_minute = { true, 60 } } };
	json_t *shown = key_json(&key),
	       *self = key_self_json(&key, &(struct key_standing){ 0 });
	json_t *group = json_object_get(shown, "rate_limit");

	cr_expect_eq(json_integer_value(
			     json_object_get(shown, "requests_per_minute")),
		     60);
	cr_expect_eq(json_integer_value(
			     json_object_get(group, "requests_per_minute")),
		     60);
	cr_expect(json_is_null(json_object_get(group, "tokens_per_minute")));
	group = json_object_get(self, "rate_limit");
	cr_expect_eq(json_integer_value(
			     json_object_get(group, "requests_per_minute")),
		     60);
	cr_expect_eq(json_integer_value(json_object_get(group, "requests")), -1,
		     "what OpenRouter's clients insist on");
	json_decref(shown);
	json_decref(self);
}
