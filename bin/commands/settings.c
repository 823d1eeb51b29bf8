#include "base/settings_table.h"
#include "bin/commands/command.h"
#include "bin/commands/sheet.h"

#include <inttypes.h>
#include <stdio.h>

static const char *in_force(struct call *c, const struct setting *row)
{
	const void *at = (const char *)&c->settings + row->at;

	switch (row->type) {
	case SETTING_NUMBER:
		return arena_print(c->arena, "%" PRId64, *(const int64_t *)at);
	case SETTING_SWITCH: return *(const bool *)at ? "on" : "off";
	case SETTING_TEXT:
	case SETTING_FILE:
	case SETTING_PREFIX:
	case SETTING_CHOICE: return *(const char *const *)at;
	}
	return "";
}

static void print_json(struct call *c, bool effective)
{
	static const struct column columns[] = {
		{ "name", NULL, CELL_TEXT },	{ "value", NULL, CELL_TEXT },
		{ "default", NULL, CELL_TEXT }, { "takes", NULL, CELL_TEXT },
		{ "help", NULL, CELL_TEXT },	{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *row = &SETTINGS[i];

		sheet_text(&s, row->name);
		sheet_text(&s, effective ? in_force(c, row) : NULL);
		sheet_text(&s, row->initial);
		sheet_text(&s, setting_bounds(c->arena, row));
		sheet_text(&s, row->help);
	}
	sheet_print_json(&s);
}

static void print_effective(struct call *c)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const char *value = in_force(c, &SETTINGS[i]);

		printf("%s =%s%s\n", SETTINGS[i].name, *value ? " " : "",
		       value);
	}
}

static bool run(struct call *c, struct fault *why)
{
	bool effective = given(c, "effective")->set;

	if (effective && !call_settings(c, why))
		return false;
	if (wants_json(c))
		print_json(c, effective);
	else if (effective)
		print_effective(c);
	else
		fputs(settings_print(c->arena), stdout);
	return true;
}

static const struct option options[] = {
	{ .name = "effective",
	  .help = "what is in force in this home, from turnpike.conf and the "
		  "environment" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "",
	  .summary = "Print the table of settings as a commented file",
	  .example = "turnpike settings >turnpike.conf",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic SETTINGS_TOPIC = {
	"settings",
	"Show what can be set, and what is in force",
	commands,
};
