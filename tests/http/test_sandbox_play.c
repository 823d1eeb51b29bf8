#include "http/sandbox_play.h"

#include "support/row.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* A client made of memory. */
struct client {
	struct buf headers, got;
	int status, flushes;
	size_t leaves_after; /* bytes; 0: it stays */
	bool gone;	     /* and its descriptor says so */
	bool stopping;
	int pipe[2];
};

static void take_header(void *state, const char *name, const char *value)
{
	struct client *c = state;

	buf_print(&c->headers, "%s: %s;", name, value);
}

static bool take_begin(void *state, int status, const char *type)
{
	struct client *c = state;

	c->status = status;
	buf_print(&c->headers, "%s", type);
	return true;
}

static bool take(void *state, const char *bytes, size_t len)
{
	struct client *c = state;

	if (c->leaves_after && c->got.len + len > c->leaves_after)
		return false;
	buf_add(&c->got, bytes, len);
	return true;
}

static bool take_flush(void *state)
{
	struct client *c = state;

	c->flushes++;
	return true;
}

static int watch(void *state, short *events)
{
	struct client *c = state;

	*events = POLLIN;
	return c->pipe[0];
}

static bool stopping(void *state)
{
	struct client *c = state;

	return c->stopping;
}

static struct sink open_client(struct client *c)
{
	buf_init(&c->headers, 10000);
	buf_init(&c->got, 8 << 20);
	cr_assert_eq(pipe(c->pipe), 0);
	if (c->gone)
		close(c->pipe[1]);
	return (struct sink){ take_header, take_begin, take, take_flush,
			      watch,	   stopping,   c };
}

static void close_client(struct client *c)
{
	buf_done(&c->headers);
	buf_done(&c->got);
}

/* An answer to "a b c", streamed, played as SCRIPT wants it. */
static struct sandbox_outcome play(struct client *c, const char *script_text)
{
	struct arena *a = arena_new();
	struct sink sink = open_client(c);
	struct span prompt = span_of("a b c");
	struct sandbox_ask ask = {
		.name = { .full = "echo", .base = "echo", .number = -1 },
		.choices = 1,
		.max_tokens = SANDBOX_NO_LIMIT,
		.prompts = &prompt,
		.prompt_count = 1,
	};
	struct sandbox_answer answer = { .id = "chatcmpl-sbx-1",
					 .tag = "1",
					 .fingerprint = "fp_sandbox" };
	struct sandbox_outcome outcome;
	struct sandbox_script script;

	sandbox_script_init(&script);
	cr_assert(sandbox_script_read(a, &script, span_of(script_text),
				      "sandbox", NULL));
	sandbox_plan(a, &ask, &script, &answer);
	answer.head = sandbox_chat.head(a, &answer);
	outcome = sandbox_play_stream(&sink, a, &sandbox_chat, &answer);
	arena_free(a);
	return outcome;
}

/* What each event of a stream is: r role, t text, f finish, e error, d done,
 * m malformed, p a comment, ? anything else; capitals where CR LF ends it. */
static void sketch(const char *stream, char *out)
{
	static const struct {
		const char *sign, *mark;
	} signs[] = {
		{ "data: [DONE]", "dD" },
		{ "\"error\":{", "eE" },
		{ "\"role\"", "rR" },
		{ "\"delta\":{\"content\":\"", "tT" },
		{ "\"finish_reason\":\"", "fF" },
		{ "\"choices\":[{", "mM" },
		{ ": ping", "pP" },
		{ "", "??" },
	};

	while (*stream) {
		size_t len = strcspn(stream, "\n"), sign = 0;
		bool returns = len > 0 && stream[len - 1] == '\r';

		while (!memmem(stream, len, signs[sign].sign,
			       strlen(signs[sign].sign)))
			sign++;
		if (len > returns)
			*out++ = signs[sign].mark[returns];
		stream += len + (stream[len] == '\n');
	}
	*out = '\0';
}

