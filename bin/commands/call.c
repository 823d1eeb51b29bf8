/* What a running command has: its home, progress, and a voice. */
#include "bin/commands/command.h"

#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_EVERY_US = 100000 };

bool call_settings(struct call *c, struct fault *why)
{
	const struct given *home = given(c, "home");

	if (home->set && setenv("TURNPIKE_HOME", home->text, 1) != 0)
		return fault_set(why, FAULT_INTERNAL, "--home: %s",
				 strerror(errno));
	return settings_find(c->arena, &c->settings, why);
}

bool call_open(struct call *c, struct fault *why)
{
	if (c->db)
		return true; /* one command went over to another */
	if (!call_settings(c, why))
		return false;
	if (access(c->settings.database, R_OK | W_OK) != 0)
		return fault_set(why, FAULT_NOT_FOUND, "%s: %s%s",
				 c->settings.database, strerror(errno),
				 errno == ENOENT ? " ('turnpike init' makes "
						   "it; --home says where)"
						 : "");
	c->store = store_new(&c->settings);
	c->db = store_borrow(c->store, why);
	return c->db != NULL;
}

void call_close(struct call *c)
{
	if (c->db)
		store_return(c->store, c->db);
	if (c->store)
		store_free(c->store);
	c->db = NULL;
	c->store = NULL;
}

static bool silent(const struct call *c)
{
	return given(c, "quiet")->set;
}

void progress(struct call *c, const char *what, int64_t done, int64_t all)
{
	int64_t now = clock_ticks_us();

	if (silent(c) || !isatty(STDERR_FILENO) || all <= 0)
		return;
	if (c->progress_us && now - c->progress_us < PROGRESS_EVERY_US)
		return;
	c->progress_us = now;
	fprintf(stderr, "\r\033[K%s: %d %%", what,
		(int)((double)done * 100 / (double)all));
	fflush(stderr);
}

void progress_end(struct call *c)
{
	if (c->progress_us)
		fputs("\r\033[K", stderr);
	c->progress_us = 0;
}

void notice(const struct call *c, const char *format, ...)
{
	va_list args;

	if (silent(c))
		return;
	fprintf(stderr, "turnpike %s: ", c->topic->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
