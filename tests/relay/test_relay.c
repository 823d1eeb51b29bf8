#include "relay/relay.h"

#include "support/row.h"
#include "support/stage.h"
#include "support/upstream_script.h"

#include <string.h>

/*
 * What comes of a request: one row for each way in which a provider can behave
 * (P22), with what the client gets and what the books say. Scripts answer one
 * attempt each.
 */
#define STREAM	    OK_HEAD "Content-Type: text/event-stream\r\n\r\n"
#define WHOLE(text) OK_HEAD "Content-Type: application/json\r\n\r\n" text
#define FAILS(status, more)                                                    \
	"HTTP/1.1 " status " No\r\n" more "Content-Length: 34\r\n\r\n"         \
	"{\"error\":{\"message\":\"it says no\"}}"
#define ROLE "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
#define WORD(text)                                                             \
	"data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define STOP                                                                   \
	"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define USAGE                                                                  \
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,"                \
	"\"completion_tokens\":3}}\n\n"
#define DONE  "data: [DONE]\n\n"
#define ERROR "data: {\"error\":{\"message\":\"broke\",\"code\":500}}\n\n"
#define HELLO                                                                  \
	WHOLE("{\"id\":\"x\",\"choices\":[{\"message\":{\"content\":\"hi\"},"  \
	      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,"   \
	      "\"completion_tokens\":3}}")

#define SCRIPT(name, ...)                                                      \
	static const struct upstream_step name[] = { __VA_ARGS__, THE_END }

SCRIPT(streams, SAY(STREAM ROLE WORD("hello") WORD(" you") STOP USAGE DONE),
       SHUT);
SCRIPT(no_done, SAY(STREAM WORD("hello") STOP USAGE), SHUT);
SCRIPT(no_usage, SAY(STREAM WORD("hello you") STOP DONE), SHUT);
SCRIPT(no_blank_line, SAY(STREAM WORD("hello") STOP USAGE "data: [DONE]"),
       SHUT);
SCRIPT(malformed, SAY(STREAM WORD("hello") "data: {oops\n\n" STOP USAGE DONE),
       SHUT);
SCRIPT(usage_twice, SAY(STREAM WORD("hello") STOP USAGE USAGE DONE), SHUT);
SCRIPT(usage_beside,
       SAY(STREAM
	   "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],"
	   "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\n"
	   "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
	   "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n" DONE),
       SHUT);
SCRIPT(only_finish, SAY(STREAM ROLE STOP USAGE DONE), SHUT);
SCRIPT(cut, SAY(STREAM ROLE WORD("hello you")), SHUT);
SCRIPT(cut_early, SAY(STREAM ROLE), SHUT);
SCRIPT(error_early, SAY(STREAM ROLE ERROR), SHUT);
SCRIPT(error_late, SAY(STREAM WORD("hello you") ERROR), SHUT);
SCRIPT(no_stream, SAY(HELLO), SHUT);
SCRIPT(whole, SAY(HELLO), SHUT);
SCRIPT(no_json, SAY(WHOLE("oops")), SHUT);
SCRIPT(no_choices, SAY(WHOLE("{\"hello\":1}")), SHUT);
SCRIPT(error_in_200,
       SAY(WHOLE("{\"error\":{\"message\":\"broke\","
		 "\"code\":503}}")),
       SHUT);
SCRIPT(refused_in_200,
       SAY(WHOLE("{\"error\":{\"message\":\"it says no\","
		 "\"code\":400}}")),
       SHUT);
SCRIPT(says_400, SAY(FAILS("400", "")), SHUT);
SCRIPT(says_401, SAY(FAILS("401", "")), SHUT);
SCRIPT(says_404, SAY(FAILS("404", "")), SHUT);
SCRIPT(says_413, SAY(FAILS("413", "")), SHUT);
SCRIPT(says_422, SAY(FAILS("422", "")), SHUT);
SCRIPT(says_429, SAY(FAILS("429", "Retry-After: 9\r\n")), SHUT);
SCRIPT(says_500, SAY(FAILS("500", "")), SHUT);
SCRIPT(says_503, SAY(FAILS("503", "")), SHUT);
SCRIPT(resets, RESET);

