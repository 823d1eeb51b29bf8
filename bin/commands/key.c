#include "domain/key.h"

#include "base/clock.h"
#include "base/money_json.h"
#include "bin/commands/command.h"
#include "bin/commands/find.h"
#include "bin/commands/limits.h"
#include "bin/commands/sheet.h"
#include "domain/key_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In JSON a key is what the HTTP API makes of it; these are for people. */
static const struct column listed[] = {
	{ NULL, "hash", CELL_TEXT },
	{ NULL, "name", CELL_TEXT },
	{ NULL, "label", CELL_TEXT },
	{ NULL, "kind", CELL_TEXT },
	{ NULL, "limit", CELL_DOLLARS },
	{ NULL, "reset", CELL_TEXT },
	{ NULL, "used", CELL_DOLLARS },
	{ NULL, "held", CELL_DOLLARS },
	{ NULL, "disabled", CELL_SWITCH },
	{ NULL, "expires", CELL_TIME },
	{ 0 },
};

static const struct column shown[] = {
	{ NULL, "hash", CELL_TEXT },
	{ NULL, "name", CELL_TEXT },
	{ NULL, "label", CELL_TEXT },
	{ NULL, "kind", CELL_TEXT },
	{ NULL, "account", CELL_TEXT },
	{ NULL, "limit", CELL_DOLLARS },
	{ NULL, "reset", CELL_TEXT },
	{ NULL, "left", CELL_DOLLARS },
	{ NULL, "used", CELL_DOLLARS },
	{ NULL, "used today", CELL_DOLLARS },
	{ NULL, "used this week", CELL_DOLLARS },
	{ NULL, "used this month", CELL_DOLLARS },
	{ NULL, "held", CELL_DOLLARS },
	{ NULL, "requests per minute", CELL_NUMBER },
	{ NULL, "requests per day", CELL_NUMBER },
	{ NULL, "tokens per minute", CELL_NUMBER },
	{ NULL, "models", CELL_LIST },
	{ NULL, "providers", CELL_LIST },
	{ NULL, "disabled", CELL_SWITCH },
	{ NULL, "created", CELL_TIME },
	{ NULL, "changed", CELL_TIME },
	{ NULL, "last used", CELL_TIME },
	{ NULL, "expires", CELL_TIME },
	{ 0 },
};

enum { HASH_SHOWN = 12, NAME_MOST = 256 };

static const char *kind(const struct key *key)
{
	return key->management ? "management" : "regular";
}

static void list_one(struct call *c, struct sheet *s, const struct key *key)
{
	sheet_text(s, arena_print(c->arena, "%.*s", HASH_SHOWN, key->hash));
	sheet_text(s, key->name);
	sheet_text(s, key->label);
	sheet_text(s, kind(key));
	sheet_maybe(s, key->limited ? &key->limit : NULL);
	sheet_some(s, key->limit_reset);
	sheet_number(s, key->usage);
	sheet_number(s, key->held);
	sheet_number(s, key->disabled);
	sheet_time(s, key->expires_at);
}

static void show_all_of(struct sheet *s, const struct key *key)
{
	int64_t left = key_remaining(key);

	sheet_text(s, key->hash);
	sheet_text(s, key->name);
	sheet_text(s, key->label);
	sheet_text(s, kind(key));
	sheet_text(s, key->account);
	sheet_maybe(s, key->limited ? &key->limit : NULL);
	sheet_some(s, key->limit_reset);
	sheet_maybe(s, key->limited ? &left : NULL);
	sheet_number(s, key->usage);
	sheet_number(s, key->usage_daily);
	sheet_number(s, key->usage_weekly);
	sheet_number(s, key->usage_monthly);
	sheet_number(s, key->held);
	sheet_limits(s, &key->limits);
	sheet_some(s, key->allowed_models);
	sheet_some(s, key->allowed_providers);
	sheet_number(s, key->disabled);
	sheet_time(s, key->created_at);
	sheet_time(s, key->updated_at);
	sheet_time(s, key->last_used_at);
	sheet_time(s, key->expires_at);
}

static const char *json_of(struct call *c, const struct key *key)
{
	json_t *object = key_json(key);
	char *text = json_dumps(object, JSON_COMPACT | JSON_DOLLARS);

	json_decref(object);
	if (!text)
		return "null";
	arena_defer(c->arena, free, text);
	return text;
}

static void print_one(struct call *c, const struct key *key)
{
	struct sheet s = sheet_new(c->arena, shown);

	if (wants_json(c)) {
		printf("{\"data\":%s}\n", json_of(c, key));
		return;
	}
	show_all_of(&s, key);
	sheet_print_list(&s);
}