static const struct {
	const char *label, *script, *want;
	enum sandbox_end end;
	int64_t events;
} streams[] = {
	{ "plain", "", "rtttfd", SANDBOX_ANSWERED, 6 },
	{ "paced", "pace=1+first=1", "rtttfd", SANDBOX_ANSWERED, 6 },
	{ "fewer events", "tokens-per-event=2", "rttfd", SANDBOX_ANSWERED, 5 },
	{ "P32 no end", "nodone", "rtttf", SANDBOX_ANSWERED, 5 },
	{ "no finish", "nofinish", "rtttd", SANDBOX_ANSWERED, 5 },
	{ "empty", "empty", "rfd", SANDBOX_ANSWERED, 3 },
	{ "cut at once", "cut=0", "", SANDBOX_BROKEN, 0 },
	{ "cut", "cut=2", "rt", SANDBOX_BROKEN, 2 },
	{ "cut before the end", "cut=5", "rtttf", SANDBOX_BROKEN, 5 },
	{ "a cut that never comes", "cut=50", "rtttfd", SANDBOX_ANSWERED, 6 },
	{ "snapped", "snap=2", "rt", SANDBOX_BROKEN, 2 },
	{ "P35 an error", "error=2", "rte", SANDBOX_BROKEN, 3 },
	{ "P35 an error alone", "bare-error=2", "rte", SANDBOX_BROKEN, 3 },
	{ "an error at once", "error=0", "e", SANDBOX_BROKEN, 1 },
	{ "malformed", "malformed=3", "rtmttfd", SANDBOX_ANSWERED, 7 },
	{ "malformed, then cut", "malformed=3+cut=3", "rtm", SANDBOX_BROKEN,
	  3 },
	{ "comments", "comments", "prptptptpfpd", SANDBOX_ANSWERED, 6 },
	{ "P30 CR LF", "crlf", "RTTTFD", SANDBOX_ANSWERED, 6 },
	{ "P29 byte by byte", "bytes", "rtttfd", SANDBOX_ANSWERED, 6 },
	{ "all together", "crlf+bytes+comments+cut=1+pace=1", "PR",
	  SANDBOX_BROKEN, 1 },
};

EACH(sandbox_play, streams, streams)
{
	struct client c = { 0 };
	struct sandbox_outcome outcome = play(&c, row->script);
	char marks[100];

	sketch(c.got.text, marks);
	cr_expect_str_eq(marks, row->want, "%s: %s", row->label, c.got.text);
	cr_expect_eq(outcome.end, row->end, "%s", row->label);
	cr_expect_eq(outcome.events, row->events, "%s", row->label);
	cr_expect_eq(c.status, 200);
	close_client(&c);
}

Test(sandbox_play, P29_writes_each_byte_alone)
{
	struct client c = { 0 };

	play(&c, "bytes");
	cr_expect_eq(c.flushes, (int)c.got.len);
	close_client(&c);
}

/* Without waiting nothing is gained from handing over each event. */
Test(sandbox_play, hands_over_each_event_only_where_time_passes)
{
	struct client quick = { 0 }, slow = { 0 };

	play(&quick, "");
	play(&slow, "pace=1");
	cr_expect_eq(quick.flushes, 1);
	cr_expect_geq(slow.flushes, 4);
	close_client(&quick);
	close_client(&slow);
}

Test(sandbox_play, P32_leaves_out_the_last_blank_line)
{
	struct client c = { 0 };

	play(&c, "noblank");
	cr_expect_str_eq(c.got.text + c.got.len - 12, "data: [DONE]");
	close_client(&c);
}

static const struct {
	const char *label, *script, *want;
} heads[] = {
	{ "plain", "", "text/event-stream" },
	{ "packed", "gzip", "Content-Encoding: gzip;text/event-stream" },
	{ "snapped", "snap=1",
	  "Content-Length: 1099511627776;text/event-stream" },
};

EACH(sandbox_play, begins, heads)
{
	struct client c = { 0 };

	play(&c, row->script);
	cr_expect_str_eq(c.headers.text, row->want, "%s", row->label);
	close_client(&c);
}

/* The client leaves while it is being kept waiting. */
static const struct {
	const char *label, *script;
	int64_t events;
} waits[] = {
	{ "before the first token", "first=60000", 1 },
	{ "between tokens", "pace=60000", 1 },
	{ "in a stall", "stall=3", 3 },
	{ "in a stall behind the head", "stall=0", 0 },
};

