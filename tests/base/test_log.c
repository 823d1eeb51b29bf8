#include "base/log.h"

#include "support/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEX48 "0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *label, *text, *want;
} secrets[] = {
	{ "our key", "key lr_live_" HEX48 " is bad", "key lr_live_*** is bad" },
	{ "management key", "lr_mgmt_" HEX48, "lr_mgmt_***" },
	{ "a key's label", "lr_live_1a2b...9f0e", "lr_live_1a2b...9f0e" },
	{ "OpenAI", "(sk-proj-Ab_0-9xyzQ)", "(sk-***)" },
	{ "Gemini in a URL", "/v1beta/m?key=AIzaSyD-1234_x&alt=sse",
	  "/v1beta/m?key=***&alt=sse" },
	{ "any key in a URL", "?alt=sse&key=x%2Fy", "?alt=sse&key=***" },
	{ "Gemini alone", "AIzaSyD-1234_x!", "AIza***!" },
	{ "bearer", "Authorization: Bearer abc.def-ghi",
	  "Authorization: "
	  "Bearer ***" },
	{ "bearer in small letters", "authorization: bearer sk-x1y2z3a4b5",
	  "authorization: bearer ***" },
	{ "our own advice", "use Authorization: Bearer ...",
	  "use Authorization: Bearer ..." },
	{ "Groq and xAI", "gsk_abcdefgh1 xai-abcdefgh1", "gsk_*** xai-***" },
	{ "words", "a task-force-of-eleven", "a task-force-of-eleven" },
	{ "two", "sk-aaaaaaaa,sk-bbbbbbbb", "sk-***,sk-***" },
	{ "behind a JSON string's line", "\"a\\nsk-aaaaaaaaaa\"",
	  "\"a\\nsk-***\"" },
	{ "behind any escape", "\"\\u000alr_live_" HEX48 "\"",
	  "\"\\u000alr_live_***\"" },
	{ "in JSON", "{\"k\":\"sk-aaaaaaaaaa\"}", "{\"k\":\"sk-***\"}" },
	{ "nothing", "", "" },
};

EACH(log, P60_redacts_keys, secrets)
{
	char text[256];

	snprintf(text, sizeof(text), "%s", row->text);
	log_redact(text);
	cr_expect_str_eq(text, row->want, "%s", row->label);
}

/* Write TEXT to a fresh log; what the file then holds, as a heap string. */
static char *logged(const char *text)
{
	char path[] = "/tmp/test_log_XXXXXX";
	char *held = calloc(1, 20000);
	struct fault why = { 0 };
	struct log log;
	FILE *file;

	close(mkstemp(path));
	cr_assert(log_init(&log, path, "chat", &why), "%s", why.text);
	log_line(&log, "%s", text);
	log_line(&log, "second");
	log_done(&log);
	file = fopen(path, "r");
	cr_assert_neq(fread(held, 1, 19999, file), 0);
	fclose(file);
	unlink(path);
	return held;
}

Test(log, writes_time_program_process_and_text)
{
	char *held = logged("first");
	char want[64];

	snprintf(want, sizeof(want), "Z chat[%ld] first\n", (long)getpid());
	cr_expect(strstr(held, want), "%s", held);
	cr_expect_eq(held[4], '-');
	cr_expect_str_eq(held + strlen(held) - 8, " second\n");
	free(held);
}

/* How many bytes the file PATH has; -1: there is none. */
static long size(const char *path)
{
	FILE *file = fopen(path, "r");
	long end = -1;

	if (file) {
		fseek(file, 0, SEEK_END);
		end = ftell(file);
		fclose(file);
	}
	return end;
}

Test(log, follows_a_file_that_was_moved_or_deleted)
{
	char path[] = "/tmp/test_log_XXXXXX", moved[64];
	struct fault why = { 0 };
	struct log log;
	long before;

	close(mkstemp(path));
	snprintf(moved, sizeof(moved), "%s.1", path);
	cr_assert(log_init(&log, path, "chat", &why), "%s", why.text);
	log_line(&log, "first");
	before = size(path);
	cr_expect_gt(before, 0);
	cr_assert_eq(rename(path, moved), 0);
	log_line(&log, "second");
	log_line(&log, "third");
	cr_expect_eq(size(moved), before);
	cr_expect_gt(size(path), before);
	unlink(path);
	log_line(&log, "fourth");
	cr_expect_gt(size(path), 0);
	log_done(&log);
	unlink(path);
	unlink(moved);
}

Test(log, a_lost_folder_loses_no_more_than_the_file)
{
	char folder[] = "/tmp/test_log_XXXXXX", path[64];
	struct log log;

	cr_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/log", folder);
	cr_assert(log_init(&log, path, "chat", NULL));
	unlink(path);
	rmdir(folder);
	log_line(&log, "nowhere");
	log_done(&log);
	cr_expect_eq(size(path), -1);
}

Test(log, P60_never_holds_a_key)
{
	char *held = logged("sent Bearer lr_live_" HEX48);

	cr_expect(strstr(held, "sent Bearer ***\n"), "%s", held);
	free(held);
}

Test(log, keeps_a_line_a_line)
{
	char *held = logged("a\r\n2026-01-01 forged\x1b[0m");

	cr_expect(strstr(held, "a  2026-01-01 forged [0m\n"), "%s", held);
	free(held);
}

Test(log, cuts_a_line_that_is_too_long)
{
	char *text = calloc(1, 18000), *held;

	memset(text, 'x', 17999);
	held = logged(text);
	cr_expect_lt(strlen(held), 9000);
	cr_expect(strstr(held, "xx\n"));
	free(held);
	free(text);
}

Test(log, says_why_it_cannot_be_opened)
{
	struct fault why = { 0 };
	struct log log = { .fd = 99 };

	cr_expect_not(log_init(&log, "/nonexistent/log", "chat", &why));
	cr_expect(strstr(why.text, "/nonexistent/log"), "%s", why.text);
	cr_expect_eq(log.fd, 99);
}
