#include "base/settings.h"
#include "base/settings_table.h"

#include "support/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file with TEXT in it, in a place of its own. */
static const char *file_with(struct arena *a, const char *text, size_t len)
{
	char *path = arena_print(a, "%s/turnpike-test-XXXXXX", P_tmpdir);
	int file = mkstemp(path);

	cr_assert_geq(file, 0);
	cr_assert_eq(write(file, text, len), (ssize_t)len);
	close(file);
	return path;
}

static bool read_text(struct arena *a, const char *text, struct settings *s,
		      struct fault *why)
{
	const char *path = file_with(a, text, strlen(text));
	bool ok = settings_read(a, path, s, why);

	unlink(path);
	return ok;
}

static void expect_same(const struct settings *one, const struct settings *two)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting *row = &SETTINGS[i];
		const char *a = (const char *)one + row->at;
		const char *b = (const char *)two + row->at;

		if (row->type == SETTING_NUMBER)
			cr_expect_eq(*(const int64_t *)(const void *)a,
				     *(const int64_t *)(const void *)b, "%s",
				     row->name);
		else if (row->type == SETTING_SWITCH)
			cr_expect_eq(*(const bool *)a, *(const bool *)b, "%s",
				     row->name);
		else
			cr_expect_str_eq(*(char *const *)(const void *)a,
					 *(char *const *)(const void *)b, "%s",
					 row->name);
	}
}

Test(settings, without_a_file_are_the_defaults)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings s;

	cr_assert(settings_read(a, NULL, &s, &why), "%s", why.text);
	cr_expect_str_eq(s.database, "turnpike.db");
	cr_expect_str_eq(s.journal, "wal");
	cr_expect_str_eq(s.log_file, "");
	cr_expect_not(s.sandbox);
	cr_expect_eq(s.body_limit, 10485760);
	cr_expect_eq(s.output_unknown, 32768);
	arena_free(a);
}

Test(settings, file_comes_before_default_and_environment_before_both)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings s;

	setenv("TURNPIKE_ATTEMPTS", "7", 1);
	setenv("TURNPIKE_LOG_FILE", "", 1);
	cr_assert(read_text(a,
			    "\xef\xbb\xbf# a comment\r\n\r\n"
			    "  sandbox=ON  \r\n"
			    "attempts = 3\n"
			    "log_file = here.log\n"
			    "base_path = /llm\n"
			    "database = a = b.db\n"
			    "synchronous = FULL",
			    &s, &why),
		  "%s", why.text);
	cr_expect(s.sandbox);
	cr_expect_eq(s.attempts, 7);
	cr_expect_str_eq(s.log_file, "");
	cr_expect_str_eq(s.base_path, "/llm");
	cr_expect_str_eq(s.database, "a = b.db");
	cr_expect_str_eq(s.synchronous, "full");
	cr_expect_eq(s.stop_ms, 2000);
	arena_free(a);
}

static const struct {
	const char *label, *text, *says[3];
} bad[] = {
	{ "unknown", "\n\nsandbx = on\n", { "sandbx", "line 3 of /" } },
	{ "the home is no setting", "home = /x", { "home", "line 1 of /" } },
	{ "no equals sign", "# x\nsandbox on", { "sandbox on", "line 2" } },
	{ "no name", " = on", { "''", "line 1" } },
	{ "twice",
	  "attempts = 1\n\nattempts = 2",
	  { "attempts", "line 1", "line 3" } },
	{ "a letter",
	  "stop_ms = 2s",
	  { "stop_ms: '2s'", "from 0 to", "line 1" } },
	{ "empty", "attempts =", { "attempts: ''", "from 1 to 100" } },
	{ "too small", "attempts = 0", { "attempts: '0'", "from 1 to 100" } },
	{ "too large", "attempts = 101", { "'101'", "from 1 to 100" } },
	{ "negative", "sse_pad = -1", { "'-1'", "from 0 to" } },
	{ "huge",
	  "body_limit = 99999999999999999999",
	  { "'99999999999999999999'" } },
	{ "a plus", "attempts = +5", { "'+5'" } },
	{ "hexadecimal", "attempts = 0x5", { "'0x5'" } },
	{ "a switch", "sandbox = maybe", { "'maybe'", "on or off" } },
	{ "half a choice", "journal = wa", { "'wa'", "wal or rollback" } },
	{ "more than a choice", "journal = wal|rollback", { "wal|rollback" } },
	{ "a file without name", "database =", { "database: ''" } },
	{ "a path that ends in /", "base_path = /a/", { "'/a/'" } },
	{ "a path without /", "base_path = a", { "'a'", "/llm" } },
	{ "a comment behind", "attempts = 5 # five", { "'5 # five'" } },
};