#define ASK                                                                    \
	"{\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"12345678\"}]"
#define STREAMED ASK ",\"stream\":true}"
#define COUNTED                                                                \
	ASK ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
#define UNSTREAMED ASK "}"

/* The prompt by estimate: 8 bytes are 2 tokens, and 4 for the message. */
enum { PROMPT = 6 };

static const struct {
	const char *label, *ask;
	const struct upstream_step *scripts[4];
	int fault;	 /* the status of the fault; 0: answered */
	const char *got; /* what the client got, or the fault said */
	const char *outcome;
	int in, out; /* tokens charged */
	bool estimated;
	int attempts;
} rows[] = {
	{ "streams",
	  STREAMED,
	  { streams },
	  0,
	  "\" you\"",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "P26: usage asked for",
	  COUNTED,
	  { streams },
	  0,
	  "\"cost\":0.000044",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "P32: no [DONE]",
	  STREAMED,
	  { no_done },
	  0,
	  "data: [DONE]",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "P32: no blank line",
	  STREAMED,
	  { no_blank_line },
	  0,
	  "data: [DONE]",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "no usage",
	  STREAMED,
	  { no_usage },
	  0,
	  "hello you",
	  "answered",
	  PROMPT,
	  3,
	  true,
	  1 },
	{ "no usage, but wanted",
	  COUNTED,
	  { no_usage },
	  0,
	  "\"prompt_tokens\":6",
	  "answered",
	  PROMPT,
	  3,
	  true,
	  1 },
	{ "a malformed event is skipped",
	  STREAMED,
	  { malformed },
	  0,
	  "data: [DONE]",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "P38: no content but a finish",
	  STREAMED,
	  { only_finish },
	  0,
	  "data: [DONE]",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "whole",
	  UNSTREAMED,
	  { whole },
	  0,
	  "\"cost\":0.000044",
	  "answered",
	  7,
	  3,
	  false,
	  1 },
	{ "P35: cut after content",
	  STREAMED,
	  { cut },
	  0,
	  "\"finish_reason\":\"error\"",
	  "cut",
	  PROMPT,
	  3,
	  true,
	  1 },
	{ "P35: an error after content",
	  STREAMED,
	  { error_late },
	  0,
	  "\"message\":\"broke\"",
	  "cut",
	  PROMPT,
	  3,
	  true,
	  1 },
	{ "P36: cut before content, then another",
	  STREAMED,
	  { cut_early, streams },
	  0,
	  " you",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "P36: an error before content, then another",
	  STREAMED,
	  { error_early, streams },
	  0,
	  " you",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "cut before content, twice",
	  STREAMED,
	  { cut_early, cut_early },
	  502,
	  "broke its answer off",
	  "failed",
	  0,
	  0,
	  false,
	  2 },
	{ "no stream, then one",
	  STREAMED,
	  { no_stream, streams },
	  0,
	  " you",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "no JSON, then some",
	  UNSTREAMED,
	  { no_json, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "no choices, then some",
	  UNSTREAMED,
	  { no_choices, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "an error that says 200",
	  UNSTREAMED,
	  { error_in_200, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "P55: a refusal that says 200",
	  UNSTREAMED,
	  { refused_in_200, whole },
	  400,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  1 },
	{ "P55: 400 is final",
	  UNSTREAMED,
	  { says_400, whole },
	  400,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  1 },
	{ "P55: 404 is final",
	  UNSTREAMED,
	  { says_404, whole },
	  404,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  1 },
	{ "P55: 413 is final",
	  UNSTREAMED,
	  { says_413, whole },
	  413,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  1 },
	{ "P55: 422 is final",
	  UNSTREAMED,
	  { says_422, whole },
	  422,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  1 },
	{ "401 is the credential's",
	  UNSTREAMED,
	  { says_401, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "401 twice is not the client's",
	  UNSTREAMED,
	  { says_401, says_401 },
	  502,
	  "refused the gateway's credential",
	  "failed",
	  0,
	  0,
	  false,
	  2 },
	{ "429, then another",
	  STREAMED,
	  { says_429, streams },
	  0,
	  " you",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "429 twice",
	  STREAMED,
	  { says_429, says_429 },
	  429,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  2 },
	{ "500, then another",
	  UNSTREAMED,
	  { says_500, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "500, then 503",
	  UNSTREAMED,
	  { says_500, says_503 },
	  503,
	  "it says no",
	  "failed",
	  0,
	  0,
	  false,
	  2 },
	{ "a broken connection, then another",
	  UNSTREAMED,
	  { resets, whole },
	  0,
	  "hi",
	  "answered",
	  7,
	  3,
	  false,
	  2 },
	{ "broken connections",
	  STREAMED,
	  { resets, resets },
	  502,
	  "Two broke the connection",
	  "failed",
	  0,
	  0,
	  false,
	  2 },
};

static struct stage stage;

static void close_stage(void)
{
	stage_close(&stage);
}

TestSuite(relay, .fini = close_stage, .timeout = 60);

static int64_t booked(const char *what)
{
	return stage_number(
		&stage,
		arena_print(stage.arena, "SELECT %s FROM generation", what));
}

EACH(relay, P22_outcomes, rows)
{
	struct fault why = { 0 };
	bool ok;

	stage_open(&stage, 1000000000, row->scripts);
	ok = stage_ask(&stage, row->ask, &why);
	cr_expect_eq(ok ? 0 : fault_status(why.kind), row->fault, "%s: %s",
		     row->label, why.text);
	cr_expect(strstr(ok ? stage.got.text : why.text, row->got), "%s: %s %s",
		  row->label, stage.got.text, why.text);
	cr_expect_str_eq(stage_text(&stage, "SELECT outcome FROM generation"),
			 row->outcome, "%s", row->label);
	cr_expect_eq(booked("charge"),
		     row->in * STAGE_IN + row->out * STAGE_OUT, "%s: %lld",
		     row->label, (long long)booked("charge"));
	cr_expect_eq(booked("fresh"), row->in, "%s", row->label);
	cr_expect_eq(booked("estimated"), row->estimated, "%s", row->label);
	cr_expect_eq(upstream_server_requests(stage.server), row->attempts,
		     "%s", row->label);
	cr_expect_eq(stage_broken(&stage), 0, "%s", row->label);
	cr_expect_eq(stage_number(&stage, "SELECT sum(held) FROM book"), 0,
		     "%s", row->label);
}

static const struct upstream_step *const one_stream[] = { streams, NULL };

Test(relay, P26_shows_usage_only_when_asked)
{
	stage_open(&stage, 1000000000, one_stream);
	cr_assert(stage_ask(&stage, STREAMED, NULL));
	cr_expect_not(strstr(stage.got.text, "usage"), "%s", stage.got.text);
	cr_expect(strstr(upstream_server_request(stage.server, 0),
			 "\"stream_options\":{\"include_usage\":true}"));
}

Test(relay, P37_names_who_answered_and_hides_who_did_not)
{
	static const struct upstream_step *const scripts[] = { says_500, whole,
							       NULL };

	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, UNSTREAMED, NULL));
	cr_expect(strstr(stage.got.text, "\"provider\":\"Two\""));
	cr_expect(strstr(stage.got.text, "\"model\":\"a/m\""));
	cr_expect_str_eq(stage_text(&stage, "SELECT endpoint FROM generation"),
			 "two:m");
	cr_expect(strstr(stage_text(&stage, "SELECT failures FROM generation"),
			 "\"endpoint\":\"one:m\""));
	cr_expect(strstr(upstream_server_request(stage.server, 1),
			 "\"model\":\"m-two\""));
}

Test(relay, lists_the_errors_before_the_last)
{
	static const struct upstream_step *const scripts[] = { says_500,
							       says_503, NULL };
	struct fault why = { 0 };

	stage_open(&stage, 1000000000, scripts);
	cr_assert_not(stage_ask(&stage, UNSTREAMED, &why));
	cr_expect(strstr(why.details, "\"previous_errors\":[{\"provider\":"
				      "\"one\",\"code\":500}]"),
		  "%s", why.details);
}

Test(relay, says_when_to_come_back)
{
	static const struct upstream_step *const scripts[] = { says_429, NULL };
	struct fault why = { 0 };

	stage_open(&stage, 1000000000, scripts);
	cr_assert_not(stage_ask(&stage, UNSTREAMED, &why));
	cr_expect_eq(why.retry_after, 9);
}

Test(relay, P54_has_one_attempt_budget)
{
	static const struct upstream_step *const scripts[] = { says_500, NULL };

	stage.scratch.settings.attempts = 1;
	stage_open(&stage, 1000000000, scripts);
	cr_assert_not(stage_ask(&stage, UNSTREAMED, NULL));
	cr_expect_eq(upstream_server_requests(stage.server), 1);
}

SCRIPT(waits, SAY(STREAM ROLE WORD("hello you") WORD("!")), HOLD);

Test(relay, P20_a_client_that_leaves_pays_for_what_it_got)
{
	static const struct upstream_step *const scripts[] = { waits, NULL };
	struct fault why = { 0 };

	stage.leaves_after = 3;
	stage_open(&stage, 1000000000, scripts);
	cr_assert_not(stage_ask(&stage, STREAMED, &why));
	cr_expect_eq(why.kind, FAULT_GONE);
	cr_expect_str_eq(stage_text(&stage, "SELECT outcome FROM generation"),
			 "cancelled");
	cr_expect_geq(booked("charge"), PROMPT * STAGE_IN + 3 * STAGE_OUT);
	cr_expect_eq(booked("estimated"), 1);
	cr_expect_eq(upstream_server_wait_ended(stage.server, 1), 1);
	cr_expect_eq(stage_broken(&stage), 0);
}

Test(relay, a_stopping_process_ends_its_streams)
{
	static const struct upstream_step *const scripts[] = { waits, NULL };

	stage.stopping = true;
	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, STREAMED, NULL));
	cr_expect(strstr(stage.got.text, "being restarted"), "%s",
		  stage.got.text);
	cr_expect_not(strstr(stage.got.text, "[DONE]"));
	cr_expect_str_eq(stage_text(&stage, "SELECT outcome FROM generation"),
			 "cut");
	cr_expect_eq(stage_broken(&stage), 0);
}

SCRIPT(silent, SAY(STREAM ROLE), HOLD);

Test(relay, P56_a_silent_provider_is_left_for_another)
{
	static const struct upstream_step *const scripts[] = { silent, streams,
							       NULL };

	stage.scratch.settings.idle_ms = 200;
	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, STREAMED, NULL));
	cr_expect(strstr(stage.got.text, "\"provider\":\"Two\""));
}

