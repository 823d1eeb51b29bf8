#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/sheet.h"
#include "domain/supplier.h"

#include <string.h>

static const struct column columns[] = {
	{ "slug", "provider", CELL_TEXT },
	{ "name", "title", CELL_TEXT },
	{ "kind", "kind", CELL_TEXT },
	{ "base_url", "base url", CELL_TEXT },
	{ "quirks", "quirks", CELL_TEXT },
	{ "environment", "environment", CELL_TEXT },
	{ "needs_credential", NULL, CELL_SWITCH },
	{ "credentials", "credentials", CELL_NUMBER },
	{ "endpoints", "endpoints", CELL_NUMBER },
	{ "disabled", "disabled", CELL_SWITCH },
	{ "created_at", NULL, CELL_TIME },
	{ 0 },
};

static void add_row(struct sheet *s, const struct supplier *p)
{
	sheet_text(s, p->slug);
	sheet_text(s, p->name);
	sheet_text(s, p->kind);
	sheet_text(s, p->base_url);
	sheet_some(s, p->quirks);
	sheet_some(s, p->environment);
	sheet_number(s, p->needs_credential);
	sheet_number(s, p->credentials);
	sheet_number(s, p->endpoints);
	sheet_number(s, p->disabled);
	sheet_time(s, p->created_at);
}