EACH(settings, name_what_is_wrong_and_where, bad)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings s = { .attempts = 42 };

	cr_assert_not(read_text(a, row->text, &s, &why), "%s", row->label);
	cr_expect_eq(s.attempts, 42, "%s", row->label);
	for (int i = 0; i < 3 && row->says[i]; i++)
		cr_expect(strstr(why.text, row->says[i]), "%s: %s", row->label,
			  why.text);
	arena_free(a);
}

Test(settings, a_bad_variable_is_named)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings s;

	setenv("TURNPIKE_IDLE_MS", "soon", 1);
	cr_expect_not(settings_read(a, NULL, &s, &why));
	cr_expect(strstr(why.text, "idle_ms"), "%s", why.text);
	cr_expect(strstr(why.text, "TURNPIKE_IDLE_MS"), "%s", why.text);
	arena_free(a);
}

Test(settings, a_file_that_cannot_be_read_is_a_fault)
{
	struct arena *a = arena_new();
	struct fault gone = { 0 }, folder = { 0 }, binary = { 0 };
	const char *path = file_with(a, "sand\0box = on", 13);
	struct settings s;

	cr_expect_not(settings_read(a, "/no/such/file", &s, &gone));
	cr_expect(strstr(gone.text, "/no/such/file"), "%s", gone.text);
	cr_expect_not(settings_read(a, P_tmpdir, &s, &folder));
	cr_expect_not(settings_read(a, path, &s, &binary));
	cr_expect(strstr(binary.text, "line 1"), "%s", binary.text);
	unlink(path);
	arena_free(a);
}

/* Take the '#' from each "#name = value", as the file's head says. */
static char *uncommented(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text)), *to = copy;

	for (const char *from = text; *from; from++) {
		bool first = from == text || from[-1] == '\n';

		if (!first || *from != '#' || from[1] == ' ')
			*to++ = *from;
	}
	*to = '\0';
	return copy;
}

Test(settings, the_printed_file_reads_back_as_the_defaults)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings defaults, commented, plain;
	const char *text = settings_print(a);

	cr_assert(settings_read(a, NULL, &defaults, &why));
	cr_assert(read_text(a, text, &commented, &why), "%s", why.text);
	expect_same(&commented, &defaults);
	cr_assert(read_text(a, uncommented(a, text), &plain, &why), "%s",
		  why.text);
	expect_same(&plain, &defaults);
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		cr_expect(strstr(uncommented(a, text),
				 arena_print(a, "\n%s =", SETTINGS[i].name)),
			  "%s", SETTINGS[i].name);
	arena_free(a);
}

/* Each row's own default must be within its own bounds, or it would silently
 * be nothing at all. */
Test(settings, every_default_is_within_its_bounds)
{
	struct arena *a = arena_new();
	struct settings s;

	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const char *line = arena_print(a, "%s = %s", SETTINGS[i].name,
					       SETTINGS[i].initial);
		struct fault why = { 0 };

		cr_expect(read_text(a, line, &s, &why), "%s", why.text);
	}
	arena_free(a);
}

Test(settings, are_found_in_the_home)
{
	struct arena *a = arena_new();
	char *home = arena_print(a, "%s/turnpike-test-XXXXXX", P_tmpdir);
	struct fault why = { 0 };
	struct settings s;
	FILE *file;

	cr_assert(mkdtemp(home));
	setenv("TURNPIKE_HOME", home, 1);
	cr_assert(settings_find(a, &s, &why), "%s", why.text);
	cr_expect_str_eq(s.home, home);
	cr_expect_str_eq(s.database, arena_print(a, "%s/turnpike.db", home));
	cr_expect_str_eq(s.log_file, "");

	file = fopen(arena_print(a, "%s/turnpike.conf", home), "w");
	cr_assert(file);
	fputs("database = /elsewhere/x.db\nlog_file = log\n"
	      "metrics_token = token\n",
	      file);
	fclose(file);
	cr_assert(chdir(home) == 0);
	setenv("TURNPIKE_HOME", ".", 1);
	cr_assert(settings_find(a, &s, &why), "%s", why.text);
	cr_expect_str_eq(s.home, home);
	cr_expect_str_eq(s.database, "/elsewhere/x.db");
	cr_expect_str_eq(s.log_file, arena_print(a, "%s/log", home));
	cr_expect_str_eq(s.metrics_token, arena_print(a, "%s/token", home));
	cr_expect_str_eq(s.sealing_key,
			 arena_print(a, "%s/turnpike.key", home));

	unlink("turnpike.conf");
	rmdir(home);
	arena_free(a);
}

Test(settings, the_home_need_not_exist_yet)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct settings s;

	setenv("TURNPIKE_HOME", "/no/such/place", 1);
	cr_assert(settings_find(a, &s, &why), "%s", why.text);
	cr_expect_str_eq(s.database, "/no/such/place/turnpike.db");
	arena_free(a);
}