Test(relay, P39_comments_keep_a_silent_stream_alive)
{
	static const struct upstream_step *const scripts[] = { silent, streams,
							       NULL };

	stage.scratch.settings.idle_ms = 1000;
	stage.scratch.settings.commit_head_ms = 1;
	stage.scratch.settings.heartbeat_ms = 1;
	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, STREAMED, NULL));
	cr_expect_eq(strncmp(stage.got.text, ": TURNPIKE PROCESSING ", 22), 0);
	cr_expect(strstr(stage.got.text, "\n: TURNPIKE PROCESSING\n"), "%s",
		  stage.got.text);
	cr_expect(strstr(stage.got.text, "\"provider\":\"Two\""));
}

SCRIPT(slow, SAY(OK_HEAD "Content-Type: application/json\r\n\r\n"), PAUSE(500),
       SAY("{\"choices\":[{\"message\":{\"content\":\"hi\"},"
	   "\"finish_reason\":\"stop\"}]}"),
       SHUT);

Test(relay, spaces_keep_a_slow_whole_answer_alive)
{
	static const struct upstream_step *const scripts[] = { slow, NULL };

	stage.scratch.settings.whole_space_ms = 1;
	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, UNSTREAMED, NULL));
	cr_expect_eq(stage.got.text[0], ' ');
	cr_expect(strstr(stage.got.text, "\"content\":\"hi\""));
}

