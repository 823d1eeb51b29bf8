#include "bin/commands/options.h"

#include "bin/commands/value.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct option GLOBAL_OPTIONS[] = {
	{ .name = "home",
	  .value = "DIR",
	  .kind = OPTION_TEXT,
	  .help = "where the database and turnpike.conf are (TURNPIKE_HOME)" },
	{ .name = "json", .help = "answer in JSON" },
	{ .name = "quiet", .help = "no progress and no remarks" },
	{ .name = "help", .help = "this page" },
	{ .name = "version", .help = "the version of this program" },
	{ 0 },
};

size_t options_count(const struct option *options)
{
	size_t count = 0;

	while (options && options[count].name)
		count++;
	return count;
}

/* The row for the LEN bytes of NAME, and where its value goes. */
static const struct option *find(const struct option *options,
				 struct given *values, const char *name,
				 size_t len, struct given **value)
{
	for (size_t i = 0; i < options_count(options); i++)
		if (strlen(options[i].name) == len &&
		    !strncmp(options[i].name, name, len)) {
			*value = &values[i];
			return &options[i];
		}
	return NULL;
}

static const struct option *find_any(const struct call *c, const char *name,
				     size_t len, struct given **value)
{
	const struct option *found = NULL;

	if (c->command)
		found = find(c->command->options, c->given, name, len, value);
	return found ? found
		     : find(GLOBAL_OPTIONS, c->globals, name, len, value);
}

const struct given *given(const struct call *c, const char *name)
{
	struct given *value = NULL;
	const struct option *found = find_any(c, name, strlen(name), &value);

	assert(found);
	return value;
}

const char *argument(const struct call *c, size_t i)
{
	return i < c->argument_count ? c->arguments[i] : NULL;
}

bool wants_json(const struct call *c)
{
	return given(c, "json")->set;
}

bool misused(struct call *c, struct fault *why, const char *format, ...)
{
	char text[sizeof(why->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	c->status = STATUS_MISUSED;
	return fault_set(why, FAULT_BAD_REQUEST, "%s", text);
}

bool only_one(struct call *c, const char *one, const char *other,
	      struct fault *why)
{
	if (given(c, one)->set && given(c, other)->set)
		return misused(c, why, "--%s and --%s exclude each other", one,
			       other);
	return true;
}

/* The value of OPTION: behind its '=', or the next word. */
static bool value_of(struct call *c, const struct option *option,
		     const char *equals, const char **value, struct fault *why)
{
	if (option->kind == OPTION_SWITCH) {
		if (equals)
			return misused(c, why, "--%s takes no value",
				       option->name);
		*value = "";
		return true;
	}
	if (!equals && !*c->words)
		return misused(c, why, "--%s needs a value: %s", option->name,
			       option->value);
	*value = equals ? equals + 1 : *c->words++;
	return **value ||
	       misused(c, why, "--%s: the value is empty", option->name);
}

/* Only the name of an unknown option is repeated: what stands behind its '='
 * may be a secret. */
static bool unknown(struct call *c, const char *word, struct fault *why)
{
	return misused(c, why, "there is no option %.*s",
		       (int)strcspn(word, "="), word);
}

static bool take_option(struct call *c, const char *word, struct fault *why)
{
	bool help = !strcmp(word, "-h");
	const char *name = help ? "help" : word + 2, *value = NULL;
	const char *equals = strchr(name, '=');
	struct given *given = NULL;
	const struct option *option = NULL;

	if (help || !strncmp(word, "--", 2))
		option = find_any(c, name, strcspn(name, "="), &given);
	if (!option)
		return unknown(c, word, why);
	if (!value_of(c, option, equals, &value, why))
		return false;
	if (value_read(c->arena, option, value, given, why))
		return true;
	c->status = STATUS_MISUSED;
	return false;
}

static bool is_option(const struct call *c, const char *word)
{
	return !c->only_words && word[0] == '-' && word[1];
}

bool options_word(struct call *c, const char **word, struct fault *why)
{
	while (*c->words) {
		const char *next = *c->words++;

		if (!c->only_words && !strcmp(next, "--")) {
			c->only_words = true;
			continue;
		}
		if (!is_option(c, next)) {
			*word = next;
			return true;
		}
		if (!take_option(c, next, why))
			return false;
	}
	*word = NULL;
	return true;
}

/* How many words ARGUMENTS ("ACCOUNT [USD]") shows, and how many are needed. */
static void shown(const char *arguments, size_t *most, size_t *least)
{
	*most = *least = 0;
	for (const char *at = arguments; *at; at += strspn(at, " ")) {
		++*most;
		if (*at != '[')
			++*least;
		at += strcspn(at, " ");
	}
}

/* The name of argument I in "ACCOUNT [USD]". */
static const char *argument_name(struct call *c, size_t i)
{
	const char *at = c->command->arguments;

	for (; i > 0; i--)
		at += strcspn(at, " ") + 1;
	return arena_copy(c->arena, at, strcspn(at, " "));
}

bool options_rest(struct call *c, struct fault *why)
{
	size_t most, least;
	const char *word;

	shown(c->command->arguments, &most, &least);
	assert(most <= ARGUMENTS_MOST);
	for (;;) {
		if (!options_word(c, &word, why))
			return false;
		if (!word)
			return true;
		/* It is not repeated: it may be a secret. */
		if (c->argument_count == most)
			return misused(c, why, "one argument too many: %s",
				       most ? arena_print(c->arena,
							  "it takes %s",
							  c->command->arguments)
					    : "it takes none");
		if (!*word)
			return misused(c, why, "%s is empty",
				       argument_name(c, c->argument_count));
		c->arguments[c->argument_count++] = word;
	}
}

bool options_missing(struct call *c, struct fault *why)
{
	const struct option *options = c->command->options;
	size_t most, least;

	shown(c->command->arguments, &most, &least);
	if (c->argument_count < least)
		return misused(c, why, "%s is missing",
			       argument_name(c, c->argument_count));
	for (size_t i = 0; i < options_count(options); i++)
		if (options[i].needed && !c->given[i].set)
			return misused(c, why, "--%s %s is missing",
				       options[i].name, options[i].value);
	return true;
}
