#ifndef BASE_SETTINGS_TABLE_H
#define BASE_SETTINGS_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* What a setting's text must look like. */
enum setting_type {
	SETTING_TEXT,
	SETTING_FILE,	/* a file's name; relative ones are in the home */
	SETTING_PREFIX, /* empty, or "/path" without a slash at its end */
	SETTING_NUMBER, /* from LEAST to MOST */
	SETTING_CHOICE, /* one of CHOICES, which are joined by '|' */
	SETTING_SWITCH, /* on or off; yes, no, true, false, 1 and 0 do as well
			 */
};

/*
 * One row of the table of settings: the only place that knows a setting's
 * default, bounds and meaning. AT is where it stands in struct settings, as
 * int64_t for a number, bool for a switch and const char * otherwise.
 */
struct setting {
	const char *name;
	size_t at;
	enum setting_type type;
	const char *initial;
	int64_t least, most;
	const char *choices, *help;
};

extern const struct setting SETTINGS[];
extern const size_t SETTINGS_COUNT;

/* "1 to 16", "wal or rollback": which values ROW takes, for people. */
struct arena;
const char *setting_bounds(struct arena *a, const struct setting *row);

#endif
