#include "domain/report_json.h"

#include "base/money_json.h"

#include "support/past.h"
#include "support/row.h"

#include <stdlib.h>
#include <string.h>

static struct books books;

#define HOUR(n) ((n) * (int64_t)PAST_HOUR)
static const struct past asked[] = {
	{ .id = "a", .at = 0, .tokens = 100 },
	{ .id = "b", .at = 60, .tokens = 200, .model = "b/n" },
	{ .id = "c", .at = HOUR(2), .tokens = 300, .key = "key-2" },
	{ .id = "d", .at = HOUR(26), .tokens = 1000, .model = "b/n" },
	{ .id = "e", .at = HOUR(26), .outcome = OUTCOME_FAILED },
	{ .id = "x", .at = HOUR(2), .tokens = 5, .key = "key-x" },
};

static void open_books(void)
{
	past_open(&books);
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct past p = asked[i];

		p.at += PAST_EVE;
		past_ask(&books, &p);
	}
}

static void close_books(void)
{
	books_close(&books);
}

TestSuite(report, .init = open_books, .fini = close_books, .timeout = 30);

static struct report of(struct tally_query q)
{
	struct report report;
	struct fault why = { 0 };

	q.account = "acct-1";
	cr_assert(report_read(books.db, books.arena, &q, &report, &why), "%s",
		  why.text);
	return report;
}

/* "acme/a/m 3:400 ...": requests and tokens out. */
static const char *told(const struct report *report, bool days)
{
	const char *text = "";

	for (size_t i = 0; i < report->count; i++) {
		const struct tally *t = &report->rows[i];

		text = arena_print(books.arena, "%s%s%s %lld:%lld ", text,
				   days ? t->endpoint : t->provider,
				   days && t->start > PAST_EVE + PAST_HOUR
					   ? "+2"
				   : days && t->start > PAST_EVE ? "+1"
								 : "",
				   (long long)t->sums.requests,
				   (long long)t->sums.completion);
	}
	return text;
}

Test(report, groups_and_ranks_by_what_was_spent)
{
	struct report r = of((struct tally_query){ .from = PAST_EVE,
						   .to = PAST_EVE + HOUR(50) });

	report_group(&r, report_by_provider);
	cr_expect_str_eq(told(&r, false), "acme 3:400 bolt 2:1200 ");
	report_rank(&r);
	cr_expect_str_eq(told(&r, false), "bolt 2:1200 acme 3:400 ");
}

Test(report, has_a_row_for_each_day_and_endpoint)
{
	struct report r = of((struct tally_query){ .from = PAST_EVE,
						   .to = PAST_EVE + HOUR(50),
						   .slot = SLOT_DAY });

	report_group(&r, report_by_day);
	cr_expect_str_eq(told(&r, true),
			 "acme:m+2 1:0 bolt:n+2 1:1000 acme:m+1 1:300 "
			 "acme:m 1:100 bolt:n 1:200 ");
}

static const struct {
	const char *label;
	enum slot slot;
	int64_t from, to;
	size_t count;
	const char *want;
} series[] = {
	{ "hours", SLOT_HOUR, 0, HOUR(4), 4, "2,0,1,0," },
	{ "parts of hours", SLOT_HOUR, 30, HOUR(2) + 1, 3, "1,0,1," },
	{ "days", SLOT_DAY, 0, HOUR(27), 3, "2,1,2," },
	{ "days without the last instant", SLOT_DAY, 0, HOUR(26), 3, "2,1,0," },
	{ "months", SLOT_MONTH, 0, HOUR(27), 2, "2,3," },
	{ "nothing", SLOT_DAY, HOUR(60), HOUR(61), 1, "0," },
	{ "years ago", SLOT_MONTH, -PAST_HOUR * 24LL * 365, 0, 13,
	  "0,0,0,0,0,0,0,0,0,0,0,0,0," },
};

EACH(report, has_a_point_for_each_slot, series)
{
	struct tally_query q = { .account = "acct-1",
				 .from = PAST_EVE + row->from,
				 .to = PAST_EVE + row->to,
				 .slot = row->slot };
	struct fault why = { 0 };
	struct point *points;
	const char *text = "";
	size_t count;

	cr_assert(report_points(books.db, books.arena, &q, &points, &count,
				&why));
	for (size_t i = 0; i < count; i++) {
		text = arena_print(books.arena, "%s%lld,", text,
				   (long long)points[i].sums.requests);
		cr_expect_eq(points[i].start,
			     slot_start(row->slot, points[i].start));
		if (i)
			cr_expect_eq(points[i].start,
				     slot_next(row->slot, points[i - 1].start));
	}
	cr_expect_eq(count, row->count, "%s", row->label);
	cr_expect_str_eq(text, row->want, "%s: %s", row->label, text);
}

Test(report, refuses_more_points_than_are_of_use)
{
	struct tally_query q = { .account = "acct-1",
				 .to = HOUR(POINTS_MOST),
				 .slot = SLOT_HOUR };
	struct fault why = { 0 };
	struct point *points;
	size_t count;

	cr_expect(report_points(books.db, books.arena, &q, &points, &count,
				&why));
	cr_expect_eq(count, POINTS_MOST);
	q.to++;
	cr_expect_not(report_points(books.db, books.arena, &q, &points, &count,
				    &why));
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect(strstr(why.text, "granularity"));
}

Test(report, P18_the_parts_add_up_to_the_whole)
{
	static const char *const groups[] = { "by_provider", "by_model",
					      "by_key" };
	struct report r = of((struct tally_query){ .to = INT64_MAX });
	json_t *json = report_summary_json(books.arena, &r), *group;
	size_t i;

	cr_expect_eq(
		json_integer_value(json_object_get(json, "total_requests")), 5);
	cr_expect_eq(json_integer_value(
			     json_object_get(json, "total_failed_requests")),
		     1);
	for (size_t g = 0; g < COUNT(groups); g++) {
		int64_t requests = 0, tokens = 0;

		json_array_foreach (json_object_get(json, groups[g]), i,
				    group) {
			requests += json_integer_value(
				json_object_get(group, "requests"));
			tokens += json_integer_value(
				json_object_get(group, "output_tokens"));
		}
		cr_expect_eq(requests, 5, "%s", groups[g]);
		cr_expect_eq(tokens, 1600, "%s", groups[g]);
		cr_expect_eq(json_array_size(json_object_get(json, groups[g])),
			     2, "%s", groups[g]);
	}
	json_decref(json);
}

Test(report, of_nothing_is_whole)
{
	struct report r = of((struct tally_query){ .from = 5, .to = 6 });
	json_t *json = report_summary_json(books.arena, &r);
	char *text = json_dumps(json, JSON_COMPACT);

	cr_expect_str_eq(
		text, "{\"total_requests\":0,\"total_failed_requests\":0,"
		      "\"total_input_tokens\":0,\"total_output_tokens\":0,"
		      "\"total_cached_tokens\":0,\"total_reasoning_tokens\":0,"
		      "\"estimated_cost_usd\":0,\"total_tokens\":0,"
		      "\"by_provider\":[],\"by_model\":[],\"by_key\":[]}");
	free(text);
	json_decref(json);
}
