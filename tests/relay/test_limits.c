#include "domain/limits.h"

#include "support/row.h"
#include "support/stage.h"
#include "support/upstream_script.h"

#include <stdio.h>
#include <string.h>

/* Limits on a request's way: what the client is told, what the provider is
 * asked, and what is counted in the end. */
#define STREAM OK_HEAD "Content-Type: text/event-stream\r\n\r\n"
#define WORD   "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"
#define STOP                                                                   \
	"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define USAGE "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"

static const struct upstream_step whole[] = {
	SAY(OK_HEAD "Content-Type: application/json\r\n\r\n"
		    "{\"choices\":[{\"message\":{\"content\":\"hi\"},"
		    "\"finish_reason\":\"stop\"}]," USAGE),
	SHUT, THE_END
};
static const struct upstream_step streamed[] = {
	SAY(STREAM WORD STOP "data: {\"choices\":[]," USAGE
			     "\n\ndata: [DONE]\n\n"),
	SHUT, THE_END
};
static const struct upstream_step fails[] = {
	SAY("HTTP/1.1 400 No\r\nContent-Length: 32\r\n\r\n"
	    "{\"error\":{\"message\":\"it says no\"}}"),
	SHUT, THE_END
};

static const struct upstream_step *const wholes[] = { whole, NULL };
static const struct upstream_step *const streams[] = { streamed, NULL };
static const struct upstream_step *const failures[] = { fails, NULL };

#define ASK                                                                    \
	"{\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"12345678\"}]"

/* By estimate: 8 bytes are 2 tokens, and 4 for the message. */
enum { PROMPT = 6, USED = 10 };

static struct stage stage;

static void close_stage(void)
{
	stage_close(&stage);
}

TestSuite(relay_limits, .fini = close_stage, .timeout = 60);

static void open_stage(const struct upstream_step *const *scripts)
{
	stage_open(&stage, (int64_t)1000000000, scripts);
}

static bool ask(const char *body, struct fault *why)
{
	stage.status = 0;
	buf_clear(&stage.head);
	return stage_ask(&stage, body, why);
}

static bool told(const char *line)
{
	return strstr(stage.head.text, line) != NULL;
}

static int64_t counted(void)
{
	return stage_number(&stage, "SELECT minute_tokens FROM rate");
}

static const struct {
	const char *label, *body;
	const struct upstream_step *const *scripts;
} ways[] = {
	{ "whole", ASK "}", wholes },
	{ "streamed", ASK ",\"stream\":true}", streams },
};

EACH(relay_limits, answers_tell_what_is_left, ways)
{
	struct fault why = { 0 };

	open_stage(row->scripts);
	stage.key.limits.requests_per_day = (struct limit){ true, 2 };
	cr_assert(ask(row->body, &why), "%s", why.text);
	cr_expect(told("X-RateLimit-Limit: 2\n"), "%s: %s", row->label,
		  stage.head.text);
	cr_expect(told("X-RateLimit-Remaining: 1\n"), "%s", stage.head.text);
	cr_expect(told("X-RateLimit-Reset: 1"), "%s", stage.head.text);
	cr_assert(ask(row->body, &why), "%s", why.text);
	cr_expect(told("X-RateLimit-Remaining: 0\n"), "%s", stage.head.text);
	cr_expect_not(ask(row->body, &why));
	cr_expect_eq(why.kind, FAULT_TOO_MANY);
	cr_expect(told("X-RateLimit-Remaining: 0\n"), "%s", stage.head.text);
	cr_expect_eq(stage.status, 0);
	cr_expect_eq(upstream_server_requests(stage.server), 2);
	cr_expect_eq(stage_number(&stage, "SELECT sum(held) FROM book"), 0);
	cr_expect_eq(stage_broken(&stage), 0);
}

/* P8: a stream and a whole answer are counted alike. */
EACH(relay_limits, P8_tokens_are_counted_when_it_is_settled, ways)
{
	struct fault why = { 0 };

	open_stage(row->scripts);
	stage.key.limits.tokens_per_minute = (struct limit){ true, 100000 };
	cr_assert(ask(row->body, &why), "%s", why.text);
	cr_expect_eq(counted(), USED, "%s: %lld", row->label,
		     (long long)counted());
}

EACH(relay_limits, an_answer_without_a_bound_gets_what_is_left, ways)
{
	struct fault why = { 0 };

	open_stage(row->scripts);
	stage.key.limits.tokens_per_minute = (struct limit){ true, 500 };
	cr_assert(ask(row->body, &why), "%s", why.text);
	cr_expect(strstr(upstream_server_request(stage.server, 0),
			 "\"max_tokens\":494"),
		  "%s: %s", row->label,
		  upstream_server_request(stage.server, 0));
	cr_expect(told("X-RateLimit-Remaining: 0\n"), "%s", stage.head.text);
}

