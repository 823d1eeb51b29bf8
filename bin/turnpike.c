/*
 * turnpike - the operator's command: sets a home up, hands out keys, keeps
 * credentials, prices and credit, and looks after the books. It does through
 * lib/ what the program `admin` does over HTTP.
 */
#include "base/hash.h"
#include "base/version.h"
#include "bin/commands/command.h"
#include "bin/commands/help.h"
#include "bin/commands/options.h"
#include "bin/commands/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct topic *const topics[] = {
	&INIT_TOPIC,	  &ACCOUNT_TOPIC,
	&KEY_TOPIC,	  &CREDIT_TOPIC,
	&PROVIDER_TOPIC,  &CREDENTIAL_TOPIC,
	&MODEL_TOPIC,	  &USAGE_TOPIC,
	&EXPLAIN_TOPIC,	  &FSCK_TOPIC,
	&HOUSEKEEP_TOPIC, &BACKUP_TOPIC,
	&SETTINGS_TOPIC,  NULL,
};

static bool find_topic(struct call *c, const char *name, struct fault *why)
{
	for (size_t i = 0; topics[i]; i++)
		if (!strcmp(topics[i]->name, name)) {
			c->topic = topics[i];
			return true;
		}
	return misused(c, why, "there is no command '%.40s'", name);
}

static bool find_command(struct call *c, const char *name, struct fault *why)
{
	for (const struct command *m = c->topic->commands; m->run; m++)
		if (!strcmp(m->name, name)) {
			c->command = m;
			c->given = arena_take(c->arena,
					      (options_count(m->options) + 1) *
						      sizeof(*c->given));
			return true;
		}
	return misused(c, why, "there is no action '%.40s'", name);
}

static bool wants(const struct call *c, const char *option)
{
	return given(c, option)->set;
}

/* Which command, and all that was typed behind it. Neither has to be there
 * where help is wanted. */
static bool take_words(struct call *c, struct fault *why)
{
	const char *word;

	if (!options_word(c, &word, why))
		return false;
	if (!word)
		return true;
	if (!find_topic(c, word, why))
		return false;
	if (!*c->topic->commands->name)
		return find_command(c, "", why) && options_rest(c, why);
	if (!options_word(c, &word, why))
		return false;
	return !word || (find_command(c, word, why) && options_rest(c, why));
}

static bool carry_out(struct call *c, struct fault *why)
{
	if (!take_words(c, why))
		return false;
	if (wants(c, "version")) {
		printf("turnpike %s\n", TURNPIKE_VERSION);
		return true;
	}
	if (wants(c, "help")) {
		help_print(c, topics);
		return true;
	}
	if (!c->topic)
		return misused(c, why, "COMMAND is missing");
	if (!c->command)
		return misused(c, why, "ACTION is missing");
	return options_missing(c, why) && c->command->run(c, why);
}

static void complain(const struct call *c, const struct fault *why)
{
	fprintf(stderr, "turnpike%s%s: %s", c->topic ? " " : "",
		c->topic ? c->topic->name : "", printable(c->arena, why->text));
	if (c->status == STATUS_MISUSED)
		fprintf(stderr, "; see '%s'", help_place(c));
	fputc('\n', stderr);
}

/* A full disk behind standard output is a failure like any other. */
static bool wrote(struct fault *why)
{
	return (!fflush(stdout) && !ferror(stdout)) ||
	       fault_set(why, FAULT_INTERNAL, "cannot write the answer: %s",
			 strerror(errno));
}

static enum status turnpike(struct call *c)
{
	struct fault why = { 0 };
	bool ok = carry_out(c, &why);

	progress_end(c);
	call_close(c);
	if (wrote(&why) && ok)
		return c->status;
	complain(c, &why);
	return c->status ? c->status : STATUS_FAILED;
}

/* Where a standard file is closed, the next file that is opened would be taken
 * for it, and be read or written as such. What is put there refuses both. */
static void keep_standard_files(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	char help[] = "--help";
	struct call c = { .arena = arena_new(), .words = argv };
	enum status status;

	keep_standard_files();
	hash_init();
	if (argc > 0)
		c.words++;
	if (argc > 1 && !strcmp(argv[1], "help"))
		argv[1] = help;
	c.globals = arena_take(c.arena, (options_count(GLOBAL_OPTIONS) + 1) *
						sizeof(*c.globals));
	status = turnpike(&c);
	arena_free(c.arena);
	return (int)status;
}
