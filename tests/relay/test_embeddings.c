#include "relay/relay.h"

#include "support/row.h"
#include "support/stage.h"
#include "support/upstream_script.h"

#include <string.h>

#define WHOLE(text) OK_HEAD "Content-Type: application/json\r\n\r\n" text
#define FAILS(status)                                                          \
	"HTTP/1.1 " status " No\r\nContent-Length: 34\r\n\r\n"                 \
	"{\"error\":{\"message\":\"it says no\"}}"
#define VECTORS                                                                \
	"\"data\" : [ {\"object\":\"embedding\", \"index\":0,\"embedding\":"   \
	"[0.10, -1e-05,0]} ]"
#define ASK "{\"model\":\"a/e\",\"input\":\"12345678\"}"

#define SCRIPT(name, ...)                                                      \
	static const struct upstream_step name[] = { __VA_ARGS__, THE_END }

SCRIPT(answers,
       SAY(WHOLE("{\"object\":\"list\"," VECTORS ",\"model\":\"e-one\","
		 "\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}")),
       SHUT);
SCRIPT(uncounted, SAY(WHOLE("{" VECTORS "}")), SHUT);
SCRIPT(empty, SAY(WHOLE("{\"data\":[]}")), SHUT);
SCRIPT(chats, SAY(WHOLE("{\"choices\":[{\"message\":{\"content\":\"hi\"}}]}")),
       SHUT);
SCRIPT(says_400, SAY(FAILS("400")), SHUT);
SCRIPT(says_503, SAY(FAILS("503")), SHUT);

/* The prompt by estimate: 8 bytes are 2 tokens, and 4 for the message. */
enum { PROMPT = 6, CREDIT = 1000000000 };

static const struct {
	const char *label;
	const struct upstream_step *scripts[3];
	int fault;
	const char *got;
	int charged; /* tokens */
	int attempts;
} rows[] = {
	{ "answered", { answers }, 0, "\"cost\":0.000014", 7, 1 },
	{ "byte by byte", { answers }, 0, VECTORS, 7, 1 },
	{ "the gateway's names", { answers }, 0, "\"model\":\"a/e\"", 7, 1 },
	{ "P15: no usage", { uncounted }, 0, "\"prompt_tokens\":6", PROMPT, 1 },
	{ "no vector, then some",
	  { empty, answers },
	  0,
	  "\"provider\":\"Two\"",
	  7,
	  2 },
	{ "no vector", { empty, chats }, 502, "without an embedding", 0, 2 },
	{ "503, then another",
	  { says_503, answers },
	  0,
	  "\"provider\":\"Two\"",
	  7,
	  2 },
	{ "P55: 400 is final", { says_400 }, 400, "it says no", 0, 1 },
};

static struct stage stage;

static void close_stage(void)
{
	stage_close(&stage);
}

TestSuite(embeddings, .fini = close_stage, .timeout = 60);

static int64_t booked(const char *what)
{
	return stage_number(
		&stage,
		arena_print(stage.arena, "SELECT %s FROM generation", what));
}

EACH(embeddings, outcomes, rows)
{
	struct fault why = { 0 };
	bool ok;

	stage_open(&stage, CREDIT, row->scripts);
	ok = stage_trade(&stage, &TRADE_EMBEDDING, ASK, &why);
	cr_expect_eq(ok ? 0 : fault_status(why.kind), row->fault, "%s: %s",
		     row->label, why.text);
	cr_expect(strstr(ok ? stage.got.text : why.text, row->got), "%s: %s %s",
		  row->label, stage.got.text, why.text);
	cr_expect_eq(booked("charge"), row->charged * STAGE_IN, "%s: %lld",
		     row->label, (long long)booked("charge"));
	cr_expect_eq(upstream_server_requests(stage.server), row->attempts,
		     "%s", row->label);
	cr_expect(strstr(upstream_server_request(stage.server, 0),
			 "POST /v1/embeddings "));
	cr_expect_str_eq(stage_text(&stage, "SELECT operation FROM generation"),
			 "embedding");
	cr_expect_eq(stage_broken(&stage), 0, "%s", row->label);
	cr_expect_eq(stage_number(&stage, "SELECT sum(held) FROM book"), 0,
		     "%s", row->label);
}

