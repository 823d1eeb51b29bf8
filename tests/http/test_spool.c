#include "http/body.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IN_MEMORY = 100, LIMIT = 30000 };

/* Where the body was put, how many bytes it has, and whether all are x. */
static bool spool(struct exchange *x, struct fault *why)
{
	struct parcel p;
	char bytes[LIMIT];
	const char *at = bytes;
	ssize_t len;

	if (!body_spool(x, IN_MEMORY, LIMIT, &p, why))
		return false;
	len = p.file_bytes ? pread(p.file, bytes, sizeof(bytes), 0)
			   : (ssize_t)p.bytes.len;
	if (!p.file_bytes)
		at = p.bytes.at;
	for (ssize_t i = 0; i < len; i++)
		cr_expect_eq(at[i], 'x');
	return exchange_json(x, 200,
			     json_pack("{s:b, s:i}", "file", p.file_bytes > 0,
				       "len", (int)len),
			     why);
}

static const struct route routes[] = {
	{ .method = "*", .path = "/spool", .answer = spool },
	{ 0 },
};
static const struct program program = {
	.name = "test",
	.routes = routes,
	.bare = true,
};

static const struct {
	const char *label;
	size_t len;
	const char *announced;
	bool cut;
	int status;
	const char *reply;
} bodies[] = {
	{ "empty", 0, "0", false, 200, "\"file\":false,\"len\":0" },
	{ "small", 100, "100", false, 200, "\"file\":false,\"len\":100" },
	{ "larger", 101, "101", false, 200, "\"file\":true,\"len\":101" },
	{ "large", 30000, NULL, false, 200, "\"file\":true,\"len\":30000" },
	{ "too large", 30001, NULL, false, 413, "30000 bytes" },
	{ "far too large", 300000, NULL, false, 413, "30000 bytes" },
	{ "shorter than announced", 200, "201", false, 400, "has 200" },
	{ "small and shorter", 10, "11", false, 400, "has 10" },
	{ "cut", 200, "300", true, 400, "broke off" },
};

static int files_in(const char *home)
{
	DIR *dir = opendir(home);
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

EACH(spool, keeps_a_body_of_any_size, bodies)
{
	char home[] = "/tmp/spool-XXXXXX";
	struct settings s = { .home = mkdtemp(home) };
	const char *variables[] = { "CONTENT_LENGTH", row->announced, NULL };
	char *body = malloc(row->len + 1);
	struct dialogue d = {
		.method = "POST",
		.uri = "/spool",
		.body = body,
		.body_len = row->len,
		.variables = row->announced ? variables : NULL,
		.cut = row->cut,
	};

	memset(body, 'x', row->len);
	body[row->len] = '\0';
	dialogue_run(&d, &program, &(struct suite){ .settings = &s });
	cr_expect_not(d.early, "%s", row->label);
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->label,
		     d.reply);
	cr_expect(strstr(d.reply, row->reply), "%s: %s", row->label, d.reply);
	cr_expect_eq(files_in(home), 0, "%s", row->label);
	dialogue_done(&d);
	free(body);
	rmdir(home);
}

Test(spool, a_home_that_cannot_be_written_is_our_fault)
{
	struct settings s = { .home = "/nonexistent" };
	char body[IN_MEMORY + 2];
	struct dialogue d = { .method = "POST", .uri = "/spool", .body = body };

	memset(body, 'x', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	dialogue_run(&d, &program, &(struct suite){ .settings = &s });
	cr_expect_eq(dialogue_status(&d), 500);
	cr_expect_not(strstr(d.reply, "nonexistent"), "%s", d.reply);
	dialogue_done(&d);
}
