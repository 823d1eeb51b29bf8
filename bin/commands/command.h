#ifndef COMMANDS_COMMAND_H
#define COMMANDS_COMMAND_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/settings.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the subcommands of `turnpike` have in common. A topic ("key") is one
 * file with a table of commands ("create", "list", ...); a command is one row:
 * what may stand behind it, and the function that does it. What was typed has
 * been read and checked by the time that function is called.
 */

enum option_kind {
	OPTION_SWITCH, /* takes no value */
	OPTION_TEXT,
	OPTION_COUNT,	/* a whole number from LEAST to MOST */
	OPTION_DOLLARS, /* nano-dollars, from 0 */
	OPTION_RATE,	/* dollars per million tokens; pico-dollars a token */
	OPTION_FEE,	/* dollars per unit; pico-dollars a unit */
	OPTION_UNTIL,	/* milliseconds since 1970; "30d" lies ahead */
	OPTION_SINCE,	/* the same; "30d" lies behind */
	OPTION_CHOICE,	/* one of CHOICES, which are joined by '|' */
	OPTION_LIST,	/* may be given again, or with commas */
};

struct option {
	const char *name;  /* without its dashes */
	const char *value; /* what help calls the value; NULL for a switch */
	enum option_kind kind;
	const char *help;
	bool needed;
	const char *nothing; /* the word for no value at all: "none" */
	const char *choices;
	int64_t least, most;
};

/* What was typed for an option. */
struct given {
	bool set;	    /* it was there */
	bool nothing;	    /* with its word for no value */
	const char *text;   /* as typed, or spelled as in CHOICES */
	int64_t number;	    /* in the kind's unit */
	const char **items; /* of a list */
	size_t count;
};

struct call;

struct command {
	const char *name; /* "create"; "" where the topic has only this one */
	const char *arguments; /* "ACCOUNT [USD]": in brackets, may be absent */
	const char *summary;
	const char *notes; /* more to say in the help, or NULL */
	const char *example;
	const struct option *options; /* closed by a row without a name */
	bool (*run)(struct call *c, struct fault *why);
};

struct topic {
	const char *name, *summary;
	const struct command *commands; /* closed by a row without run */
};

extern const struct topic ACCOUNT_TOPIC, BACKUP_TOPIC, CREDENTIAL_TOPIC,
	CREDIT_TOPIC, EXPLAIN_TOPIC, FSCK_TOPIC, HOUSEKEEP_TOPIC, INIT_TOPIC,
	KEY_TOPIC, MODEL_TOPIC, PROVIDER_TOPIC, SETTINGS_TOPIC, USAGE_TOPIC;

/* What the shell is told. */
enum status { STATUS_DONE, STATUS_FAILED, STATUS_MISUSED };

enum { ARGUMENTS_MOST = 4 };

/* One run of the command. */
struct call {
	struct arena *arena;
	const struct topic *topic;
	const struct command *command;
	char **words;	       /* of the command line, not yet taken */
	bool only_words;       /* "--" has gone by: no more options */
	struct given *given;   /* one for each option of the command */
	struct given *globals; /* and of the whole */
	const char *arguments[ARGUMENTS_MOST];
	size_t argument_count;
	enum status status;	  /* set by whoever wants another than usual */
	struct settings settings; /* from call_settings() on */
	struct store *store;	  /* from call_open() on */
	struct db *db;		  /* for reading, the same */
	int64_t progress_us;	  /* when progress was last shown; 0: never */
};

/* What was given for option NAME of the command, or of the whole. */
const struct given *given(const struct call *c, const char *name);

/* The argument in place I, or NULL where it was left out. */
const char *argument(const struct call *c, size_t i);

/* --json was given. */
bool wants_json(const struct call *c);

/* As fault_set(), for what was typed: the shell gets STATUS_MISUSED. */
bool misused(struct call *c, struct fault *why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* FAULT_BAD_REQUEST when options ONE and OTHER were both given. */
bool only_one(struct call *c, const char *one, const char *other,
	      struct fault *why);

/* Only the settings of the home, which may not exist yet. */
bool call_settings(struct call *c, struct fault *why);

/* The settings and the database, which must exist: only `init` makes one. */
bool call_open(struct call *c, struct fault *why);

/* Let go of what call_open() opened. */
void call_close(struct call *c);

/* DONE of ALL steps of something long; shown on a terminal, never in a file,
 * and not with --quiet. progress_end() wipes the line. */
void progress(struct call *c, const char *what, int64_t done, int64_t all);
void progress_end(struct call *c);

/* A word to the operator that is no failure: on standard error, not with
 * --quiet. */
void notice(const struct call *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
