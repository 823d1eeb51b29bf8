#include "support/past.h"

#include <criterion/criterion.h>
#include <string.h>

const int64_t PAST_EVE = 1772319600000;

void past_open(struct books *books)
{
	books_open(books, (int64_t)1000000000000);
	books_run(
		books,
		"INSERT INTO account (id, name, created_at)"
		" VALUES ('acct-2', 'other', 0);"
		"INSERT INTO api_key (hash, account, kind, name, label,"
		" created_at) VALUES"
		" ('key-2', 'acct-1', 'regular', 'second', '...', 0),"
		" ('key-x', 'acct-2', 'regular', 'other', '...', 0);"
		"INSERT INTO book (id) VALUES ('credit:acct-2');"
		"INSERT INTO provider (slug, name, kind, base_url, created_at)"
		" VALUES ('bolt', 'Bolt', 'openai', 'http://y', 0);"
		"INSERT INTO provider_alias (alias, provider)"
		" VALUES ('bo', 'bolt');"
		"INSERT INTO model (id, name, released_at)"
		" VALUES ('b/n', 'N', 0);"
		"INSERT INTO model_alias (alias, model) VALUES ('n', 'b/n');"
		"INSERT INTO endpoint (id, model, provider, native, price)"
		" VALUES ('bolt:n', 'b/n', 'bolt', 'n', 2);"
		"INSERT INTO price (id, endpoint, import, since, input, output)"
		" VALUES (2, 'bolt:n', 'imp', 0, 2000000, 10000000)");
	books_do(books, ledger_grant,
		 &(struct grant){ .account = "acct-2",
				  .note = "start",
				  .amount = 1000000000000,
				  .at = 1700000000000 });
}

void past_ask(struct books *books, const struct past *past)
{
	struct hold h = books_hold(books, past->id, 0, 1 << 20);
	struct settlement s;

	h.at = past->at;
	h.key = past->key ? past->key : h.key;
	h.account =
		past->key && !strcmp(past->key, "key-x") ? "acct-2" : h.account;
	if (past->model && !strcmp(past->model, "b/n")) {
		h.model = "b/n";
		h.endpoint = "bolt:n";
		h.provider = "bolt";
		h.price = 2;
	}
	h.end_user = past->user;
	h.referer = past->referer;
	h.title = past->title;
	books_do(books, ledger_hold, &h);
	if (past->open)
		return;
	s = books_settlement(&h, past->tokens * BOOKS_OUT / 1000);
	s.at = past->at + 1000;
	s.outcome = past->outcome;
	books_do(books, ledger_settle, &s);
}
