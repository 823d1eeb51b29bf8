#include "domain/report_json.h"

#include "base/fields.h"

#include <string.h>

#define SUM(member) offsetof(struct sums, member)

static const struct field sums_fields[] = {
	{ "requests", FIELD_NUMBER, SUM(requests) },
	{ "failed_requests", FIELD_NUMBER, SUM(failed) },
	{ "input_tokens", FIELD_NUMBER, SUM(prompt) },
	{ "output_tokens", FIELD_NUMBER, SUM(completion) },
	{ "cached_tokens", FIELD_NUMBER, SUM(cached) },
	{ "reasoning_tokens", FIELD_NUMBER, SUM(reasoning) },
	{ "estimated_cost_usd", FIELD_MONEY, SUM(charge) },
	{ 0 },
};

static const struct field total_fields[] = {
	{ "total_requests", FIELD_NUMBER, SUM(requests) },
	{ "total_failed_requests", FIELD_NUMBER, SUM(failed) },
	{ "total_input_tokens", FIELD_NUMBER, SUM(prompt) },
	{ "total_output_tokens", FIELD_NUMBER, SUM(completion) },
	{ "total_cached_tokens", FIELD_NUMBER, SUM(cached) },
	{ "total_reasoning_tokens", FIELD_NUMBER, SUM(reasoning) },
	{ "estimated_cost_usd", FIELD_MONEY, SUM(charge) },
	{ 0 },
};

static const struct field by_provider[] = {
	{ "provider_id", FIELD_TEXT, offsetof(struct tally, provider) },
	{ 0 },
};

static const struct field by_model[] = {
	{ "provider_id", FIELD_TEXT, offsetof(struct tally, provider) },
	{ "model", FIELD_TEXT, offsetof(struct tally, model) },
	{ 0 },
};

static const struct field by_key[] = {
	{ "key_id", FIELD_TEXT, offsetof(struct tally, api_key) },
	{ 0 },
};

static json_t *groups(struct arena *a, const struct report *report,
		      report_order *order, const struct field *names)
{
	size_t size = report->count * sizeof(*report->rows);
	struct report copy = { arena_take(a, size + 1), report->count };
	json_t *list = json_array();

	if (size)
		memcpy(copy.rows, report->rows, size);
	report_group(&copy, order);
	report_rank(&copy);
	for (size_t i = 0; i < copy.count; i++) {
		json_t *group = fields_json(names, &copy.rows[i]);

		fields_add(group, sums_fields, &copy.rows[i].sums);
		json_array_append_new(list, group);
	}
	return list;
}

json_t *report_summary_json(struct arena *a, const struct report *report)
{
	struct sums total = report_total(report);
	json_t *json = fields_json(total_fields, &total);

	json_object_set_new(json, "total_tokens",
			    json_integer(total.prompt + total.completion));
	json_object_set_new(json, "by_provider",
			    groups(a, report, report_by_provider, by_provider));
	json_object_set_new(json, "by_model",
			    groups(a, report, report_by_model, by_model));
	json_object_set_new(json, "by_key",
			    groups(a, report, report_by_key, by_key));
	return json;
}

json_t *report_points_json(const struct point *points, size_t count)
{
	static const struct field time[] = {
		{ "timestamp", FIELD_TIME, offsetof(struct point, start) },
		{ 0 },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *point = fields_json(time, &points[i]);

		fields_add(point, sums_fields, &points[i].sums);
		json_array_append_new(list, point);
	}
	return list;
}