/* A stream of 100 bytes an event, which are 50 tokens, until nobody listens. */
SCRIPT(endless, SAY(STREAM),
       FLOOD(WORD("0123456789012345678901234567890123456789012345678"
		  "901234567890123456789012345678901234567890123456789"),
	     100000),
       SHUT);

Test(relay, P3_a_stream_ends_where_the_credit_does)
{
	static const struct upstream_step *const scripts[] = { endless, NULL };

	stage.scratch.settings.slice_tokens = 100;
	stage_open(&stage, 500 * STAGE_OUT, scripts);
	cr_assert(stage_ask(&stage, STREAMED, NULL));
	cr_expect(strstr(stage.got.text, "\"finish_reason\":\"length\""), "%s",
		  stage.got.text);
	cr_expect(strstr(stage.got.text, "[DONE]"));
	cr_expect_str_eq(stage_text(&stage, "SELECT finish FROM generation"),
			 "length");
	cr_expect_leq(booked("charge"), 500 * STAGE_OUT);
	cr_expect_eq(booked("charge"), booked("cost"));
	cr_expect_eq(upstream_server_wait_ended(stage.server, 1), 1);
	cr_expect_eq(stage_broken(&stage), 0);
}

Test(relay, P3_a_whole_answer_is_clamped_to_what_is_there)
{
	static const struct upstream_step *const scripts[] = { whole, NULL };

	stage_open(&stage, 500 * STAGE_OUT, scripts);
	cr_assert(stage_ask(&stage, UNSTREAMED, NULL));
	cr_expect(strstr(upstream_server_request(stage.server, 0),
			 "\"max_tokens\":46"),
		  "%s", upstream_server_request(stage.server, 0));
}