/* Each input may be as long as the model's context, which has 1,000. */
Test(embeddings, many_inputs_are_not_one_that_is_too_long)
{
	static const struct upstream_step *const scripts[] = { answers, NULL };
	struct buf body;

	buf_init(&body, 1 << 20);
	buf_text(&body, "{\"model\":\"a/e\",\"input\":[\"x\"");
	for (int i = 0; i < 1000; i++)
		buf_text(&body, ",\"0123456789012345678901234567890\"");
	buf_text(&body, "]}");
	stage_open(&stage, CREDIT, scripts);
	cr_expect(stage_trade(&stage, &TRADE_EMBEDDING, body.text, NULL));
	buf_done(&body);
}

Test(embeddings, a_text_beyond_the_context_is_refused)
{
	static const struct upstream_step *const scripts[] = { answers, NULL };
	struct fault why = { 0 };
	struct buf body;

	buf_init(&body, 1 << 20);
	buf_print(&body, "{\"model\":\"a/e\",\"input\":[\"%05000d\",\"x\"]}",
		  0);
	stage_open(&stage, CREDIT, scripts);
	cr_expect_not(stage_trade(&stage, &TRADE_EMBEDDING, body.text, &why));
	cr_expect_str_eq(why.type, "context_length_exceeded");
	buf_done(&body);
}

Test(embeddings, P7_what_cannot_be_paid_never_reaches_a_provider)
{
	static const struct upstream_step *const scripts[] = { answers, NULL };
	struct fault why = { 0 };

	stage_open(&stage, STAGE_IN, scripts);
	cr_expect_not(stage_trade(&stage, &TRADE_EMBEDDING, ASK, &why));
	cr_expect_eq(why.kind, FAULT_NO_FUNDS);
	cr_expect_eq(upstream_server_requests(stage.server), 0);
}

static const struct {
	const char *label;
	const struct trade *trade;
	const char *ask, *right;
} strays[] = {
	{ "an embedding model in a chat", &TRADE_CHAT,
	  "{\"model\":\"a/e\",\"messages\":[{\"role\":\"user\",\"content\":"
	  "\"hi\"}]}",
	  "/embeddings" },
	{ "an embedding model for a completion", &TRADE_COMPLETION,
	  "{\"model\":\"a/e\",\"prompt\":\"hi\"}", "/embeddings" },
	{ "a chat model for embeddings", &TRADE_EMBEDDING,
	  "{\"model\":\"a/m\",\"input\":\"hi\"}", "/chat/completions" },
};

EACH(embeddings, the_wrong_endpoint_names_the_right_one, strays)
{
	static const struct upstream_step *const scripts[] = { answers, NULL };
	struct fault why = { 0 };

	stage_open(&stage, CREDIT, scripts);
	cr_expect_not(stage_trade(&stage, row->trade, row->ask, &why));
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", row->label);
	cr_assert(why.availability, "%s", row->label);
	cr_expect(strstr(why.availability, "\"code\":\"wrong_endpoint\""),
		  "%s: %s", row->label, why.availability);
	cr_expect(strstr(why.text, row->right), "%s: %s", row->label, why.text);
	cr_expect_eq(upstream_server_requests(stage.server), 0);
}

Test(embeddings, a_model_of_the_right_kind_goes_on_where_another_is_not)
{
	static const struct upstream_step *const scripts[] = { answers, NULL };

	stage_open(&stage, CREDIT, scripts);
	cr_expect(stage_trade(&stage, &TRADE_EMBEDDING,
			      "{\"models\":[\"a/m\",\"a/e\"],\"input\":\"x\"}",
			      NULL));
}
