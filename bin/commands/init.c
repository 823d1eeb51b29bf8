#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/init_home.h"
#include "bin/commands/init_step.h"
#include "bin/commands/sheet.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int64_t first_credit = INT64_C(10000000000); /* ten dollars */

/* What was sealed with a key that is gone cannot be opened with a new one. */
static bool make_seal(struct call *c, struct start *start, struct fault *why)
{
	const char *path = c->settings.sealing_key;
	bool gone = access(path, F_OK) != 0;
	struct credential *all;
	size_t count;

	if (!seal_make(path, why) || !seal_read(path, &start->seal, why))
		return false;
	if (!gone)
		return true;
	if (!credential_list(c->db, c->arena, NULL, &all, &count, why))
		return false;
	if (count)
		notice(c,
		       "the sealing key was gone and there is a new one: %zu "
		       "credentials do not open any more and have to be added "
		       "again",
		       count);
	return true;
}

static bool open_store(struct call *c, struct fault *why)
{
	c->store = store_new(&c->settings);
	c->db = store_borrow(c->store, why);
	return c->db != NULL;
}

static struct sheet credentials_of(const struct start *s)
{
	static const struct column columns[] = {
		{ "provider", NULL, CELL_TEXT },
		{ "environment", NULL, CELL_TEXT },
		{ 0 },
	};
	struct sheet sheet = sheet_new(s->arena, columns);
	const struct found *found = s->found.items;

	for (size_t i = 0; i < s->found.count; i++) {
		sheet_text(&sheet, found[i].provider);
		sheet_text(&sheet, found[i].variable);
	}
	return sheet;
}

static void print_json(struct call *c, const struct start *s)
{
	struct sheet found = credentials_of(s);
	struct arena *a = c->arena;

	printf("{\"data\":{\"home\":%s,\"account\":%s,\"account_id\":%s,"
	       "\"created\":%s,\"credentials\":",
	       json_quoted(a, c->settings.home), json_quoted(a, s->account),
	       json_quoted(a, s->account_id),
	       s->account_made ? "true" : "false");
	sheet_print_array(&found);
	if (s->keys_made)
		printf("},\"key\":\"%s\",\"management_key\":\"%s\"}\n",
		       s->key.secret, s->management.secret);
	else
		fputs("},\"key\":null,\"management_key\":null}\n", stdout);
}

static void print(struct call *c, const struct start *s)
{
	const struct found *found = s->found.items;

	printf("home            %s\n", printable(c->arena, c->settings.home));
	printf("account         %s\n", printable(c->arena, s->account));
	for (size_t i = 0; i < s->found.count; i++)
		printf("credential      %s, from %s\n", found[i].provider,
		       found[i].variable);
	if (s->keys_made)
		printf("key             %s\n"
		       "management key  %s\n",
		       s->key.secret, s->management.secret);
}

static bool run(struct call *c, struct fault *why)
{
	const struct given *sandbox = given(c, "sandbox");
	const struct given *credit = given(c, "credit");
	struct start start = {
		.arena = c->arena,
		.account = given(c, "account")->text,
		.credit = credit->set ? credit->number : first_credit,
		.new_key = given(c, "new-key")->set,
		.sandbox = sandbox->text,
		.sandbox_url = given(c, "sandbox-url")->text,
		.at = clock_now_ms(),
		.found = { .size = sizeof(struct found) },
		.refused = { .size = sizeof(const char *) },
	};

	if (!home_make(c, why) || !home_configure(c, sandbox->text, why) ||
	    !open_store(c, why) || !make_seal(c, &start, why))
		return false;
	start.sandbox_on = c->settings.sandbox;
	if (!store_commit(c->store, init_step, &start, why) ||
	    !home_hand_over(c, why))
		return false;
	for (size_t i = 0; i < start.refused.count; i++)
		notice(c, "%s", ((const char **)start.refused.items)[i]);
	if (credit->set && !start.account_made)
		notice(c, "the account is kept as it is: 'turnpike credit "
			  "add' gives it more");
	if (wants_json(c))
		print_json(c, &start);
	else
		print(c, &start);
	return true;
}

static const struct option options[] = {
	{ .name = "account",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "the first account's name, or whose --new-key is; 'default' "
		  "if not said" },
	{ .name = "credit",
	  .value = "USD",
	  .kind = OPTION_DOLLARS,
	  .help = "what the first account may spend; 10 if not said" },
	{ .name = "new-key",
	  .help = "make another key of each kind in a home that has some" },
	{ .name = "sandbox",
	  .value = "WORD",
	  .kind = OPTION_CHOICE,
	  .help = "whether the make-believe provider answers",
	  .choices = "on|off" },
	{ .name = "sandbox-url",
	  .value = "URL",
	  .kind = OPTION_TEXT,
	  .help = "where it does, up to and with /v1" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "",
	  .summary = "Set a home up, or bring one up to date",
	  .notes =
		  "It makes the folder, turnpike.conf, the sealing key, the "
		  "database with all known providers and models, an account "
		  "with credit, and two keys, which are printed this once: "
		  "one that asks models and one that manages.\n"
		  "\n"
		  "In a home that is there it adds what is new in this "
		  "version, and keeps everything.\n"
		  "\n"
		  "Providers whose variable is set (OPENAI_API_KEY and the "
		  "like; 'turnpike provider list' shows them) get a "
		  "credential from it, labelled 'environment'; a changed value "
		  "replaces that.",
	  .example = "turnpike init --home /var/lib/turnpike --credit 100",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic INIT_TOPIC = {
	"init",
	"Set a home up: settings, database, account and keys",
	commands,
};
