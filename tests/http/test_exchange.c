#include "http/exchange.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <poll.h>
#include <string.h>

static const char *const headers[] = {
	"HTTP_X_TITLE",
	"Gr\xc3\xbc\xc3\x9f"
	"e",
	"HTTP_HTTP_REFERER",
	"https://app.example",
	"HTTP_REFERER",
	"https://other.example",
	"CONTENT_TYPE",
	"application/json",
	"HTTP_EMPTY",
	"",
	"HTTP_PROXY",
	"http://evil",
	NULL,
};

static const struct {
	const char *name, *want;
} lookups[] = {
	{ "X-Title", "Gr\xc3\xbc\xc3\x9f"
		     "e" },
	{ "x-title", "Gr\xc3\xbc\xc3\x9f"
		     "e" },
	{ "HTTP-Referer", "https://app.example" },
	{ "Referer", "https://other.example" },
	{ "Content-Type", "application/json" },
	{ "content-type", "application/json" },
	{ "Empty", NULL },
	{ "Absent", NULL },
	{ "Authorization", NULL },
};

/* Answers with the header that the query names. */
static bool tell_header(struct exchange *x, struct fault *why)
{
	const char *value = exchange_header(x, exchange_query(x, "name"));

	return exchange_json(x, 200, json_pack("[s?]", value), why);
}

static bool inject(struct exchange *x, struct fault *why)
{
	exchange_add_header(x, "X-Good", "a\r\nX-Bad: b\r\n\r\n<script>");
	exchange_add_header(x, "X-Evil\r\nX-Bad", "b");
	exchange_add_header(x, "X Evil", "b");
	exchange_add_header(x, "", "b");
	(void)why;
	return exchange_text(x, 200, "text/plain\r\nX-Bad: c", "said");
}

/* More headers than web servers bear, one of them whole. */
static bool babble(struct exchange *x, struct fault *why)
{
	char long_value[5000];

	memset(long_value, 'x', sizeof(long_value) - 1);
	long_value[sizeof(long_value) - 1] = '\0';
	exchange_add_header(x, "X-Long", long_value);
	for (int i = 0; i < 100; i++)
		exchange_add_header(x, "X-Many",
				    "sixty-four bytes or so, which "
				    "is what people send");
	(void)why;
	return exchange_text(x, 200, "text/plain", "said");
}

static bool stream(struct exchange *x, struct fault *why)
{
	struct sink sink = exchange_sink(x);

	(void)why;
	sink.header(sink.state, "X-Generation-Id", x->id);
	return sink.begin(sink.state, 200, "text/event-stream") &&
	       sink.send(sink.state, "data: a\n\n", 9) &&
	       sink.flush(sink.state) &&
	       sink.send(sink.state, "data: b\n\n", 9) &&
	       sink.flush(sink.state);
}

static bool odd_status(struct exchange *x, struct fault *why)
{
	(void)why;
	return exchange_text(x, 99, "text/plain", "odd");
}

static bool watching(struct exchange *x, struct fault *why)
{
	struct sink sink = exchange_sink(x);
	short before_events = 1, events = 0;
	int before = sink.watch(sink.state, &before_events);
	int after;

	if (!exchange_body(x, why))
		return false;
	after = sink.watch(sink.state, &events);
	return exchange_json(x, 200,
			     json_pack("[i,i,i,i,b]", before, before_events,
				       after, events == POLLIN,
				       sink.stopping(sink.state)),
			     why);
}

/* Says how many of its ten pieces were taken. */
static int taken;
static bool talk(struct exchange *x, struct fault *why)
{
	(void)why;
	exchange_begin(x, 200, "text/event-stream");
	for (taken = 0; taken < 10; taken++)
		if (!exchange_send(x, "0123456789", 10))
			break;
	cr_expect(x->gone);
	cr_expect_not(exchange_flush(x));
	cr_expect_not(exchange_send(x, "", 0));
	return true;
}