Test(relay, P7_what_cannot_be_paid_never_reaches_a_provider)
{
	static const struct upstream_step *const scripts[] = { whole, NULL };
	struct fault why = { 0 };

	stage_open(&stage, 5 * STAGE_OUT, scripts);
	cr_assert_not(stage_ask(&stage, ASK ",\"max_tokens\":50}", &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect_eq(upstream_server_requests(stage.server), 0);
	cr_expect_eq(booked("count(*)"), 0);
}

static const struct {
	const char *label;
	const struct upstream_step *scripts[2];
} tellings[] = {
	{ "twice", { usage_twice } },
	{ "P27: beside each choice", { usage_beside } },
	{ "never", { no_usage } },
};

EACH(relay, P26_tells_usage_once_and_last, tellings)
{
	const char *usage;

	stage_open(&stage, 1000000000, row->scripts);
	cr_assert(stage_ask(&stage, COUNTED, NULL));
	usage = strstr(stage.got.text, "\"prompt_tokens\"");
	cr_assert(usage, "%s: %s", row->label, stage.got.text);
	cr_expect_not(strstr(usage + 1, "\"prompt_tokens\""), "%s: %s",
		      row->label, stage.got.text);
	cr_expect(strstr(usage, "\n\ndata: [DONE]"), "%s", row->label);
}

Test(relay, P60_an_address_is_for_the_books_alone)
{
	static const struct upstream_step *const scripts[] = { resets, NULL };
	struct fault why = { 0 };

	stage_open(&stage, 1000000000, scripts);
	cr_assert_not(stage_ask(&stage, UNSTREAMED, &why));
	cr_expect_not(strstr(why.text, "127.0.0.1"), "%s", why.text);
	cr_expect_not(strstr(why.details, "127.0.0.1"), "%s", why.details);
}

/* An answer that is larger than any event may be. */
SCRIPT(large,
       SAY(OK_HEAD "Content-Type: application/json\r\n\r\n"
		   "{\"choices\":[{\"message\":{\"content\":\""),
       FLOOD("0123456789", 10000), SAY("\"},\"finish_reason\":\"stop\"}]}"),
       SHUT);

Test(relay, a_whole_answer_may_be_larger_than_an_event)
{
	static const struct upstream_step *const scripts[] = { large, NULL };

	stage.scratch.settings.event_limit = 1000;
	stage_open(&stage, 1000000000, scripts);
	cr_assert(stage_ask(&stage, UNSTREAMED, NULL));
	cr_expect_gt(stage.got.len, 100000);
	cr_expect_eq(stage.got.text[stage.got.len - 1], '}');
}
