#include "bin/commands/help.h"

#include "bin/commands/options.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 79, INDENT = 2, GAP = 2 };

/* Words of TEXT in lines of WIDTH, each line but the first behind INDENT
 * blanks; the first begins in column AT. A newline in TEXT begins one. */
static void print_wrapped(const char *text, size_t at, size_t indent)
{
	const char *gap = "";

	while (*text) {
		size_t len = strcspn(text, " \n");

		if (*gap && at + 1 + len > WIDTH) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			gap = "";
		}
		at += (size_t)printf("%s%.*s", gap, (int)len, text);
		text += len;
		gap = *text == ' ' ? " " : "";
		if (*text == '\n') {
			printf("\n%*s", (int)(text[1] == '\n' ? 0 : indent),
			       "");
			at = indent;
		}
		text += *text != '\0';
	}
	printf("\n");
}

static void print_paragraph(const char *text)
{
	if (!text)
		return;
	printf("\n");
	print_wrapped(text, 0, 0);
}

/* "  NAME      what it is", where names take WIDE columns. */
static void print_row(const char *name, size_t wide, const char *text)
{
	printf("%*s%-*s%*s", INDENT, "", (int)wide, name, GAP, "");
	print_wrapped(text, INDENT + wide + GAP, INDENT + wide + GAP);
}

static const char *spelled(struct arena *a, const struct option *o)
{
	return o->value ? arena_print(a, "--%s %s", o->name, o->value)
			: arena_print(a, "--%s", o->name);
}

static size_t widest(struct arena *a, const struct option *options)
{
	size_t most = 0;

	for (size_t i = 0; i < options_count(options); i++) {
		size_t len = strlen(spelled(a, &options[i]));

		if (len > most)
			most = len;
	}
	return most;
}

static const char *explained(struct arena *a, const struct option *o)
{
	const char *text = o->help;

	if (o->choices)
		text = arena_print(a, "%s: %s", text, o->choices);
	if (o->nothing)
		text = arena_print(a, "%s; or '%s'", text, o->nothing);
	return o->needed ? arena_print(a, "%s (needed)", text) : text;
}

static void print_options(struct arena *a, const char *title,
			  const struct option *options)
{
	size_t wide = widest(a, options);

	if (!options_count(options))
		return;
	printf("\n%s\n", title);
	for (size_t i = 0; i < options_count(options); i++)
		print_row(spelled(a, &options[i]), wide,
			  explained(a, &options[i]));
}

static void print_globals(struct arena *a)
{
	print_options(a, "Every command takes:", GLOBAL_OPTIONS);
}

static void print_whole(struct arena *a, const struct topic *const *topics)
{
	size_t wide = 0;

	printf("usage: turnpike COMMAND [ACTION] [OPTIONS]\n");
	print_paragraph("The operator's command of Turnpike, a gateway to "
			"language models.");
	printf("\n");
	for (size_t i = 0; topics[i]; i++)
		if (strlen(topics[i]->name) > wide)
			wide = strlen(topics[i]->name);
	for (size_t i = 0; topics[i]; i++)
		print_row(topics[i]->name, wide, topics[i]->summary);
	print_globals(a);
	print_paragraph("'turnpike COMMAND --help' tells more. The exit status "
			"is 0 when all went well, 1 when something failed and "
			"2 when the command was not understood.");
}

static void print_topic(struct arena *a, const struct topic *topic)
{
	size_t wide = 0;

	printf("usage: turnpike %s ACTION [OPTIONS]\n", topic->name);
	print_paragraph(arena_print(a, "%s.", topic->summary));
	printf("\n");
	for (const struct command *c = topic->commands; c->run; c++)
		if (strlen(c->name) > wide)
			wide = strlen(c->name);
	for (const struct command *c = topic->commands; c->run; c++)
		print_row(c->name, wide, c->summary);
	print_globals(a);
}

/* "turnpike key create", or "turnpike init" where there is no action. */
static const char *typed(struct arena *a, const struct topic *topic,
			 const struct command *command)
{
	return arena_print(a, "turnpike %s%s%s", topic->name,
			   *command->name ? " " : "", command->name);
}

static void print_command(const struct call *c)
{
	const struct command *command = c->command;

	printf("usage: %s%s%s%s\n", typed(c->arena, c->topic, command),
	       *command->arguments ? " " : "", command->arguments,
	       options_count(command->options) ? " [OPTIONS]" : "");
	print_paragraph(arena_print(c->arena, "%s.", command->summary));
	print_paragraph(command->notes);
	print_options(c->arena, "Options:", command->options);
	print_globals(c->arena);
	printf("\nExample:\n  %s\n", command->example);
}

void help_print(const struct call *c, const struct topic *const *topics)
{
	if (c->command)
		print_command(c);
	else if (c->topic)
		print_topic(c->arena, c->topic);
	else
		print_whole(c->arena, topics);
}

const char *help_place(const struct call *c)
{
	if (c->command)
		return arena_print(c->arena, "%s --help",
				   typed(c->arena, c->topic, c->command));
	if (c->topic)
		return arena_print(c->arena, "turnpike %s --help",
				   c->topic->name);
	return "turnpike --help";
}