static bool list(struct call *c, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct supplier *all;
	size_t count;

	if (!call_open(c, why) ||
	    !supplier_list(c->db, c->arena, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		add_row(&s, &all[i]);
	sheet_print(c, &s);
	return true;
}

static bool show_one(struct call *c, const char *slug, struct fault *why)
{
	struct sheet s = sheet_new(c->arena, columns);
	struct supplier found;

	if (!supplier_find(c->db, c->arena, slug, &found, why))
		return false;
	add_row(&s, &found);
	sheet_print_one(c, &s);
	return true;
}

static bool show(struct call *c, struct fault *why)
{
	return call_open(c, why) && show_one(c, argument(c, 0), why);
}

/* A slash at the end is what people copy, and means nothing. */
static const char *without_slash(struct call *c, const char *url)
{
	size_t len = strlen(url);

	while (len && url[len - 1] == '/')
		len--;
	return arena_copy(c->arena, url, len);
}

static const char *joined(struct call *c, const struct given *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->count; i++)
		text = arena_print(c->arena, "%s%s%s", text, i ? "," : "",
				   list->items[i]);
	return text;
}

static void take_options(struct call *c, struct supplier *p)
{
	const struct given *title = given(c, "title"), *url = given(c, "url");
	const struct given *kind = given(c, "kind");
	const struct given *quirks = given(c, "quirks");
	const struct given *variable = given(c, "environment");
	const struct given *credential = given(c, "credential");

	if (title->set)
		p->name = title->text;
	if (url->set)
		p->base_url = without_slash(c, url->text);
	if (kind->set)
		p->kind = kind->text;
	if (quirks->set)
		p->quirks = joined(c, quirks);
	if (variable->set)
		p->environment = variable->nothing ? "" : variable->text;
	if (credential->set)
		p->needs_credential = !strcmp(credential->text, "needed");
}

static bool add(struct call *c, struct fault *why)
{
	struct supplier_change change = {
		.supplier = { .slug = argument(c, 0),
			      .name = argument(c, 0),
			      .kind = "openai",
			      .quirks = "",
			      .environment = "",
			      .needs_credential = true },
		.at = clock_now_ms(),
	};

	take_options(c, &change.supplier);
	if (!supplier_valid(&change.supplier, why)) {
		c->status = STATUS_MISUSED;
		return false;
	}
	if (!call_open(c, why) ||
	    !store_commit(c->store, supplier_create, &change, why))
		return false;
	return !wants_json(c) || show_one(c, argument(c, 0), why);
}

/* Read, changed and written in one step: two changes at a time both stand. */
struct edit {
	struct call *call;
	void (*edit)(struct call *c, struct supplier *p);
	struct supplier_change change;
};

static bool edit(struct db *db, void *what, struct fault *why)
{
	struct edit *e = what;
	struct call *c = e->call;

	if (!supplier_find(db, c->arena, argument(c, 0), &e->change.supplier,
			   why))
		return false;
	e->edit(c, &e->change.supplier);
	return supplier_change(db, &e->change, why);
}

static bool change_by(struct call *c,
		      void (*by)(struct call *c, struct supplier *p),
		      struct fault *why)
{
	struct edit e = { .call = c,
			  .edit = by,
			  .change = { .at = clock_now_ms() } };

	if (!call_open(c, why) || !store_commit(c->store, edit, &e, why))
		return false;
	return !wants_json(c) || show_one(c, e.change.supplier.slug, why);
}

static bool change(struct call *c, struct fault *why)
{
	return change_by(c, take_options, why);
}

static void turn_on(struct call *c, struct supplier *p)
{
	(void)c;
	p->disabled = false;
}

static void turn_off(struct call *c, struct supplier *p)
{
	(void)c;
	p->disabled = true;
}

static bool enable(struct call *c, struct fault *why)
{
	return change_by(c, turn_on, why);
}

static bool disable(struct call *c, struct fault *why)
{
	return change_by(c, turn_off, why);
}

static const struct option add_options[] = {
	{ .name = "url",
	  .value = "URL",
	  .kind = OPTION_TEXT,
	  .help = "where it is, up to and with /v1",
	  .needed = true },
	{ .name = "title",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  .help = "its name as people write it" },
	{ .name = "kind",
	  .value = "KIND",
	  .kind = OPTION_CHOICE,
	  .help = "the dialect that it speaks",
	  .choices = "openai" },
	{ .name = "quirks",
	  .value = "WORDS",
	  .kind = OPTION_LIST,
	  .help = "where it differs from that dialect, with commas",
	  .nothing = "none" },
	{ .name = "environment",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "the variable that 'turnpike init' takes its key from",
	  .nothing = "none" },
	{ .name = "credential",
	  .value = "WORD",
	  .kind = OPTION_CHOICE,
	  .help = "whether it is asked without one",
	  .choices = "needed|optional" },
	{ 0 },
};

static const struct option change_options[] = {
	{ .name = "url",
	  .value = "URL",
	  .kind = OPTION_TEXT,
	  .help = "where it is, up to and with /v1" },
	{ .name = "title",
	  .value = "TEXT",
	  .kind = OPTION_TEXT,
	  .help = "its name as people write it" },
	{ .name = "kind",
	  .value = "KIND",
	  .kind = OPTION_CHOICE,
	  .help = "the dialect that it speaks",
	  .choices = "openai" },
	{ .name = "quirks",
	  .value = "WORDS",
	  .kind = OPTION_LIST,
	  .help = "where it differs from that dialect, with commas",
	  .nothing = "none" },
	{ .name = "environment",
	  .value = "NAME",
	  .kind = OPTION_TEXT,
	  .help = "the variable that 'turnpike init' takes its key from",
	  .nothing = "none" },
	{ .name = "credential",
	  .value = "WORD",
	  .kind = OPTION_CHOICE,
	  .help = "whether it is asked without one",
	  .choices = "needed|optional" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "list",
	  .arguments = "",
	  .summary = "List all providers",
	  .example = "turnpike provider list",
	  .run = list },
	{ .name = "show",
	  .arguments = "PROVIDER",
	  .summary = "Show one provider",
	  .example = "turnpike provider show openai",
	  .run = show },
	{ .name = "add",
	  .arguments = "PROVIDER",
	  .summary = "Add a provider",
	  .notes =
		  "Then give it a credential ('turnpike credential add') and "
		  "models ('turnpike model import' or 'turnpike model price').",
	  .example = "turnpike provider add local --url "
		     "http://127.0.0.1:11434/v1 --credential optional",
	  .options = add_options,
	  .run = add },
	{ .name = "change",
	  .arguments = "PROVIDER",
	  .summary = "Change a provider",
	  .example = "turnpike provider change local --url "
		     "http://127.0.0.1:8000/v1",
	  .options = change_options,
	  .run = change },
	{ .name = "disable",
	  .arguments = "PROVIDER",
	  .summary = "Ask a provider nothing more",
	  .example = "turnpike provider disable local",
	  .run = disable },
	{ .name = "enable",
	  .arguments = "PROVIDER",
	  .summary = "Ask a disabled provider again",
	  .example = "turnpike provider enable local",
	  .run = enable },
	{ 0 },
};

const struct topic PROVIDER_TOPIC = {
	"provider",
	"Say which providers there are, and where",
	commands,
};