static void print_json(struct call *c, const struct key *all, size_t count)
{
	printf("{\"data\":[");
	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? "," : "", json_of(c, &all[i]));
	printf("]}\n");
}

static bool list(struct call *c, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, listed);
	struct key_page page = { .with_disabled = true,
				 .limit = INT64_MAX,
				 .now_ms = clock_now_ms() };
	struct account account;
	struct key *all;
	size_t count;

	if (!call_open(c, why))
		return false;
	if (given(c, "account")->set) {
		if (!find_account(c, given(c, "account")->text, &account, why))
			return false;
		page.account = account.id;
	}
	if (!key_list(c->db, c->arena, &page, &all, &count, why))
		return false;
	if (wants_json(c)) {
		print_json(c, all, count);
		return true;
	}
	for (size_t i = 0; i < count; i++)
		list_one(c, &s, &all[i]);
	sheet_print_table(&s);
	return true;
}

static bool show(struct call *c, struct fault *why)
{
	struct key key;

	if (!call_open(c, why) || !find_key(c, argument(c, 0), &key, why))
		return false;
	print_one(c, &key);
	return true;
}

/* The items of a list as a JSON array; "" for none. */
static const char *patterns(struct call *c, const struct given *list)
{
	const char *text = "";

	if (list->nothing || !list->count)
		return "";
	for (size_t i = 0; i < list->count; i++)
		text = arena_print(c->arena, "%s%s%s", text, i ? "," : "",
				   json_quoted(c->arena, list->items[i]));
	return arena_print(c->arena, "[%s]", text);
}

/* Change KEY by the options that were given. */
static bool take_options(struct call *c, struct key *key, struct fault *why)
{
	const struct given *name = given(c, "name"), *limit = given(c, "limit");
	const struct given *reset = given(c, "limit-reset");
	const struct given *expires = given(c, "expires");
	const struct given *models = given(c, "allow-model");
	const struct given *providers = given(c, "allow-provider");

	if (name->set)
		key->name = name->text;
	if (limit->set) {
		key->limited = !limit->nothing;
		key->limit = limit->number;
	}
	if (reset->set)
		key->limit_reset = reset->nothing ? "" : reset->text;
	else if (!key->limited)
		key->limit_reset = "";
	if (expires->set)
		key->expires_at = expires->nothing ? 0 : expires->number;
	if (models->set)
		key->allowed_models = patterns(c, models);
	if (providers->set)
		key->allowed_providers = patterns(c, providers);
	take_limits(c, &key->limits);
	if (strlen(key->name) > NAME_MOST)
		return misused(c, why, "--name: at most %d bytes", NAME_MOST);
	if (*key->limit_reset && !key->limited)
		return misused(c, why, "--limit-reset needs a --limit");
	return true;
}

static bool create(struct call *c, struct fault *why)
{
	struct key_change change = { .at = clock_now_ms() };
	struct account account;
	struct key key;

	change.key = (struct key){
		.name = "unnamed",
		.management = given(c, "management")->set,
		.limit_reset = "",
		.allowed_models = "",
		.allowed_providers = "",
	};
	if (!take_options(c, &change.key, why) || !call_open(c, why) ||
	    !find_account(c, given(c, "account")->text, &account, why))
		return false;
	change.key.account = account.id;
	if (!store_commit(c->store, key_create, &change, why))
		return false;
	if (!wants_json(c)) {
		printf("%s\n", change.secret);
		return true;
	}
	if (!key_show(c->db, c->arena, change.hash, NULL, &key, why))
		return false;
	printf("{\"data\":%s,\"key\":\"%s\"}\n", json_of(c, &key),
	       change.secret);
	return true;
}

/* Read, changed and written in one step: two changes at a time both stand. */
struct edit {
	struct call *call;
	const char *hash;
	struct key_change change;
};

static bool edit(struct db *db, void *what, struct fault *why)
{
	struct edit *e = what;
	struct call *c = e->call;
	struct key *key = &e->change.key;

	if (!key_show(db, c->arena, e->hash, NULL, key, why) ||
	    !take_options(c, key, why))
		return false;
	if (given(c, "disable")->set)
		key->disabled = true;
	if (given(c, "enable")->set)
		key->disabled = false;
	return key_change(db, &e->change, why);
}

static bool change(struct call *c, struct fault *why)
{
	struct edit e = { .call = c, .change = { .at = clock_now_ms() } };
	struct key key;

	if (!only_one(c, "enable", "disable", why) || !call_open(c, why) ||
	    !find_key(c, argument(c, 0), &key, why))
		return false;
	e.hash = key.hash;
	if (!store_commit(c->store, edit, &e, why))
		return false;
	if (!wants_json(c))
		return true;
	if (!key_show(c->db, c->arena, e.hash, NULL, &key, why))
		return false;
	print_one(c, &key);
	return true;
}