EACH(sandbox_play, P20_stops_when_the_client_leaves, waits)
{
	struct client c = { .gone = true };
	struct sandbox_outcome outcome = play(&c, row->script);

	cr_expect_eq(outcome.end, SANDBOX_ABORTED, "%s", row->label);
	cr_expect_eq(outcome.events, row->events, "%s: %lld", row->label,
		     (long long)outcome.events);
	cr_expect_gt(c.flushes, 0, "%s: its head was kept back", row->label);
	close_client(&c);
}

/* It is noticed when a write fails; what was written before has been sent. */
Test(sandbox_play, P20_stops_when_it_cannot_write)
{
	struct client c = { .leaves_after = 500 };
	struct sandbox_outcome outcome = play(&c, "pace=1");

	cr_expect_eq(outcome.end, SANDBOX_ABORTED);
	cr_expect_eq(outcome.events, 1);
	close_client(&c);
}

EACH(sandbox_play, ends_when_the_process_has_to, waits)
{
	struct client c = { .stopping = true };

	cr_expect_eq(play(&c, row->script).end, SANDBOX_STOPPED, "%s",
		     row->label);
	close_client(&c);
}

Test(sandbox_play, fills_as_many_bytes_as_asked_for)
{
	struct client c = { 0 };
	struct sandbox_outcome outcome = play(&c, "size=3000000");

	cr_expect_eq(outcome.end, SANDBOX_ANSWERED);
	cr_expect_gt(c.got.len, 3000000);
	cr_expect_gt(c.flushes, 100);
	close_client(&c);
}

/* Whole answers: the text "{...}" of ten bytes. */
static const struct {
	const char *label, *script, *want, *head;
	enum sandbox_end end;
	int64_t events;
} wholes[] = {
	{ "plain", "", "{\"a\":1234}", "Content-Length: 10;application/json",
	  SANDBOX_ANSWERED, 1 },
	{ "cut", "cut=4", "{\"a\"", "Content-Length: 10;application/json",
	  SANDBOX_BROKEN, 0 },
	{ "cut at once", "cut=0", "", "Content-Length: 10;application/json",
	  SANDBOX_BROKEN, 0 },
	{ "malformed", "malformed=1", "{\"a\":1234,",
	  "Content-Length: 10;application/json", SANDBOX_ANSWERED, 1 },
	{ "byte by byte", "bytes", "{\"a\":1234}",
	  "Content-Length: 10;application/json", SANDBOX_ANSWERED, 1 },
	{ "waited for", "first=1+pace=1", "{\"a\":1234}",
	  "Content-Length: 10;application/json", SANDBOX_ANSWERED, 1 },
	{ "line ends stay its own", "crlf", "{\"a\":1234}",
	  "Content-Length: 10;application/json", SANDBOX_ANSWERED, 1 },
};

static struct sandbox_outcome play_text(struct client *c,
					const char *directives)
{
	struct arena *a = arena_new();
	struct sink sink = open_client(c);
	struct sandbox_outcome outcome;
	struct sandbox_script script;
	struct buf text;

	buf_init(&text, 100);
	buf_text(&text, "{\"a\":1234}");
	sandbox_script_init(&script);
	cr_assert(
		sandbox_script_read(a, &script, span_of(directives), "", NULL));
	outcome = sandbox_play_text(&sink, &script, &text, 3);
	buf_done(&text);
	arena_free(a);
	return outcome;
}

EACH(sandbox_play, whole_answers, wholes)
{
	struct client c = { 0 };
	struct sandbox_outcome outcome = play_text(&c, row->script);

	cr_expect_str_eq(c.got.text, row->want, "%s", row->label);
	cr_expect_str_eq(c.headers.text, row->head, "%s", row->label);
	cr_expect_eq(outcome.end, row->end, "%s", row->label);
	cr_expect_eq(outcome.events, row->events, "%s", row->label);
	close_client(&c);
}

