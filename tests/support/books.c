#include "support/books.h"

#include "base/clock.h"
#include "domain/fsck.h"
#include "domain/holder.h"
#include "domain/key.h"

#include <criterion/criterion.h>
#include <string.h>

static const int64_t noon = 1700000000000;

void books_open(struct books *books, int64_t credit)
{
	struct db_options options = { .path = ":memory:",
				      .journal = "wal",
				      .synchronous = "normal",
				      .busy_wait_ms = 100 };
	struct key_change change = { .key = { .account = "acct-1",
					      .name = "test",
					      .limit_reset = "",
					      .allowed_models = "",
					      .allowed_providers = "" },
				     .at = noon };
	struct fault why = { 0 };

	books->arena = arena_new();
	cr_assert(db_open(&options, &books->db, &why), "%s", why.text);
	books_run(
		books,
		"INSERT INTO account (id, name, created_at)"
		" VALUES ('acct-1', 'test', 0);"
		"INSERT INTO book (id) VALUES ('credit:acct-1');"
		"INSERT INTO provider (slug, name, kind, base_url, created_at)"
		" VALUES ('acme', 'Acme', 'openai', 'http://x', 0);"
		"INSERT INTO model (id, name, released_at)"
		" VALUES ('a/m', 'M', 0);"
		"INSERT INTO import VALUES ('imp', 'test', 'test', '', 0);"
		"INSERT INTO endpoint (id, model, provider, native, price)"
		" VALUES ('acme:m', 'a/m', 'acme', 'm', 1);"
		"INSERT INTO price (id, endpoint, import, since, input, output)"
		" VALUES (1, 'acme:m', 'imp', 0, 2000000, 10000000)");
	books_do(books, key_create, &change);
	memcpy(books->key, change.hash, sizeof(books->key));
	if (credit)
		books_do(books, ledger_grant,
			 &(struct grant){ .account = "acct-1",
					  .note = "start",
					  .amount = credit,
					  .at = noon });
}

void books_close(struct books *books)
{
	db_close(books->db);
	arena_free(books->arena);
}

int64_t books_number(struct books *books, const char *sql)
{
	struct rows *rows = db_ask(books->db, sql, "");
	struct fault why = { 0 };
	int64_t number;

	cr_assert(rows_next(rows), "%s gives no row", sql);
	number = rows_number(rows, 0);
	cr_assert(rows_end(rows, &why), "%s", why.text);
	return number;
}

void books_run(struct books *books, const char *sql)
{
	struct fault why = { 0 };

	cr_assert(db_run(books->db, sql, &why), "%s", why.text);
}

bool books_try(struct books *books,
	       bool (*step)(struct db *, void *, struct fault *), void *what,
	       struct fault *why)
{
	bool ok;

	cr_assert(db_begin(books->db, why));
	ok = step(books->db, what, why);
	return db_end(books->db, ok, why);
}

void books_do(struct books *books,
	      bool (*step)(struct db *, void *, struct fault *), void *what)
{
	struct fault why = { 0 };

	cr_assert(books_try(books, step, what, &why), "%s", why.text);
}

struct hold books_hold(struct books *books, const char *generation,
		       int64_t prompt_nano, int64_t output_tokens)
{
	return (struct hold){
		.generation = generation,
		.account = "acct-1",
		.key = books->key,
		.operation = "chat",
		.model_asked = "a/m",
		.model = "a/m",
		.endpoint = "acme:m",
		.provider = "acme",
		.holder = holder_self(books->arena),
		.price = 1,
		.at = noon,
		.expires_at = noon + 1000,
		.prompt_nano = prompt_nano,
		.output_pico = BOOKS_OUT,
		.output_tokens = output_tokens,
	};
}

struct settlement books_settlement(const struct hold *hold, int64_t cost)
{
	return (struct settlement){
		.generation = hold->generation,
		.account = hold->account,
		.key = hold->key,
		.model = hold->model,
		.endpoint = hold->endpoint,
		.provider = hold->provider,
		.price = hold->price,
		.outcome = OUTCOME_ANSWERED,
		.tokens = { .output = cost * 1000 / BOOKS_OUT },
		.cost = cost,
		.at = hold->at + 500,
		.first_token_ms = 10,
		.total_ms = 20,
	};
}

static void tell(void *who, const struct finding *finding)
{
	(void)who;
	cr_log_info("%s: %s: %s", finding->rule, finding->row, finding->detail);
}

int64_t books_broken(struct books *books)
{
	struct fsck_ear ear = { .found = tell };
	struct fsck_result result;
	struct fault why = { 0 };

	cr_assert(fsck(books->db, noon, &ear, &result, &why), "%s", why.text);
	return result.findings;
}
