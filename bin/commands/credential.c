#include "domain/credential.h"

#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/secret.h"
#include "bin/commands/sheet.h"
#include "domain/supplier.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_MOST = 256, WEIGHT_MOST = 1000000 };

static const struct column columns[] = {
	{ "id", "id", CELL_TEXT },
	{ "provider", "provider", CELL_TEXT },
	{ "label", "label", CELL_TEXT },
	{ "hint", "ends in", CELL_TEXT },
	{ "weight", "weight", CELL_NUMBER },
	{ "disabled", "disabled", CELL_SWITCH },
	{ "created_at", "created", CELL_TIME },
	{ 0 },
};

static void add_row(struct sheet *s, const struct credential *k)
{
	sheet_text(s, k->id);
	sheet_text(s, k->provider);
	sheet_some(s, k->label);
	sheet_some(s, k->hint);
	sheet_number(s, k->weight);
	sheet_number(s, k->disabled);
	sheet_time(s, k->created_at);
}

static bool list(struct call *c, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct supplier provider = { 0 };
	struct credential *all;
	size_t count;

	if (!call_open(c, why))
		return false;
	if (argument(c, 0) &&
	    !supplier_find(c->db, c->arena, argument(c, 0), &provider, why))
		return false;
	if (!credential_list(c->db, c->arena, provider.slug, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		add_row(&s, &all[i]);
	sheet_print(c, &s);
	return true;
}

static bool find(struct db *db, struct arena *a, const char *id,
		 struct credential *found, struct fault *why)
{
	struct credential *all;
	size_t count;

	if (!credential_list(db, a, NULL, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i].id, id)) {
			*found = all[i];
			return true;
		}
	return fault_set(why, FAULT_NOT_FOUND, "no credential '%.100s'", id);
}

static bool print_one(struct call *c, const char *id, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct credential found = { 0 };

	if (!find(c->db, c->arena, id, &found, why))
		return false;
	add_row(&s, &found);
	sheet_print_one(c, &s);
	return true;
}

static bool take_options(struct call *c, struct credential *k,
			 struct fault *why)
{
	const struct given *label = given(c, "label");
	const struct given *weight = given(c, "weight");

	if (label->set)
		k->label = label->text;
	if (weight->set)
		k->weight = weight->number;
	return strlen(k->label) <= LABEL_MOST ||
	       misused(c, why, "--label: at most %d bytes", LABEL_MOST);
}

static bool add(struct call *c, struct fault *why)
{
	struct credential_change change = {
		.credential = { .label = "", .weight = 1 },
		.arena = c->arena,
		.at = clock_now_ms(),
	};
	struct supplier provider;
	struct seal seal;

	if (!take_options(c, &change.credential, why) || !call_open(c, why) ||
	    !supplier_find(c->db, c->arena, argument(c, 0), &provider, why) ||
	    !seal_read(c->settings.sealing_key, &seal, why) ||
	    !secret_read(c, &change.secret, why))
		return false;
	change.credential.provider = provider.slug;
	change.seal = &seal;
	if (!store_commit(c->store, credential_create, &change, why))
		return false;
	if (wants_json(c))
		return print_one(c, change.id, why);
	printf("%s\n", change.id);
	return true;
}

/* Read, changed and written in one step: two changes at a time both stand. */
struct edit {
	struct call *call;
	struct credential_change change;
};

static bool edit(struct db *db, void *what, struct fault *why)
{
	struct edit *e = what;
	struct call *c = e->call;
	struct credential *k = &e->change.credential;

	if (!find(db, c->arena, argument(c, 0), k, why) ||
	    !take_options(c, k, why))
		return false;
	if (given(c, "disable")->set)
		k->disabled = true;
	if (given(c, "enable")->set)
		k->disabled = false;
	return credential_change(db, &e->change, why);
}

static bool change(struct call *c, struct fault *why)
{
	struct edit e = { .call = c, .change = { .at = clock_now_ms() } };

	if (!only_one(c, "enable", "disable", why) || !call_open(c, why) ||
	    !store_commit(c->store, edit, &e, why))
		return false;
	return !wants_json(c) || print_one(c, e.change.credential.id, why);
}

static bool erase(struct call *c, struct fault *why)
{
	struct credential_change change = {
		.credential = { .id = argument(c, 0) },
		.at = clock_now_ms(),
	};

	if (!call_open(c, why) ||
	    !store_commit(c->store, credential_delete, &change, why))
		return false;
	if (wants_json(c))
		printf("{\"deleted\":true,\"data\":{\"deleted\":true}}\n");
	return true;
}

static const struct option add_options[] = {
	{ .name = "file",
	  .value = "FILE",
	  .kind = OPTION_TEXT,
	  .help = "where the secret stands; '-' is standard input, which is "
		  "read if nothing is said" },
	{ .name = "environment",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "the variable that holds the secret" },
	{ .name = "label",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  .help = "a name to tell it by" },
	{ .name = "weight",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "its share of requests beside others; 0: only when no other "
		  "is left; 1 if not said",
	  .least = 0,
	  .most = WEIGHT_MOST },
	{ 0 },
};

static const struct option change_options[] = {
	{ .name = "label",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  .help = "a name to tell it by" },
	{ .name = "weight",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "its share of requests beside others",
	  .least = 0,
	  .most = WEIGHT_MOST },
	{ .name = "disable", .help = "use it no more" },
	{ .name = "enable", .help = "use it again" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "add",
	  .arguments = "PROVIDER",
	  .summary = "Keep a key of the operator at a provider, sealed",
	  .notes = "The secret is read from a file, a variable or standard "
		   "input, never from the command line. Of it only the last "
		   "four characters are ever shown.",
	  .example = "turnpike credential add openai --file openai.key",
	  .options = add_options,
	  .run = add },
	{ .name = "list",
	  .arguments = "[PROVIDER]",
	  .summary = "List credentials, without their secrets",
	  .example = "turnpike credential list openai",
	  .run = list },
	{ .name = "change",
	  .arguments = "ID",
	  .summary = "Change a credential",
	  .example = "turnpike credential change cred-0123456789abcdef "
		     "--weight 0",
	  .options = change_options,
	  .run = change },
	{ .name = "delete",
	  .arguments = "ID",
	  .summary = "Delete a credential for good",
	  .example = "turnpike credential delete cred-0123456789abcdef",
	  .run = erase },
	{ 0 },
};

const struct topic CREDENTIAL_TOPIC = {
	"credential",
	"Keep the keys that the operator has at providers",
	commands,
};