Test(sandbox_play, packs_a_whole_answer)
{
	struct client c = { 0 };

	cr_expect_eq(play_text(&c, "gzip").end, SANDBOX_ANSWERED);
	cr_expect_str_eq(c.headers.text,
			 "Content-Encoding: gzip;application/json");
	cr_expect_eq(c.got.len, 10 + 5 + 10 + 5 + 8);
	close_client(&c);
}

Test(sandbox_play, a_whole_answer_stalls_until_the_client_leaves)
{
	struct client c = { .gone = true };

	cr_expect_eq(play_text(&c, "stall=4").end, SANDBOX_ABORTED);
	cr_expect_str_eq(c.got.text, "{\"a\"");
	close_client(&c);
}

static const struct {
	const char *label, *script, *head, *body;
	struct sandbox_error error;
} errors[] = {
	{ "plain",
	  "",
	  "application/json",
	  "{\"error\":{\"message\":\"No\",\"type\":\"server_error\",\"param\":"
	  "null,\"code\":null}}",
	  { 500, NULL, NULL, "No" } },
	{ "with all it may have",
	  "",
	  "application/json",
	  "{\"error\":{\"message\":\"No\",\"type\":\"invalid_request_error\","
	  "\"param\":\"n\",\"code\":\"c\"}}",
	  { 400, "c", "n", "No" } },
	{ "P52 patience in seconds",
	  "retry-after=7",
	  "Retry-After: 7;application/json",
	  "{\"error\":{\"message\":\"No\",\"type\":\"rate_limit_error\","
	  "\"param\":null,\"code\":\"rate_limit_exceeded\"}}",
	  { 429, NULL, NULL, "No" } },
	{ "in milliseconds",
	  "retry-after-ms=70",
	  "Retry-After-Ms: 70;application/json",
	  "{\"error\":{\"message\":\"No\",\"type\":\"server_error\",\"param\":"
	  "null,\"code\":null}}",
	  { 503, NULL, NULL, "No" } },
	{ "a web page",
	  "html",
	  "text/html",
	  "<html>\n<head><title>502</title></head>\n<body>\n<center><h1>502"
	  "</h1></center>\n<hr>\n</body>\n</html>\n",
	  { 502, NULL, NULL, "No" } },
	{ "P59 elsewhere",
	  "",
	  "Location: /sandbox/v1/models;application/json",
	  "{\"error\":{\"message\":\"No\",\"type\":\"invalid_request_error\","
	  "\"param\":null,\"code\":null}}",
	  { 302, NULL, NULL, "No" } },
};

static struct sandbox_outcome play_error(struct client *c,
					 const char *directives,
					 const struct sandbox_error *error)
{
	struct arena *a = arena_new();
	struct sink sink = open_client(c);
	struct sandbox_outcome outcome;
	struct sandbox_script script;

	sandbox_script_init(&script);
	cr_assert(
		sandbox_script_read(a, &script, span_of(directives), "", NULL));
	outcome = sandbox_play_error(&sink, &script, error);
	arena_free(a);
	return outcome;
}

EACH(sandbox_play, errors, errors)
{
	struct client c = { 0 };
	struct sandbox_outcome outcome =
		play_error(&c, row->script, &row->error);

	cr_expect_str_eq(c.headers.text, row->head, "%s", row->label);
	cr_expect_str_eq(c.got.text, row->body, "%s", row->label);
	cr_expect_eq(c.status, row->error.status, "%s", row->label);
	cr_expect_eq(outcome.end, SANDBOX_REFUSED, "%s", row->label);
	close_client(&c);
}

/* "Retry-After: Sat, 21 Nov 2026 12:23:24 GMT" */
Test(sandbox_play, P52_patience_until_a_date)
{
	struct client c = { 0 };
	struct sandbox_error error = { 429, NULL, NULL, "No" };

	play_error(&c, "retry-after-date=7", &error);
	cr_expect_eq(strcspn(c.headers.text, ";"), 13 + 29, "%s",
		     c.headers.text);
	cr_expect_eq(strncmp(c.headers.text + 13 + 25, " GMT;", 5), 0, "%s",
		     c.headers.text);
	close_client(&c);
}
