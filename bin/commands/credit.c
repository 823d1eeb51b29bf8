#include "base/clock.h"
#include "base/money.h"
#include "bin/commands/command.h"
#include "bin/commands/find.h"
#include "bin/commands/sheet.h"
#include "bin/commands/value.h"
#include "domain/ledger.h"
#include "domain/transfer.h"

#include <inttypes.h>
#include <string.h>

enum { LISTED = 50 };

static bool show_one(struct call *c, const struct account *account)
{
	static const struct column columns[] = {
		{ "account", NULL, CELL_TEXT },
		{ NULL, "account", CELL_TEXT },
		{ "total_credits", "credited", CELL_DOLLARS },
		{ "total_usage", "used", CELL_DOLLARS },
		{ "balance", "balance", CELL_DOLLARS },
		{ "held", "held", CELL_DOLLARS },
		{ "available", "available", CELL_DOLLARS },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	sheet_text(&s, account->id);
	sheet_text(&s, account->name);
	sheet_number(&s, account->granted);
	sheet_number(&s, account->used);
	sheet_number(&s, account->balance);
	sheet_number(&s, account->held);
	sheet_number(&s, account->balance - account->held);
	sheet_print_one(c, &s);
	return true;
}

static bool show(struct call *c, struct fault *why)
{
	struct account account;

	return call_open(c, why) &&
	       find_account(c, argument(c, 0), &account, why) &&
	       show_one(c, &account);
}

/* Move SIGN times the amount that was typed. */
static bool move(struct call *c, int sign, struct fault *why)
{
	const struct given *note = given(c, "note");
	struct account account;
	struct grant grant = { .at = clock_now_ms(),
			       .note = note->set ? note->text : "" };

	if (!value_dollars("USD", argument(c, 1), &grant.amount, why)) {
		c->status = STATUS_MISUSED;
		return false;
	}
	if (!call_open(c, why) ||
	    !find_account(c, argument(c, 0), &account, why))
		return false;
	grant.amount *= sign;
	grant.account = account.id;
	if (!store_commit(c->store, ledger_grant, &grant, why))
		return false;
	if (!wants_json(c))
		return true;
	return find_account(c, account.id, &account, why) &&
	       show_one(c, &account);
}

static bool add(struct call *c, struct fault *why)
{
	return move(c, 1, why);
}

static bool take(struct call *c, struct fault *why)
{
	return move(c, -1, why);
}

/* The account that a book is the credit of, or the book's own name. */
static const char *account_of(const char *book)
{
	return strncmp(book, "credit:", 7) ? book : book + 7;
}

static void add_row(struct sheet *s, const struct transfer *t)
{
	bool in = !strncmp(t->credit, "credit:", 7);

	sheet_text(s, t->id);
	sheet_time(s, t->at);
	sheet_text(s, account_of(in ? t->credit : t->debit));
	sheet_text(s, t->kind);
	sheet_number(s, in ? t->amount : -t->amount);
	sheet_some(s, t->note);
}

static bool list(struct call *c, struct fault *why)
{
	static const struct column columns[] = {
		{ "id", NULL, CELL_TEXT },
		{ "created_at", "time", CELL_TIME },
		{ "account", "account", CELL_TEXT },
		{ "type", "kind", CELL_TEXT },
		{ "amount", "amount", CELL_DOLLARS },
		{ "description", "note", CELL_TEXT },
		{ 0 },
	};
	const struct given *limit = given(c, "limit");
	struct sheet s = sheet_new(c->arena, columns);
	struct transfer_page page = { .limit = LISTED };
	struct account account;
	struct transfer *all;
	size_t count;

	if (!call_open(c, why))
		return false;
	if (argument(c, 0)) {
		if (!find_account(c, argument(c, 0), &account, why))
			return false;
		page.account = account.id;
	}
	if (limit->set)
		page.limit = limit->number;
	if (!transfer_list(c->db, c->arena, &page, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		add_row(&s, &all[i]);
	sheet_print(c, &s);
	return true;
}

static const struct option move_options[] = {
	{ .name = "note",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  .help = "what it is for, kept in the books" },
	{ 0 },
};

static const struct option list_options[] = {
	{ .name = "limit",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "at most so many, the newest first; 50 if not said",
	  .least = 1,
	  .most = 1000000 },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "add",
	  .arguments = "ACCOUNT USD",
	  .summary = "Give an account credit",
	  .example = "turnpike credit add research 25.50 --note 'May budget'",
	  .options = move_options,
	  .run = add },
	{ .name = "take",
	  .arguments = "ACCOUNT USD",
	  .summary = "Take back credit that is neither spent nor held",
	  .example = "turnpike credit take research 5",
	  .options = move_options,
	  .run = take },
	{ .name = "show",
	  .arguments = "[ACCOUNT]",
	  .summary = "Show what an account has left",
	  .example = "turnpike credit show research",
	  .run = show },
	{ .name = "list",
	  .arguments = "[ACCOUNT]",
	  .summary = "List what was given and taken back by hand",
	  .example = "turnpike credit list research",
	  .options = list_options,
	  .run = list },
	{ 0 },
};

const struct topic CREDIT_TOPIC = {
	"credit",
	"Give accounts credit and take it back",
	commands,
};
