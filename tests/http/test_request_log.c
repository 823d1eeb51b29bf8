#include "http/request_log.h"

#include "base/keep.h"
#include "base/log.h"
#include "domain/key.h"
#include "support/dialogue.h"
#include "support/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct key key = {
	.label = "lr_live_1a2b...9f0e",
	.account = "acct-1",
};

static bool answer(struct exchange *x, struct fault *why)
{
	x->key = &key;
	x->trace = (struct trace){
		.generation = x->id,
		.model = "a/m",
		.provider = "p",
		.outcome = "answered",
		.charge = 1500,
	};
	(void)why;
	exchange_text(x, 200, "text/plain", "hello");
	return true;
}

static bool refuse(struct exchange *x, struct fault *why)
{
	x->key = &key;
	x->trace.model = "a/m";
	return fault_set(why, FAULT_TOO_MANY, "slowly, with \"%s\"\n%s",
			 x->tail, "sk-abcdefghijkl");
}

static bool break_off(struct exchange *x, struct fault *why)
{
	exchange_begin(x, 200, "text/plain");
	exchange_send(x, "half", 4);
	return fault_set(why, FAULT_INTERNAL, "the table is gone");
}

static bool tell_less(struct exchange *x, struct fault *why)
{
	struct fault cause = { .kind = FAULT_INTERNAL,
			       .text = "the disk is full" };

	reply_log(x, &cause);
	return exchange_json(x, 503, json_object(), why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/answer", .answer = answer },
	{ .method = "GET", .path = "/refuse/*", .answer = refuse },
	{ .method = "GET", .path = "/half", .answer = break_off },
	{ .method = "GET", .path = "/less", .answer = tell_less },
	{ 0 },
};

static const struct program program = {
	.name = "test",
	.routes = routes,
	.bare = true,
};

/* What the log got, behind the time, program and process of each line. */
static const char *run(struct dialogue *d, bool on, char text[6000])
{
	const struct settings settings = { .body_limit = 10,
					   .log_requests = on };
	char path[] = "/tmp/test_request_log_XXXXXX";
	struct log log = { .fd = mkstemp(path), .program = "test" };
	ssize_t len;

	if (!d->method)
		d->method = "GET";
	dialogue_run(d, &program,
		     &(struct suite){ .settings = &settings, .log = &log });
	len = pread(log.fd, text, 5999, 0);
	text[len < 0 ? 0 : len] = '\0';
	log_done(&log);
	unlink(path);
	return strstr(text, "] ") ? strstr(text, "] ") + 2 : text;
}

/* Without what is never the same twice: "request=R ... ms=M ...". */
static void blur(char *line, const char *name, char letter)
{
	char *at = strstr(line, name), *end;

	while (at) {
		at += strlen(name);
		end = at + strcspn(at, " \n");
		*at++ = letter;
		memmove(at, end, strlen(end) + 1);
		at = strstr(at, name);
	}
}

static const struct {
	const char *label, *method, *uri, *want;
} lines[] = {
	{ "answered", "GET", "/answer",
	  "request=R method=GET path=/answer status=200 bytes=5 ms=M "
	  "key=lr_live_1a2b...9f0e account=acct-1 generation=R model=a/m "
	  "provider=p outcome=answered cost=0.0000015\n" },
	{ "HEAD has no body", "HEAD", "/answer",
	  "request=R method=HEAD path=/answer status=200 bytes=0 ms=M "
	  "key=lr_live_1a2b...9f0e account=acct-1 generation=R model=a/m "
	  "provider=p outcome=answered cost=0.0000015\n" },
	{ "refused", "GET", "/refuse/x",
	  "request=R method=GET path=/refuse/x status=429 bytes=B ms=M "
	  "key=lr_live_1a2b...9f0e account=acct-1 model=a/m "
	  "error=\"slowly, with \\\"x\\\"\\nsk-***\"\n" },
	{ "not known", "GET", "/nowhere",
	  "request=R method=GET path=/nowhere status=404 bytes=B ms=M "
	  "error=\"GET /nowhere is not served here\"\n" },
	{ "no query", "GET", "/nowhere?key=AIzaSyABCDEFGH&q=secret",
	  "request=R method=GET path=/nowhere status=404 bytes=B ms=M "
	  "error=\"GET /nowhere is not served here\"\n" },
	{ "a line in the path", "GET", "/refuse/x%0astatus=200",
	  "request=R method=GET path=\"\" status=400 bytes=B ms=M error=" },
	{ "words in the path", "GET", "/refuse/x%20status=200",
	  "request=R method=GET path=\"/refuse/x status=200\" status=429 "
	  "bytes=B ms=M key=lr_live_1a2b...9f0e account=acct-1 model=a/m "
	  "error=\"slowly, with \\\"x status=200\\\"\\nsk-***\"\n" },
	{ "a quote and a backslash in it", "GET", "/%22a%5cb",
	  "request=R method=GET path=\"/\\\"a\\\\b\" status=404 bytes=B ms=M "
	  "error=\"GET /\\\"a\\\\b is not served here\"\n" },
	{ "no letters in it", "GET", "/%ff%c2%85",
	  "request=R method=GET path=\"/\\xff\\xc2\\x85\" status=404 "
	  "bytes=B ms=M error=\"GET /\\xff\\xc2\\x85 is not served "
	  "here\"\n" },
	{ "P60: a key in it", "GET", "/sk-abcdefghijkl",
	  "request=R method=GET path=/sk-*** status=404 bytes=B ms=M "
	  "error=\"GET /sk-*** is not served here\"\n" },
	{ "no path at all", "GET", "/../x",
	  "request=R method=GET path=\"\" status=400 bytes=B ms=M error=" },
	{ "a method of its own", "GET\" x=\"y", "/answer",
	  "request=R method=\"GET\\\" x=\\\"y\" path=/answer status=405 "
	  "bytes=B ms=M error=\"GET\\\" x=\\\"y /answer is not served here\""
	  "\n" },
	{ "broken off", "GET", "/half",
	  "request=R method=GET path=/half status=200 bytes=4 ms=M "
	  "error=\"the table is gone\"\n" },
	{ "what the answer does not tell", "GET", "/less",
	  "request=R method=GET path=/less status=503 bytes=2 ms=M "
	  "error=\"the disk is full\"\n" },
};

EACH(request_log, has_a_line_for_each, lines)
{
	struct dialogue d = { .method = row->method, .uri = row->uri };
	char text[6000], line[6000];

	snprintf(line, sizeof(line), "%s", run(&d, true, text));
	cr_expect(strchr(line, '\n') && !strchr(line, '\n')[1], "%s: %s",
		  row->label, text);
	cr_expect(strstr(line, dialogue_header(&d, "X-Request-Id")));
	blur(line, "request=", 'R');
	blur(line, "generation=", 'R');
	blur(line, " ms=", 'M');
	if (strstr(row->want, "bytes=B"))
		blur(line, "bytes=", 'B');
	cr_expect(!strncmp(line, row->want, strlen(row->want)), "%s: %s",
		  row->label, line);
	dialogue_done(&d);
}

Test(request_log, tells_that_a_client_left)
{
	struct dialogue d = { .uri = "/half", .leave_after = 1 };
	char text[6000];
	const char *line = run(&d, true, text);

	cr_expect(strstr(line, " status=200 bytes=0 "), "%s", line);
	cr_expect(strstr(line, " gone=yes"), "%s", line);
	dialogue_done(&d);
}

Test(request_log, cuts_what_is_too_long)
{
	char uri[3002], text[6000];
	struct dialogue d = { .uri = uri };
	const char *line;

	memset(uri, 'x', sizeof(uri));
	uri[0] = '/';
	uri[sizeof(uri) - 1] = '\0';
	line = run(&d, true, text);
	cr_expect(strstr(line, "xxx...\" status=404 "), "%s", line);
	cr_expect_lt(strlen(line), 1200);
	dialogue_done(&d);
}

Test(request_log, is_quiet_when_switched_off)
{
	struct dialogue d = { .uri = "/answer" };
	char text[6000];

	cr_expect_str_eq(run(&d, false, text), "");
	dialogue_done(&d);
	d = (struct dialogue){ .uri = "/less" };
	cr_expect(strstr(run(&d, false, text), "/less: 500 the disk is full"),
		  "%s", text);
	dialogue_done(&d);
}
