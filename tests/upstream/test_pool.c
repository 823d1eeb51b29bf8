#include "upstream/pool.h"

#include "upstream/call.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

TestSuite(pool, .timeout = 60);

#define HELLO SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello")

static const struct upstream_step hello[] = { HELLO, THE_END };
static const struct upstream_step hello_and_shut[] = { HELLO, SHUT };
static const struct upstream_step polite[] = {
	SAY(OK_HEAD "Content-Length: 5\r\nConnection: close\r\n\r\nhello"),
	SHUT,
};
static const struct upstream_step shut[] = { SHUT };
static const struct upstream_step reset[] = { RESET };
static const struct upstream_step think_and_shut[] = { PAUSE(1500), SHUT };
#define EVIL "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
static const struct upstream_step and_more[] = {
	SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello" EVIL),
	THE_END,
};
static const struct upstream_step half_and_shut[] = {
	SAY(OK_HEAD "Content-Length: 9\r\n\r\nhello"), SHUT
};

static enum call_end ask(struct pool *pool, struct upstream_server *server,
			 struct call_report *report)
{
	struct call call = upstream_call(upstream_server_url(server));
	struct upstream_ear ear;

	call.method = "POST";
	call.body = span_of("{}");
	upstream_ear_init(&ear);
	call_run(pool, &call, &ear.ear, report);
	if (report->end == CALL_DONE)
		cr_expect_str_eq(ear.body.text, "hello");
	upstream_ear_done(&ear);
	return report->end;
}

Test(pool, keeps_one_connection_for_ten_calls)
{
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	for (int i = 0; i < 10; i++) {
		cr_expect_eq(ask(pool, server, &report), CALL_DONE, "%s",
			     report.text);
		cr_expect_eq(report.fresh_connection, i == 0, "%d", i);
	}
	cr_expect_eq(upstream_server_connections(server), 1);
	cr_expect_eq(upstream_server_requests(server), 10);
	pool_free(pool);
	upstream_server_free(server);
}

Test(pool, keeps_a_connection_for_each_of_two_hosts)
{
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct upstream_server *one = upstream_server_new(scripts);
	struct upstream_server *two = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	for (int i = 0; i < 5; i++) {
		cr_expect_eq(ask(pool, one, &report), CALL_DONE);
		cr_expect_eq(ask(pool, two, &report), CALL_DONE);
	}
	cr_expect_eq(upstream_server_connections(one), 1);
	cr_expect_eq(upstream_server_connections(two), 1);
	cr_expect_eq(upstream_server_requests(two), 5);
	pool_free(pool);
	upstream_server_free(one);
	upstream_server_free(two);
}

/* A second call made while the first hears its body. */
struct nested {
	struct pool *pool;
	struct upstream_server *server;
	struct call_report report;
	int depth;
};

static bool hear_head(void *who, const struct call_head *head)
{
	(void)who, (void)head;
	return true;
}

static void nest(struct nested *n);

static bool hear_body(void *who, const char *bytes, size_t len)
{
	struct nested *n = who;

	(void)bytes, (void)len;
	if (n->depth-- > 0)
		nest(n);
	return true;
}

static void nest(struct nested *n)
{
	struct call call = upstream_call(upstream_server_url(n->server));
	struct call_report report;
	const struct call_ear ear = { .head = hear_head,
				      .body = hear_body,
				      .who = n };

	cr_expect_eq(call_run(n->pool, &call, &ear, &report), CALL_DONE, "%s",
		     report.text);
}

Test(pool, hands_out_last_what_came_in_first)
{
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct nested n = { .server = upstream_server_new(scripts),
			    .pool = pool_new(),
			    .depth = 1 };
	struct call_report report;

	nest(&n); /* the outer call's line comes back last */
	cr_expect_eq(upstream_server_connections(n.server), 2);
	cr_expect_eq(upstream_server_connection_of(n.server, 0), 0);
	cr_expect_eq(upstream_server_connection_of(n.server, 1), 1);
	for (int i = 2; i < 5; i++) {
		cr_expect_eq(ask(n.pool, n.server, &report), CALL_DONE);
		cr_expect_eq(upstream_server_connection_of(n.server, i), 0);
	}
	pool_free(n.pool);
	upstream_server_free(n.server);
}

Test(pool, closes_what_is_idle_past_its_bound)
{
	enum { DEPTH = 140, IDLE = 128 };
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct nested n = { .server = upstream_server_new(scripts),
			    .pool = pool_new(),
			    .depth = DEPTH - 1 };

	nest(&n);
	cr_expect_eq(upstream_server_connections(n.server), DEPTH);
	cr_expect_eq(upstream_server_wait_ended(n.server, DEPTH - IDLE),
		     DEPTH - IDLE);
	pool_free(n.pool);
	cr_expect_eq(upstream_server_wait_ended(n.server, DEPTH), DEPTH);
	upstream_server_free(n.server);
}

