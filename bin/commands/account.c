#include "domain/account.h"

#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/find.h"
#include "bin/commands/limits.h"
#include "bin/commands/sheet.h"
#include "domain/ledger.h"

#include <string.h>

enum { NAME_MOST = 256 };

static const struct column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "name", "name", CELL_TEXT },
	{ "balance", "balance", CELL_DOLLARS },
	{ "held", "held", CELL_DOLLARS },
	{ "total_credits", "credited", CELL_DOLLARS },
	{ "total_usage", "used", CELL_DOLLARS },
	{ "requests_per_minute", "requests per minute", CELL_NUMBER },
	{ "requests_per_day", "requests per day", CELL_NUMBER },
	{ "tokens_per_minute", "tokens per minute", CELL_NUMBER },
	{ "default_model", "default model", CELL_TEXT },
	{ "disabled", "disabled", CELL_SWITCH },
	{ "created_at", "created", CELL_TIME },
	{ 0 },
};

static void add(struct sheet *s, const struct account *account)
{
	sheet_text(s, account->id);
	sheet_text(s, account->name);
	sheet_number(s, account->balance);
	sheet_number(s, account->held);
	sheet_number(s, account->granted);
	sheet_number(s, account->used);
	sheet_limits(s, &account->limits);
	sheet_some(s, account->default_model);
	sheet_number(s, account->disabled);
	sheet_time(s, account->created_at);
}

static bool show_one(struct call *c, const char *ref, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct account account;

	if (!find_account(c, ref, &account, why))
		return false;
	add(&s, &account);
	sheet_print_one(c, &s);
	return true;
}

static bool show(struct call *c, struct fault *why)
{
	return call_open(c, why) && show_one(c, argument(c, 0), why);
}

static bool list(struct call *c, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct account *all;
	size_t count;

	if (!call_open(c, why) ||
	    !account_list(c->db, c->arena, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		add(&s, &all[i]);
	sheet_print(c, &s);
	return true;
}

/* The account and its first credit stand or fall together. */
struct opening {
	struct account_change change;
	int64_t credit;
};

static bool open_account(struct db *db, void *what, struct fault *why)
{
	struct opening *o = what;
	struct grant grant = { .note = "first credit",
			       .amount = o->credit,
			       .at = o->change.at };

	if (!account_create(db, &o->change, why))
		return false;
	grant.account = o->change.id;
	return o->credit == 0 || ledger_grant(db, &grant, why);
}

static bool create(struct call *c, struct fault *why)
{
	const struct given *model = given(c, "default-model");
	struct opening o = {
		.change = { .account = { .name = argument(c, 0),
					 .default_model = model->text },
			    .at = clock_now_ms() },
		.credit = given(c, "credit")->number,
	};

	take_limits(c, &o.change.account.limits);
	if (strlen(o.change.account.name) > NAME_MOST)
		return misused(c, why, "NAME: at most %d bytes", NAME_MOST);
	if (!call_open(c, why) ||
	    !store_commit(c->store, open_account, &o, why))
		return false;
	return !wants_json(c) || show_one(c, o.change.id, why);
}

/* Read, changed and written in one step: two changes at a time both stand. */
struct edit {
	struct call *call;
	struct account_change change;
};

static bool edit(struct db *db, void *what, struct fault *why)
{
	struct edit *e = what;
	struct call *c = e->call;
	struct account *account = &e->change.account;
	const struct given *model = given(c, "default-model");

	if (!account_find(db, c->arena, argument(c, 0), account, why))
		return false;
	if (model->set)
		account->default_model = model->nothing ? NULL : model->text;
	take_limits(c, &account->limits);
	if (given(c, "disable")->set)
		account->disabled = true;
	if (given(c, "enable")->set)
		account->disabled = false;
	return account_change(db, &e->change, why);
}

static bool change(struct call *c, struct fault *why)
{
	struct edit e = { .call = c, .change = { .at = clock_now_ms() } };

	if (!only_one(c, "enable", "disable", why) || !call_open(c, why) ||
	    !store_commit(c->store, edit, &e, why))
		return false;
	return !wants_json(c) || show_one(c, e.change.account.id, why);
}

static const struct option create_options[] = {
	{ .name = "credit",
	  .value = "USD",
	  .kind = OPTION_DOLLARS,
	  .help = "what it may spend at first; nothing if not said" },
	{ .name = "default-model",
	  .value = "MODEL",
	  .kind = OPTION_TEXT,
	  .help = "for requests that name no model" },
	LIMIT_OPTIONS,
	{ 0 },
};

static const struct option change_options[] = {
	{ .name = "default-model",
	  .value = "MODEL",
	  .kind = OPTION_TEXT,
	  .help = "for requests that name no model",
	  .nothing = "none" },
	LIMIT_OPTIONS,
	{ .name = "disable", .help = "refuse all its keys" },
	{ .name = "enable", .help = "take its keys again" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "create",
	  .arguments = "NAME",
	  .summary = "Open an account, which owns credit and keys",
	  .example = "turnpike account create research --credit 25",
	  .options = create_options,
	  .run = create },
	{ .name = "list",
	  .arguments = "",
	  .summary = "List all accounts",
	  .example = "turnpike account list",
	  .run = list },
	{ .name = "show",
	  .arguments = "[ACCOUNT]",
	  .summary = "Show one account: what it has, holds and used",
	  .notes = "ACCOUNT is a name or an id; the only one if not said.",
	  .example = "turnpike account show research",
	  .run = show },
	{ .name = "change",
	  .arguments = "ACCOUNT",
	  .summary = "Change an account",
	  .example = "turnpike account change research --disable",
	  .options = change_options,
	  .run = change },
	{ 0 },
};

const struct topic ACCOUNT_TOPIC = {
	"account",
	"Open and change accounts, which own credit and keys",
	commands,
};
