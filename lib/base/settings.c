#include "base/settings.h"

#include "base/buf.h"
#include "base/settings_table.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FILE_CEILING = 1024 * 1024 };

/* Where a value was found, for the fault: a file's line or a variable. */
struct place {
	const char *name;
	int line; /* 0: NAME is a variable of the environment */
};

static const char *place_print(struct arena *a, const struct place *p)
{
	return p->line ? arena_print(a, "line %d of %s", p->line, p->name)
		       : arena_print(a, "the variable %s", p->name);
}

static bool read_number(const char *text, int64_t least, int64_t most,
			int64_t *number)
{
	char *end;
	long long read;

	if (!isdigit((unsigned char)*text) && *text != '-')
		return false;
	errno = 0;
	read = strtoll(text, &end, 10);
	if (errno || *end || end == text || read < least || read > most)
		return false;
	*number = read;
	return true;
}

/* Which of CHOICES ("a|b|c") is TEXT? -1 when none is. */
static int choice(const char *choices, const char *text)
{
	size_t len;

	for (int i = 0;; i++, choices += len + 1) {
		len = strcspn(choices, "|");
		if (strlen(text) == len && !strncasecmp(text, choices, len))
			return i;
		if (!choices[len])
			return -1;
	}
}

static bool good_prefix(const char *text)
{
	size_t len = strlen(text);

	return !len || (*text == '/' && text[len - 1] != '/');
}

/* The choice as the table spells it. */
static const char *spelled(struct arena *a, const char *choices, int number)
{
	while (number--)
		choices = strchr(choices, '|') + 1;
	return arena_copy(a, choices, strcspn(choices, "|"));
}

/* Put TEXT where ROW's setting lives; false when ROW does not take it. */
static bool put(struct arena *a, struct settings *s, const struct setting *row,
		const char *text)
{
	void *at = (char *)s + row->at;
	int found;

	switch (row->type) {
	case SETTING_NUMBER:
		return read_number(text, row->least, row->most, at);
	case SETTING_SWITCH:
		found = choice("on|yes|true|1|off|no|false|0", text);
		if (found >= 0)
			*(bool *)at = found < 4;
		return found >= 0;
	case SETTING_CHOICE:
		found = choice(row->choices, text);
		if (found >= 0)
			*(const char **)at = spelled(a, row->choices, found);
		return found >= 0;
	case SETTING_PREFIX:
		if (!good_prefix(text))
			return false;
		break;
	case SETTING_FILE:
		if (!*text && row->least)
			return false;
		break;
	case SETTING_TEXT: break;
	}
	*(const char **)at = arena_copy(a, text, strlen(text));
	return true;
}

static bool set(struct arena *a, struct settings *s, const struct setting *row,
		const char *text, const struct place *where, struct fault *why)
{
	if (put(a, s, row, text))
		return true;
	return fault_set(why, FAULT_BAD_REQUEST,
			 "setting %s: '%.100s' will not do, it wants %s (%s)",
			 row->name, text, setting_bounds(a, row),
			 place_print(a, where));
}

static const struct setting *row_find(const char *name)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		if (!strcmp(SETTINGS[i].name, name))
			return &SETTINGS[i];
	return NULL;
}

/* Cut white space off both ends of the LEN bytes at TEXT. */
static char *trim(struct arena *a, const char *text, size_t len)
{
	for (; len && isspace((unsigned char)*text); len--)
		text++;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return arena_copy(a, text, len);
}

/* Set what one line of a file says; SEEN holds each row's line so far. */
static bool set_line(struct arena *a, struct settings *s, const char *line,
		     const struct place *where, int *seen, struct fault *why)
{
	const char *equals = strchr(line, '='), *name;
	const struct setting *row;
	int *before;

	if (!*line || *line == '#')
		return true;
	if (!equals)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "'%.100s' is not 'name = value' (%s)", line,
				 place_print(a, where));
	name = trim(a, line, (size_t)(equals - line));
	row = row_find(name);
	if (!row)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "there is no setting '%.100s' (%s)", name,
				 place_print(a, where));
	before = &seen[row - SETTINGS];
	if (*before)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "setting %s was set in line %d already (%s)",
				 name, *before, place_print(a, where));
	*before = where->line;
	return set(a, s, row, trim(a, equals + 1, strlen(equals + 1)), where,
		   why);
}

static bool set_lines(struct arena *a, struct settings *s, const char *path,
		      const struct buf *text, struct fault *why)
{
	struct place where = { path, 1 };
	int *seen = arena_take(a, SETTINGS_COUNT * sizeof(*seen));
	const char *at = text->text, *end = at + text->len;
	size_t len;

	if (text->len >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3; /* the mark that some editors begin a file with */
	for (; at < end; at += len + 1, where.line++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		len = (size_t)((newline ? newline : end) - at);
		if (memchr(at, '\0', len))
			return fault_set(why, FAULT_BAD_REQUEST,
					 "this is no text (%s)",
					 place_print(a, &where));
		if (!set_line(a, s, trim(a, at, len), &where, seen, why))
			return false;
	}
	return true;
}

static bool read_whole(const char *path, struct buf *text, struct fault *why)
{
	FILE *file = fopen(path, "re");
	char piece[4096];
	size_t len;
	bool failed;

	if (!file)
		return fault_set(why, FAULT_NOT_FOUND, "cannot open %s: %s",
				 path, strerror(errno));
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(text, piece, len);
	failed = ferror(file);
	(void)fclose(file);
	if (failed)
		return fault_set(why, FAULT_INTERNAL, "cannot read %s", path);
	return buf_fits(text) ||
	       fault_set(why, FAULT_TOO_LARGE, "%s is too large", path);
}

static bool from_file(struct arena *a, const char *path, struct settings *s,
		      struct fault *why)
{
	struct buf text;
	bool ok;

	buf_init(&text, FILE_CEILING);
	ok = read_whole(path, &text, why) && set_lines(a, s, path, &text, why);
	buf_done(&text);
	return ok;
}

static const char *variable_name(struct arena *a, const struct setting *row)
{
	char *name = arena_print(a, "TURNPIKE_%s", row->name);

	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return name;
}

static bool from_environment(struct arena *a, struct settings *s,
			     struct fault *why)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		struct place where = { variable_name(a, &SETTINGS[i]), 0 };
		const char *text = getenv(where.name);

		if (text && !set(a, s, &SETTINGS[i], text, &where, why))
			return false;
	}
	return true;
}

bool settings_read(struct arena *a, const char *path, struct settings *s,
		   struct fault *why)
{
	struct settings read = { .home = "." };

	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		put(a, &read, &SETTINGS[i], SETTINGS[i].initial);
	if (path && !from_file(a, path, &read, why))
		return false;
	if (!from_environment(a, &read, why))
		return false;
	*s = read;
	return true;
}

const char *settings_print(struct arena *a)
{
	struct buf text;
	const char *printed;

	buf_init(&text, FILE_CEILING);
	buf_text(&text,
		 "# Settings of Turnpike, all at their defaults. Take the '#' "
		 "from the front of a\n# line to change it. A variable such as "
		 "TURNPIKE_SANDBOX in the environment of\n# the programs comes "
		 "before this file.\n");
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *row = &SETTINGS[i];

		buf_print(&text, "\n# %s\n# (%s)\n#%s =%s%s\n", row->help,
			  setting_bounds(a, row), row->name,
			  *row->initial ? " " : "", row->initial);
	}
	printed = arena_copy(a, text.text, text.len);
	buf_done(&text);
	return printed;
}
