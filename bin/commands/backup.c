#include "store/db_backup.h"

#include "bin/commands/command.h"
#include "bin/commands/sheet.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

/* Set by a signal: the copy is given up, and nothing is left of it. */
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	stopped = signal;
}

static bool step(void *who, int64_t done, int64_t all)
{
	progress(who, "copying", done, all);
	return !stopped;
}

static void print(struct call *c, const char *path)
{
	static const struct column columns[] = {
		{ "file", "file", CELL_TEXT },
		{ "bytes", "bytes", CELL_NUMBER },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);
	struct stat facts = { 0 };

	stat(path, &facts);
	sheet_text(&s, path);
	sheet_number(&s, (int64_t)facts.st_size);
	if (wants_json(c))
		sheet_print_one(c, &s);
}

static bool run(struct call *c, struct fault *why)
{
	const struct backup_ear ear = { .progress = step, .who = c };
	const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	bool ok;

	if (!call_open(c, why))
		return false;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &(struct sigaction){ .sa_handler = stop },
			  NULL);
	ok = db_backup(c->db, argument(c, 0), given(c, "force")->set, &ear,
		       why);
	progress_end(c);
	if (ok)
		print(c, argument(c, 0));
	return ok;
}

static const struct option options[] = {
	{ .name = "force", .help = "replace FILE if it is there" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "FILE",
	  .summary = "Copy the database while it is in use",
	  .notes = "The copy is one file, checked, and for its owner alone. "
		   "To restore it, put it in the place of the database while "
		   "nothing is served, and remove the files ending in -wal "
		   "and -shm. The sealing key is not in it: without a copy of "
		   "that file, kept elsewhere, the providers' credentials "
		   "are lost.",
	  .example = "turnpike backup /var/backups/turnpike-2026-12-31.db",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic BACKUP_TOPIC = {
	"backup",
	"Copy the database while it is in use",
	commands,
};
