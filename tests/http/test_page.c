#include "http/page.h"

#include "base/clock.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <string.h>

/* 2026-04-03T10:20:30Z */
static const int64_t now = 1775211630000;

TestSuite(page, .timeout = 10);

static const char *const fruits[] = { "apple", "pear", "fig", NULL };

static bool answer(struct exchange *x, struct fault *why)
{
	struct page_bounds bounds = { -5, 100 };
	struct page_period period = { 0 }, since = { 0 };
	const char *fruit = "none";
	int64_t number = 42, whole;
	bool flag = false;

	if (!page_between(x, "limit", bounds, &number, why) ||
	    !page_number(x, "offset", 9, &whole, why) ||
	    !page_flag(x, "flag", &flag, why) ||
	    !page_choice(x, "fruit", fruits, &fruit, why) ||
	    !page_period(x, now, 30, &period, why) ||
	    !page_period(x, now, 0, &since, why))
		return false;
	return exchange_json(
		x, 200,
		json_pack("{s:I, s:I, s:b, s:s, s:s?, s:s, s:s, s:s}", "limit",
			  (json_int_t)number, "offset", (json_int_t)whole,
			  "flag", flag, "fruit", fruit, "text",
			  page_text(x, "text", "other"), "from",
			  clock_print(x->arena, period.from), "to",
			  clock_print(x->arena, period.to), "since",
			  clock_print(x->arena, since.from)),
		why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/page", .answer = answer },
	{ 0 },
};

static const struct program program = { .name = "page", .routes = routes };

static const struct {
	const char *query;
	int status;
	const char *want;
} queries[] = {
	/* what is there without any */
	{ "", 200, "\"limit\":42,\"offset\":9,\"flag\":false" },
	{ "", 200, "\"fruit\":\"none\",\"text\":null" },
	{ "", 200,
	  "\"from\":\"2026-03-04T00:00:00Z\",\"to\":\"2026-04-03T11:00:00Z\"" },
	{ "", 200, "\"since\":\"1970-01-01T00:00:00Z\"" },
	/* numbers */
	{ "limit=100", 200, "\"limit\":100" },
	{ "limit=-5", 200, "\"limit\":-5" },
	{ "limit=101", 400, "limit must be a number from -5 to 100" },
	{ "limit=-6", 400, "limit must be" },
	{ "limit=", 400, "limit must be" },
	{ "limit=1x", 400, "limit must be" },
	{ "limit=1.0", 400, "limit must be" },
	{ "limit=%201", 400, "limit must be" },
	{ "limit=+1", 400, "limit must be" },
	{ "limit=%2B1", 400, "limit must be" },
	{ "limit=-", 400, "limit must be" },
	{ "limit=0x10", 400, "limit must be" },
	{ "limit=99999999999999999999", 400, "limit must be" },
	{ "limit=1%00", 400, "limit must be" },
	{ "offset=-1", 400, "offset must be a number from 0 to 1000000" },
	/* words */
	{ "fruit=fig", 200, "\"fruit\":\"fig\"" },
	{ "fruit=Fig", 400, "fruit must be apple, pear or fig" },
	{ "fruit=", 400, "fruit must be" },
	{ "fruit=fig%27%20OR%201=1--", 400, "fruit must be" },
	{ "flag=yes", 400, "flag must be true or false" },
	{ "text=a&other=b", 200, "\"text\":\"a\"" },
	{ "text=&other=b", 200, "\"text\":\"b\"" },
	{ "other=", 200, "\"text\":null" },
	/* times */
	{ "start_time=2026-04-01T02:00:00%2B02:00", 200,
	  "\"from\":\"2026-04-01T00:00:00Z\"" },
	{ "start_time=2026-04-01", 200, "\"from\":\"2026-04-01T00:00:00Z\"" },
	{ "end_time=2026-03-31T12:34:56.789Z", 200,
	  "\"to\":\"2026-03-31T12:34:56.789Z\"" },
	{ "end_time=2026-03-31T12:34:56Z", 200,
	  "\"from\":\"2026-03-01T00:00:00Z\"" },
	{ "end_time=2026-03-31", 200, "\"from\":\"2026-02-28T00:00:00Z\"" },
	{ "start_time=0001-01-01T00:00:00Z", 200,
	  "\"from\":\"1970-01-01T00:00:00Z\"" },
	{ "end_time=1970-01-02", 200, "\"from\":\"1970-01-01T00:00:00Z\"" },
	{ "end_time=1969-12-31", 400, "start_time must be before end_time" },
	{ "start_time=2026-04-02&end_time=2026-04-01", 400,
	  "start_time must be before end_time\"" },
	{ "start_time=2026-04-02&end_time=2026-04-02", 400,
	  "start_time must be before end_time" },
	{ "start_time=2026-04-04", 400,
	  "start_time must be before end_time, which is now" },
	{ "start_time=yesterday", 400, "start_time must be a time" },
	{ "start_time=1775211630", 400, "start_time must be a time" },
	{ "start_time=2026-02-30", 400, "start_time must be a time" },
	{ "start_time=", 400, "start_time must be a time" },
	{ "end_time=2026-04-03T25:00:00Z", 400, "end_time must be a time" },
	{ "end_time=2026-04-03%0d%0aX:%20y", 400, "end_time must be a time" },
};

EACH(page, reads_and_names_what_is_wrong, queries)
{
	struct dialogue d = { .method = "GET" };
	struct arena *a = arena_new();

	d.uri = arena_print(a, "/v1/page?%s", row->query);
	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->query,
		     d.answer.text);
	cr_expect(strstr(d.reply, row->want), "%s: %s", row->query, d.reply);
	dialogue_done(&d);
	arena_free(a);
}
