#include "http/exchange.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CEILING = 1000 };

static bool measure(struct exchange *x, struct fault *why)
{
	return exchange_body(x, why) && exchange_body(x, why) &&
	       exchange_json(x, 200, json_pack("[i]", (int)x->body.len), why);
}

static bool object(struct exchange *x, struct fault *why)
{
	json_t *json;

	return exchange_object(x, &json, why) &&
	       exchange_json(x, 200, json_incref(json), why);
}

static const struct route routes[] = {
	{ .method = "*", .path = "/measure", .answer = measure },
	{ .method = "POST", .path = "/object", .answer = object },
	{ 0 },
};

static const struct program program = {
	.name = "test",
	.routes = routes,
	.bare = true,
};

static const struct settings small = { .body_limit = CEILING };

static void run(struct dialogue *d)
{
	dialogue_run(d, &program, &(struct suite){ .settings = &small });
	cr_expect_not(d->early);
}

static const struct {
	const char *label;
	size_t len;
	const char *announced; /* NULL: the variable is not set */
	bool cut;
	int status;
	const char *reply;
} bodies[] = {
	{ "right", 10, "10", false, 200, "[10]" },
	{ "not announced", 10, NULL, false, 200, "[10]" },
	{ "announced as nginx does", 10, "", false, 200, "[10]" },
	{ "announced as caddy does", 10, "-1", false, 200, "[10]" },
	{ "announced as nobody does", 10, "ten", false, 200, "[10]" },
	{ "empty", 0, "0", false, 200, "[0]" },
	{ "empty and not announced", 0, NULL, false, 200, "[0]" },
	{ "up to the ceiling", CEILING, "1000", false, 200, "[1000]" },
	{ "over the ceiling", CEILING + 1, "1001", false, 413, "1000 bytes" },
	{ "far over the ceiling", 100000, NULL, false, 413, "1000 bytes" },
	{ "over the ceiling, announced as less", 100000, "10", false, 413,
	  "1000 bytes" },
	{ "shorter than announced", 10, "11", false, 400,
	  "says 11 bytes, but the body has 10" },
	{ "longer than announced", 10, "9", false, 400,
	  "says 9 bytes, but the body has 10" },
	{ "announced but not there", 0, "300000", false, 400,
	  "says 300000 bytes, but the body has 0" },
	{ "announced beyond all numbers", 10, "99999999999999999999", false,
	  400, "but the body has 10" },
	{ "cut", 10, "20", true, 400, "broke off after 10 bytes" },
	{ "cut, length unknown", 10, NULL, true, 400, "broke off" },
	{ "cut at its end", 10, "10", true, 400, "broke off" },
};

EACH(body, is_measured, bodies)
{
	static char bytes[100000];
	const char *variables[] = { "CONTENT_LENGTH", row->announced, NULL };
	struct dialogue d = {
		.method = "POST",
		.uri = "/measure",
		.body = bytes,
		.body_len = row->len,
		.variables = variables,
		.cut = row->cut,
	};

	memset(bytes, ' ', sizeof(bytes));
	if (!row->len)
		d.body = NULL;
	if (!row->announced)
		variables[1] = "";
	run(&d);
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->label,
		     d.answer.text);
	cr_expect(strstr(d.reply, row->reply), "%s: %s", row->label, d.reply);
	cr_expect_eq(d.taken, row->len, "%s", row->label);
	dialogue_done(&d);
}

static const struct {
	const char *label, *body;
	int status;
	const char *reply;
} objects[] = {
	{ "object", "{\"a\": 1}", 200, "{\"a\":1}" },
	{ "nothing", NULL, 200, "{}" },
	{ "blank", "  ", 400, "not JSON: line 1" },
	{ "truncated", "{\"a\": 1", 400, "not JSON: line 1, column 7" },
	{ "two", "{} {}", 400, "not JSON" },
	{ "array", "[1]", 400, "not a JSON object" },
	{ "number", "1", 400, "not JSON" },
	{ "on the second line", "{\n\"a\": x}", 400, "line 2, column 6" },
	{ "not UTF-8", "{\"a\": \"\xff\"}", 400, "not JSON" },
	{ "brackets in strings", "{\"[[[\\\"[[\": \"{{{\"}", 200,
	  "{\"[[[\\\"[[\":\"{{{\"}" },
	{ "P60 a key in what cannot be read", "[\"sk-abcdefghijkl", 400,
	  "sk-***'" },
};

EACH(body, is_read_as_an_object, objects)
{
	struct dialogue d = {
		.method = "POST",
		.uri = "/object",
		.body = row->body,
	};

	run(&d);
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->label,
		     d.answer.text);
	cr_expect(strstr(d.reply, row->reply), "%s: %s", row->label, d.reply);
	dialogue_done(&d);
}

Test(body, with_NUL_bytes_is_refused)
{
	struct dialogue d = {
		.method = "POST",
		.uri = "/object",
		.body = "{\"a\": \"\0\"}",
		.body_len = 10,
	};

	run(&d);
	cr_expect_eq(dialogue_status(&d), 400, "%s", d.answer.text);
	dialogue_done(&d);
}

static const struct {
	const char *open, *close;
	int levels, status;
} depths[] = {
	{ "[", "]", 127, 200 },	      { "[", "]", 128, 400 },
	{ "[", "]", 200, 400 },	      { "{\"a\":", "}", 126, 200 },
	{ "{\"a\":", "}", 200, 400 }, { "[", "", 490, 400 },
	{ "]", "", 490, 400 },
};

EACH(body, has_a_ceiling_on_depth, depths)
{
	char body[CEILING + 1] = "{\"a\":";
	struct dialogue d = { .method = "POST", .uri = "/object" };
	struct buf b;

	buf_init(&b, 10000);
	buf_text(&b, body);
	for (int i = 0; i < row->levels; i++)
		buf_text(&b, row->open);
	if (*row->open == '{')
		buf_text(&b, "1");
	for (int i = 0; i < row->levels && *row->close; i++)
		buf_text(&b, row->close);
	buf_text(&b, "}");
	d.body = b.text;
	run(&d);
	cr_expect(dialogue_status(&d) == row->status ||
			  (b.len > CEILING && dialogue_status(&d) == 413),
		  "%s %d: %s", row->open, row->levels, d.answer.text);
	dialogue_done(&d);
	buf_done(&b);
}
