#include "relay/proxy.h"

#include "domain/sweep.h"
#include "support/row.h"
#include "support/stage.h"
#include "support/upstream_script.h"

#include <string.h>

#define JSON   OK_HEAD "Content-Type: application/json\r\n\r\n"
#define STREAM OK_HEAD "Content-Type: text/event-stream\r\n\r\n"

#define SCRIPT(name, ...)                                                      \
	static const struct upstream_step name[] = { __VA_ARGS__, THE_END };   \
	static const struct upstream_step *const name##_only[] = { name, NULL }

SCRIPT(counted,
       SAY(JSON "{\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"),
       SHUT);
SCRIPT(uncounted, SAY(JSON "{\"content\":\"12345678\"}"), SHUT);
SCRIPT(messages,
       SAY(STREAM "data: {\"message\":{\"usage\":{\"input_tokens\":7,"
		  "\"output_tokens\":1}}}\n\ndata: {\"delta\":{\"stop_reason\":"
		  "\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n"),
       SHUT);
SCRIPT(broken_off, SAY(STREAM "data: {\"delta\":{\"text\":\"12345678\"}}\n\n"),
       SHUT);
SCRIPT(silent, SAY(STREAM ": hello\n\n"), SHUT);
SCRIPT(responses,
       SAY(STREAM "data: {\"response\":{\"usage\":{\"input_tokens\":7,"
		  "\"output_tokens\":3}}}\n\n"),
       SHUT);
SCRIPT(doubtful, SAY(JSON "{\"usage\":{\"prompt_tokens\":-7}}"), SHUT);
SCRIPT(says_500, SAY("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno"), SHUT);
SCRIPT(resets, RESET);
SCRIPT(endless, SAY(STREAM),
       FLOOD("data: {\"delta\":\"01234567890123456789012345678901234567890123"
	     "45678901234567890123456789012345678901234567890123456789\"}\n\n",
	     100000),
       SHUT);

static struct stage stage;

static void close_stage(void)
{
	stage_close(&stage);
}

TestSuite(proxy, .fini = close_stage, .timeout = 60);

static int64_t booked(const char *what)
{
	return stage_number(
		&stage,
		arena_print(stage.arena, "SELECT %s FROM generation", what));
}

static const char *const no_headers[] = { NULL };

static void header(void *state, const char *name, const char *value)
{
	(void)state, (void)name, (void)value;
}

static bool begin(void *state, int status, const char *type)
{
	(void)type;
	((struct stage *)state)->status = status;
	return true;
}

static bool send(void *state, const char *bytes, size_t len)
{
	buf_add(&((struct stage *)state)->got, bytes, len);
	return true;
}

static bool flush(void *state)
{
	(void)state;
	return true;
}

static int watch(void *state, short *events)
{
	(void)state;
	*events = 0;
	return -1;
}

static bool stopping(void *state)
{
	return ((const struct stage *)state)->stopping;
}

static bool ask(const char *method, const char *path, const char *body,
		struct fault *why)
{
	struct proxy p = {
		.job = { .gateway = stage.gateway,
			 .arena = stage.arena,
			 .sink = { header, begin, send, flush, watch, stopping,
				   &stage },
			 .key = &stage.key,
			 .id = "gen-1-000000000000000000000000" },
		.method = method,
		.target = path,
		.query = "",
		.headers = no_headers,
		.body = { .bytes = span_of(body) },
	};

	return proxy_admit(&p, why) && proxy_run(&p, why);
}

#define BODY "{\"model\":\"m-one\",\"max_tokens\":9}"
#define CHAT "/one/v1/chat/completions"

/* By estimate: the body's bytes are a token for each four, and four more. */
enum { PROMPT = 8 + 4, CREDIT = 1000000000 };

static const struct {
	const char *label;
	const struct upstream_step *const *scripts;
	const char *path, *outcome;
	int fault, in, out;
	bool estimated, disputed;
} rows[] = {
	{ "counted", counted_only, CHAT, "answered", 0, 7, 3, false, false },
	{ "P15: not counted", uncounted_only, CHAT, "answered", 0, PROMPT, 2,
	  true, false },
	{ "P24: counted in two parts", messages_only, "/one/v1/messages",
	  "answered", 0, 7, 3, false, false },
	{ "ended by its usage", responses_only, "/one/v1/responses", "answered",
	  0, 7, 3, false, false },
	{ "P35: broken off", broken_off_only, "/one/v1/messages", "cut", 0,
	  PROMPT, 2, true, false },
	{ "P9: broken off before a word", silent_only, "/one/v1/messages",
	  "cut", 0, 0, 0, false, false },
	{ "P13: counted wrongly", doubtful_only, CHAT, "answered", 0, PROMPT, 0,
	  true, true },
	{ "P9: an error", says_500_only, CHAT, "failed", 0, 0, 0, false,
	  false },
	{ "no answer", resets_only, CHAT, "failed", 502, 0, 0, false, false },
};