static bool unspeakable(struct exchange *x, struct fault *why)
{
	return exchange_json(x, 200, json_pack("{s:s}", "a", "\xff"), why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/header", .answer = tell_header },
	{ .method = "GET", .path = "/inject", .answer = inject },
	{ .method = "GET", .path = "/babble", .answer = babble },
	{ .method = "GET", .path = "/odd", .answer = odd_status },
	{ .method = "GET", .path = "/talk", .answer = talk },
	{ .method = "GET", .path = "/unspeakable", .answer = unspeakable },
	{ .method = "POST", .path = "/stream", .answer = stream },
	{ .method = "POST", .path = "/watching", .answer = watching },
	{ .method = "POST", .path = "/inject", .answer = inject },
	{ 0 },
};

static const struct program program = {
	.name = "test",
	.routes = routes,
	.bare = true,
};

EACH(exchange, finds_headers, lookups)
{
	char uri[64], want[64];
	struct dialogue d = { .method = "GET", .variables = headers };

	snprintf(uri, sizeof(uri), "/header?name=%s", row->name);
	snprintf(want, sizeof(want), row->want ? "[\"%s\"]" : "[null]",
		 row->want);
	d.uri = uri;
	dialogue_run(&d, &program, NULL);
	cr_expect_str_eq(d.reply, want, "%s", row->name);
	dialogue_done(&d);
}

static const struct {
	const char *label;
	const char *variables[7];
	const char *want;
} authorizations[] = {
	{ "direct", { "HTTP_AUTHORIZATION", "a" }, "[\"a\"]" },
	{ "redirected", { "REDIRECT_HTTP_AUTHORIZATION", "b" }, "[\"b\"]" },
	{ "redirected twice",
	  { "REDIRECT_REDIRECT_HTTP_AUTHORIZATION", "c" },
	  "[\"c\"]" },
	{ "direct comes first",
	  { "REDIRECT_HTTP_AUTHORIZATION", "b", "HTTP_AUTHORIZATION", "a" },
	  "[\"a\"]" },
	{ "empty is absent",
	  { "HTTP_AUTHORIZATION", "", "REDIRECT_HTTP_AUTHORIZATION", "b" },
	  "[\"b\"]" },
	{ "none", { NULL }, "[null]" },
};

EACH(exchange, finds_authorization_behind_redirects, authorizations)
{
	struct dialogue d = {
		.method = "GET",
		.uri = "/header?name=Authorization",
		.variables = row->variables,
	};

	dialogue_run(&d, &program, NULL);
	cr_expect_str_eq(d.reply, row->want, "%s", row->label);
	dialogue_done(&d);
}

Test(exchange, lets_no_value_begin_another_header)
{
	struct dialogue d = { .method = "GET", .uri = "/inject" };

	dialogue_run(&d, &program, NULL);
	cr_expect_null(dialogue_header(&d, "X-Bad"), "%s", d.answer.text);
	cr_expect_null(dialogue_header(&d, "X Evil"));
	cr_expect_str_eq(dialogue_header(&d, "X-Good"),
			 "a  X-Bad: b    <script>");
	cr_expect_str_eq(dialogue_header(&d, "Content-Type"),
			 "text/plain  X-Bad: c");
	cr_expect_str_eq(d.reply, "said");
	dialogue_done(&d);
}

Test(exchange, keeps_its_head_below_what_web_servers_bear)
{
	struct dialogue d = { .method = "GET", .uri = "/babble" };

	dialogue_run(&d, &program, NULL);
	cr_expect_lt(d.reply - d.answer.text, 3600);
	cr_expect_null(dialogue_header(&d, "X-Long"));
	cr_expect(dialogue_header(&d, "X-Many"));
	cr_expect(dialogue_header(&d, "X-Request-Id"));
	cr_expect_str_eq(dialogue_header(&d, "Content-Type"), "text/plain");
	cr_expect_str_eq(d.reply, "said");
	dialogue_done(&d);
}

Test(exchange, streams_unbuffered)
{
	struct dialogue d = { .method = "POST", .uri = "/stream", .body = "x" };
	char id[100];

	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), 200);
	cr_expect_str_eq(dialogue_header(&d, "Content-Type"),
			 "text/event-stream");
	cr_expect_str_eq(dialogue_header(&d, "Cache-Control"), "no-cache");
	cr_expect_str_eq(dialogue_header(&d, "X-Accel-Buffering"), "no");
	snprintf(id, sizeof(id), "%s", dialogue_header(&d, "X-Request-Id"));
	cr_expect_str_eq(dialogue_header(&d, "X-Generation-Id"), id);
	cr_expect_null(dialogue_header(&d, "Content-Length"));
	cr_expect_str_eq(d.reply, "data: a\n\ndata: b\n\n");
	cr_expect_eq(d.flushes, 2);
	dialogue_done(&d);
}

static const struct {
	const char *method, *uri;
} unread[] = {
	{ "POST", "/inject" }, { "POST", "/stream" },	 { "POST", "/nowhere" },
	{ "PUT", "/inject" },  { "OPTIONS", "/inject" }, { "POST", "nonsense" },
};

EACH(exchange, writes_nothing_before_the_body_is_read, unread)
{
	static char body[100000];
	struct dialogue d = {
		.method = row->method,
		.uri = row->uri,
		.body = body,
		.body_len = sizeof(body),
	};

	dialogue_run(&d, &program, NULL);
	cr_expect_neq(dialogue_status(&d), 0);
	cr_expect_eq(d.taken, sizeof(body), "%s %s", row->method, row->uri);
	cr_expect_not(d.early, "%s %s", row->method, row->uri);
	dialogue_done(&d);
}

Test(exchange, makes_no_status_that_is_none)
{
	struct dialogue d = { .method = "GET", .uri = "/odd" };

	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), 502);
	dialogue_done(&d);
}

Test(exchange, watches_only_once_the_body_is_read)
{
	struct dialogue d = {
		.method = "POST",
		.uri = "/watching",
		.body = "{}",
	};

	dialogue_run(&d, &program, NULL);
	cr_expect_str_eq(d.reply, "[-1,0,77,1,false]");
	dialogue_done(&d);
}

Test(exchange, stops_sending_when_the_client_has_gone)
{
	struct dialogue d = {
		.method = "GET",
		.uri = "/talk",
		.leave_after = 270,
	};

	dialogue_run(&d, &program, NULL);
	cr_expect_gt(taken, 0);
	cr_expect_lt(taken, 10, "%zu bytes", d.answer.len);
	dialogue_done(&d);
}

Test(exchange, never_answers_with_nothing)
{
	struct dialogue d = { .method = "GET", .uri = "/unspeakable" };

	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), 500);
	cr_expect(strstr(d.reply, "internal error"), "%s", d.answer.text);
	dialogue_done(&d);
}