static bool erase(struct call *c, struct fault *why)
{
	struct key_change change = { .at = clock_now_ms() };

	if (!call_open(c, why) ||
	    !find_key(c, argument(c, 0), &change.key, why) ||
	    !store_commit(c->store, key_delete, &change, why))
		return false;
	if (wants_json(c))
		printf("{\"deleted\":true,\"data\":{\"deleted\":true}}\n");
	return true;
}

static const struct option list_options[] = {
	{ .name = "account",
	  .value = "ACCOUNT",
	  .kind = OPTION_TEXT,
	  .help = "only this one's" },
	{ 0 },
};

static const struct option create_options[] = {
	{ .name = "account",
	  .value = "ACCOUNT",
	  .kind = OPTION_TEXT,
	  .help = "whose it is; the only one's if not said" },
	{ .name = "name",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "what it is for" },
	{ .name = "management",
	  .help = "it manages keys and cannot ask models" },
	{ .name = "limit",
	  .value = "USD",
	  .kind = OPTION_DOLLARS,
	  .help = "the most that it may spend; 0 blocks it",
	  .nothing = "none" },
	{ .name = "limit-reset",
	  .value = "WHEN",
	  .kind = OPTION_CHOICE,
	  .help = "when the limit begins anew, in UTC",
	  .choices = "daily|weekly|monthly",
	  .nothing = "never" },
	LIMIT_OPTIONS,
	{ .name = "expires",
	  .value = "TIME",
	  .kind = OPTION_UNTIL,
	  .help = "when it ends, such as 2026-12-31 or 30d",
	  .nothing = "never" },
	{ .name = "allow-model",
	  .value = "PATTERN",
	  .kind = OPTION_LIST,
	  .help = "only these models, such as openai/*; may be given again",
	  .nothing = "any" },
	{ .name = "allow-provider",
	  .value = "NAME",
	  .kind = OPTION_LIST,
	  .help = "only these providers; may be given again",
	  .nothing = "any" },
	{ 0 },
};

static const struct option change_options[] = {
	{ .name = "name",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "what it is for" },
	{ .name = "disable", .help = "refuse it" },
	{ .name = "enable", .help = "take it again" },
	{ .name = "limit",
	  .value = "USD",
	  .kind = OPTION_DOLLARS,
	  .help = "the most that it may spend; 0 blocks it",
	  .nothing = "none" },
	{ .name = "limit-reset",
	  .value = "WHEN",
	  .kind = OPTION_CHOICE,
	  .help = "when the limit begins anew, in UTC",
	  .choices = "daily|weekly|monthly",
	  .nothing = "never" },
	LIMIT_OPTIONS,
	{ .name = "expires",
	  .value = "TIME",
	  .kind = OPTION_UNTIL,
	  .help = "when it ends, such as 2026-12-31 or 30d",
	  .nothing = "never" },
	{ .name = "allow-model",
	  .value = "PATTERN",
	  .kind = OPTION_LIST,
	  .help = "only these models, such as openai/*; may be given again",
	  .nothing = "any" },
	{ .name = "allow-provider",
	  .value = "NAME",
	  .kind = OPTION_LIST,
	  .help = "only these providers; may be given again",
	  .nothing = "any" },
	{ 0 },
};

static const char how_called[] =
	"KEY is its name, its label, its hash, or the first four or more "
	"digits of its hash.";

static const struct command commands[] = {
	{ .name = "create",
	  .arguments = "",
	  .summary = "Make a key and print it, this once",
	  .example = "turnpike key create --account research --name demo "
		     "--limit 5 --limit-reset monthly",
	  .options = create_options,
	  .run = create },
	{ .name = "list",
	  .arguments = "",
	  .summary = "List all keys, the newest first",
	  .example = "turnpike key list",
	  .options = list_options,
	  .run = list },
	{ .name = "show",
	  .arguments = "KEY",
	  .summary = "Show all that is known of a key",
	  .notes = how_called,
	  .example = "turnpike key show demo",
	  .run = show },
	{ .name = "change",
	  .arguments = "KEY",
	  .summary = "Change a key",
	  .notes = how_called,
	  .example = "turnpike key change demo --limit none",
	  .options = change_options,
	  .run = change },
	{ .name = "delete",
	  .arguments = "KEY",
	  .summary = "Delete a key for good",
	  .notes = how_called,
	  .example = "turnpike key delete demo",
	  .run = erase },
	{ 0 },
};

const struct topic KEY_TOPIC = {
	"key",
	"Make, change and delete keys",
	commands,
};