static const struct {
	const char *label;
	const struct upstream_step *scripts[4];
	bool wait_for_end; /* of the first connection, before the second call */
	enum call_end end; /* of the second call */
	int requests;
} ends[] = {
	{ "the provider closes after the answer",
	  { hello_and_shut, hello },
	  true,
	  CALL_DONE,
	  2 },
	{ "the provider says that it closes",
	  { polite, hello },
	  true,
	  CALL_DONE,
	  2 },
	{ "the provider closes as the next request comes",
	  { hello, shut, hello },
	  false,
	  CALL_DONE,
	  3 },
	{ "the provider resets as the next request comes",
	  { hello, reset, hello },
	  false,
	  CALL_DONE,
	  3 },
	{ "asked again on a fresh connection, and no more",
	  { hello, shut, shut },
	  false,
	  CALL_BROKEN,
	  3 },
	{ "the provider had time to work on it",
	  { hello, think_and_shut, hello },
	  false,
	  CALL_BROKEN,
	  2 },
	{ "more than was asked for came with the answer",
	  { and_more, hello },
	  false,
	  CALL_DONE,
	  2 },
	{ "the answer has begun",
	  { hello, half_and_shut, hello },
	  false,
	  CALL_BROKEN,
	  2 },
};

EACH(pool, survives_a_connection_that_was_closed, ends)
{
	struct upstream_server *server = upstream_server_new(row->scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	cr_expect_eq(ask(pool, server, &report), CALL_DONE, "%s: %s",
		     row->label, report.text);
	if (row->wait_for_end)
		upstream_server_wait_ended(server, 1);
	cr_expect_eq(ask(pool, server, &report), row->end, "%s: %s", row->label,
		     report.text);
	cr_expect(report.sent, "%s", row->label);
	cr_expect_eq(upstream_server_requests(server), row->requests, "%s: %d",
		     row->label, upstream_server_requests(server));
	pool_free(pool);
	upstream_server_free(server);
}

static const struct {
	const char *label;
	const struct upstream_step *script;
} breaks[] = {
	{ "closed", shut },
	{ "reset", reset },
	{ "closed after a while", think_and_shut },
	{ "closed in the answer", half_and_shut },
};

EACH(pool, never_asks_twice_on_a_fresh_connection, breaks)
{
	const struct upstream_step *const scripts[] = { row->script, hello,
							NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	cr_expect_eq(ask(pool, server, &report), CALL_BROKEN, "%s: %s",
		     row->label, report.text);
	cr_expect_eq(upstream_server_requests(server), 1, "%s", row->label);
	cr_expect_eq(ask(pool, server, &report), CALL_DONE, "%s: %s",
		     row->label, report.text);
	cr_expect(report.fresh_connection, "%s", row->label);
	pool_free(pool);
	upstream_server_free(server);
}

/* What the provider says unasked is no answer to the next request. */
Test(pool, does_not_take_what_came_in_between_for_an_answer)
{
	static const struct upstream_step and_later[] = { HELLO, PAUSE(100),
							  SAY(EVIL), THE_END };
	const struct upstream_step *const scripts[] = { and_later, hello,
							NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	cr_expect_eq(ask(pool, server, &report), CALL_DONE);
	usleep(500 * 1000);
	cr_expect_eq(ask(pool, server, &report), CALL_DONE, "%s", report.text);
	cr_expect(report.fresh_connection);
	cr_expect_eq(upstream_server_wait_ended(server, 1), 1);
	pool_free(pool);
	upstream_server_free(server);
}

/* The clock that never jumps, except that this test makes it. */
static time_t leap;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	long failed = syscall(SYS_clock_gettime, clock, now);

	if (!failed && clock == CLOCK_MONOTONIC)
		now->tv_sec += leap;
	return (int)failed;
}

static const struct {
	const char *label;
	time_t idle_s;
	bool fresh;
} rests[] = {
	{ "not long", 50, false },
	{ "too long", 70, true },
};

EACH(pool, closes_what_is_idle_for_too_long, rests)
{
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct upstream_server *other = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call_report report;

	cr_expect_eq(ask(pool, server, &report), CALL_DONE);
	leap = row->idle_s;
	cr_expect_eq(ask(pool, other, &report), CALL_DONE);
	if (row->fresh)
		cr_expect_eq(upstream_server_wait_ended(server, 1), 1, "%s",
			     row->label);
	cr_expect_eq(ask(pool, server, &report), CALL_DONE);
	cr_expect_eq(report.fresh_connection, row->fresh, "%s", row->label);
	pool_free(pool);
	upstream_server_free(server);
	upstream_server_free(other);
}

Test(pool, may_be_freed_unused)
{
	pool_free(pool_new());
	pool_free(NULL);
}