EACH(proxy, outcomes, rows)
{
	struct fault why = { 0 };
	bool ok;

	stage_open(&stage, CREDIT, row->scripts);
	ok = ask("POST", row->path, BODY, &why);
	cr_expect_eq(ok ? 0 : fault_status(why.kind), row->fault, "%s: %s",
		     row->label, why.text);
	cr_expect_str_eq(stage_text(&stage, "SELECT outcome FROM generation"),
			 row->outcome, "%s", row->label);
	cr_expect_eq(booked("charge"),
		     row->in * STAGE_IN + row->out * STAGE_OUT, "%s: %lld",
		     row->label, (long long)booked("charge"));
	cr_expect_eq(booked("estimated"), row->estimated, "%s", row->label);
	cr_expect_eq(booked("disputed"), row->disputed, "%s", row->label);
	cr_expect_eq(upstream_server_requests(stage.server), 1, "%s",
		     row->label);
	cr_expect_eq(stage_broken(&stage), 0, "%s", row->label);
	cr_expect_eq(stage_number(&stage, "SELECT sum(held) FROM book"), 0);
}

/* The hold must be enough, for nothing is changed on the way. */
static const struct {
	const char *label, *body;
	int64_t nano; /* at least, and not twice as much */
} holds[] = {
	{ "a limit", "{\"model\":\"m-one\",\"max_tokens\":90}",
	  90 * STAGE_OUT },
	{ "the model's limit", "{\"model\":\"m-one\"}", 1000 * STAGE_OUT },
	{ "several answers", "{\"model\":\"m-one\",\"max_tokens\":90,\"n\":3}",
	  270 * STAGE_OUT },
	{ "what is elsewhere",
	  "{\"model\":\"m-one\",\"max_tokens\":90,\"x\":{\"file_id\":\"f\"}}",
	  100000LL * STAGE_IN },
};

EACH(proxy, P7_what_cannot_be_paid_never_reaches_a_provider, holds)
{
	struct fault why = { 0 };

	stage_open(&stage, row->nano, counted_only);
	cr_expect_not(ask("POST", CHAT, row->body, &why), "%s", row->label);
	cr_expect_eq(why.kind, FAULT_NO_FUNDS, "%s: %s", row->label, why.text);
	cr_expect_eq(upstream_server_requests(stage.server), 0);
}

EACH(proxy, P7_what_can_be_paid_does, holds)
{
	struct fault why = { 0 };

	stage_open(&stage, 2 * row->nano, counted_only);
	cr_expect(ask("POST", CHAT, row->body, &why), "%s: %s", row->label,
		  why.text);
}

Test(proxy, P3_a_stream_ends_where_the_credit_does)
{
	stage.scratch.settings.slice_tokens = 100;
	stage_open(&stage, 500 * STAGE_OUT, endless_only);
	cr_assert(ask("POST", "/one/v1/responses",
		      "{\"model\":\"m-one\",\"stream\":true}", NULL));
	cr_expect(strstr(stage.got.text, "\n\nevent: error\ndata: {"));
	cr_expect_leq(booked("charge"), 500 * STAGE_OUT);
	cr_expect_eq(booked("charge"), booked("cost"));
	cr_expect_str_eq(stage_text(&stage, "SELECT outcome FROM generation"),
			 "cut");
	cr_expect_eq(stage_broken(&stage), 0);
}

Test(proxy, P11_what_has_no_price_costs_nothing_where_it_is_wanted)
{
	stage.scratch.settings.proxy_unpriced = true;
	stage.scratch.settings.proxy_hold = 5;
	stage_open(&stage, CREDIT, counted_only);
	cr_assert(ask("PUT", "/two/v1/anything", "{}", NULL));
	cr_expect_eq(booked("charge"), 0);
	cr_expect_eq(booked("price IS NULL AND endpoint IS NULL"), 1);
	cr_expect_eq(stage_broken(&stage), 0);
}

Test(proxy, P11_and_wants_its_hold)
{
	struct fault why = { 0 };

	stage.scratch.settings.proxy_unpriced = true;
	stage.scratch.settings.proxy_hold = 5;
	stage_open(&stage, 4999, counted_only);
	cr_assert_not(ask("PUT", "/two/v1/anything", "{}", &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
}

static bool die(struct db *db, void *what, struct fault *why)
{
	(void)what;
	return db_run(db,
		      "UPDATE generation SET state = 'held', held = 0,"
		      " holder = 'dead', expires_at = 0",
		      why);
}

Test(proxy, P4_a_dead_process_leaves_nothing_held)
{
	struct swept swept = { 0 };
	struct fault why = { 0 };

	stage.scratch.settings.proxy_unpriced = true;
	stage.scratch.settings.proxy_hold = 5;
	stage_open(&stage, CREDIT, counted_only);
	cr_assert(ask("PUT", "/two/v1/anything", "{}", NULL));
	cr_assert(store_commit(stage.store, die, NULL, &why), "%s", why.text);
	cr_assert(sweep(stage.store, stage.arena, INT64_MAX / 2, &swept, &why),
		  "%s", why.text);
	cr_expect_eq(swept.generations, 1);
	cr_expect_eq(booked("endpoint IS NULL AND cost = 0"), 1);
}
