#include "support/upstream_ear.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

static bool go_on(struct upstream_ear *e, bool stop)
{
	e->stopped = stop;
	return !stop;
}

static bool hear_head(void *who, const struct call_head *head)
{
	struct upstream_ear *e = who;

	cr_expect_not(e->stopped, "a head after the end");
	cr_expect_eq(e->pieces, 0, "a head after the body");
	e->heads++;
	e->head = *head;
	snprintf(e->type, sizeof(e->type), "%s", head->type);
	snprintf(e->request_id, sizeof(e->request_id), "%s", head->request_id);
	return go_on(e, e->stop_in_head);
}

static bool hear_body(void *who, const char *bytes, size_t len)
{
	struct upstream_ear *e = who;

	cr_expect_not(e->stopped, "a piece after the end");
	cr_expect_eq(e->heads, 1, "a body without a head");
	e->pieces++;
	e->length += len;
	buf_add(&e->body, bytes, len);
	if (e->break_off_fd)
		close(e->break_off_fd);
	e->break_off_fd = 0;
	return go_on(e, e->stop_after && e->length >= e->stop_after);
}

static bool hear_tick(void *who)
{
	struct upstream_ear *e = who;

	cr_expect_not(e->stopped, "a tick after the end");
	e->ticks++;
	return go_on(e, e->stop_at_tick && e->ticks >= e->stop_at_tick);
}

void upstream_ear_init(struct upstream_ear *e)
{
	*e = (struct upstream_ear){
		.ear = { .head = hear_head,
			 .body = hear_body,
			 .tick = hear_tick,
			 .who = e },
	};
	buf_init(&e->body, 1 << 20);
}

void upstream_ear_done(struct upstream_ear *e)
{
	buf_done(&e->body);
}

struct call upstream_call(const char *url)
{
	enum { LONG = 20000 };

	return (struct call){
		.method = "GET",
		.url = url,
		.clocks = { LONG, LONG, LONG, LONG },
		.watch = -1,
	};
}