EACH(relay_limits, no_limit_tells_nothing, ways)
{
	open_stage(row->scripts);
	cr_assert(ask(row->body, NULL));
	cr_expect_not(told("X-RateLimit"), "%s", stage.head.text);
	cr_expect_not(
		strstr(upstream_server_request(stage.server, 0), "max_tokens"));
	cr_expect_eq(stage_number(&stage, "SELECT count(*) FROM rate"), 0);
}

Test(relay_limits, a_wish_is_never_made_smaller)
{
	struct fault why = { 0 };

	open_stage(wholes);
	stage.key.limits.tokens_per_minute = (struct limit){ true, 500 };
	cr_expect_not(ask(ASK ",\"max_tokens\":495}", &why));
	cr_expect(strstr(why.text, "Ask for at most 494 max_tokens"), "%s",
		  why.text);
	cr_expect_eq(why.retry_after, 0);
	cr_expect_eq(upstream_server_requests(stage.server), 0);
	cr_expect(ask(ASK ",\"max_tokens\":494}", NULL));
}

Test(relay_limits, choices_share_what_is_left)
{
	open_stage(wholes);
	stage.key.account_limits.tokens_per_minute =
		(struct limit){ true, 406 };
	cr_assert(ask(ASK ",\"n\":4}", NULL));
	cr_expect(strstr(upstream_server_request(stage.server, 0),
			 "\"max_tokens\":100"),
		  "%s", upstream_server_request(stage.server, 0));
}

/* What no provider answered was a request, but no tokens. */
Test(relay_limits, a_failure_gives_its_tokens_back)
{
	struct fault why = { 0 };

	open_stage(failures);
	stage.key.limits.tokens_per_minute = (struct limit){ true, 5000 };
	cr_expect_not(ask(ASK "}", &why));
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect(told("X-Generation-Id: gen-1-"), "%s", stage.head.text);
	cr_expect(told("X-RateLimit-Limit: 5000\n"), "%s", stage.head.text);
	cr_expect_eq(counted(), 0);
	cr_expect_eq(stage_number(&stage, "SELECT minute_requests FROM rate"),
		     1);
}

Test(relay_limits, a_budget_that_refuses_counts_nothing)
{
	struct fault why = { 0 };

	stage_open(&stage, (int64_t)STAGE_OUT, wholes);
	stage.key.limits.requests_per_minute = (struct limit){ true, 1 };
	cr_expect_not(ask(ASK ",\"max_tokens\":50}", &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect_not(told("X-RateLimit"), "%s", stage.head.text);
	cr_expect_eq(stage_number(&stage, "SELECT count(*) FROM rate"), 0);
}

static bool set_price(struct db *db, void *pico, struct fault *why)
{
	return db_run(db,
		      arena_print(stage.arena,
				  "UPDATE price SET input = %lld, output = 0;"
				  " UPDATE version SET number = number + 1",
				  (long long)*(const int64_t *)pico),
		      why);
}

static void price(int64_t pico)
{
	struct fault why = { 0 };

	cr_assert(store_commit(stage.store, set_price, &pico, &why), "%s",
		  why.text);
	stage.key.catalogue_version++;
}

static const struct {
	const char *label, *which;
	int64_t pico;
	bool limited;
} prices[] = {
	{ "a free model", "all", 0, true },
	{ "one that costs", "all", 1, false },
	{ "a free one that is no variant", "variants", 0, false },
	{ "nobody cares", "none", 0, false },
};

EACH(relay_limits, free_models_have_limits_of_their_own, prices)
{
	struct fault why = { 0 };

	stage.scratch.settings.free_models = row->which;
	stage.scratch.settings.free_per_minute = 1;
	stage.scratch.settings.free_per_day = 9;
	stage.scratch.settings.free_per_day_bought = 9;
	open_stage(wholes);
	price(row->pico);
	cr_assert(ask(ASK "}", &why), "%s: %s", row->label, why.text);
	cr_expect_eq(told("X-RateLimit-Limit: 1\n"), row->limited, "%s: %s",
		     row->label, stage.head.text);
	cr_expect_eq(ask(ASK "}", &why), !row->limited, "%s", row->label);
	if (row->limited)
		cr_expect(strstr(why.text, "free-models-per-min"), "%s",
			  why.text);
}
