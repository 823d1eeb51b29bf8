#include "domain/generation_json.h"

#include "base/money_json.h"

#include "support/row.h"

#include <stdlib.h>
#include <string.h>

TestSuite(generation_json, .timeout = 10);

static struct provider_name acme = { "acme", "Acme Inc." };
static const struct provider_names names = { &acme, 1 };

static struct generation sample(void)
{
	return (struct generation){
		.id = "gen-1-a",
		.account = "acct-1",
		.api_key = "00ff",
		.state = "settled",
		.at = 1775210400000,
		.operation = "chat",
		.model_asked = "m:free",
		.model = "a/m",
		.endpoint = "acme:m",
		.provider = "acme",
		.streamed = true,
		.outcome = "answered",
		.charge = 1500000,
		.cost = 1500000,
		.tokens = { 100, 20, 3, 4, 5, 6, 70, 8, 9, 10, 0 },
		.finish = "stop",
		.native_finish = "end_turn",
		.error = "",
		.upstream_id = "chatcmpl-1",
		.failures = "",
		.status = 200,
		.first_token_ms = 120,
		.total_ms = 900,
		.referer = "https://app.example:8443/chat?x=1",
		.title = "App",
		.end_user = "u",
		.session = "",
		.agent = "curl",
	};
}

static json_t *tell(const struct generation *g)
{
	static const struct price price = {
		.id = 1,
		.pico = { 1000000, 2000000, 100000, 1250000, 2000000,
			  PRICE_UNKNOWN, PRICE_UNKNOWN, PRICE_UNKNOWN,
			  PRICE_UNKNOWN, PRICE_UNKNOWN, PRICE_UNKNOWN,
			  PRICE_UNKNOWN }
	};
	static const struct price none = { 0 };

	return generation_json(g, g->price < 0 ? &none : &price, &names);
}

/* PATH is of names, or numbers in an array, with a '/' between. */
static json_t *at(json_t *json, const char *path)
{
	char name[64];

	while (json && *path) {
		size_t len = strcspn(path, "/");

		cr_assert_lt(len, sizeof(name));
		memcpy(name, path, len);
		name[len] = '\0';
		json = json_is_array(json)
			       ? json_array_get(json, strtoul(name, NULL, 10))
			       : json_object_get(json, name);
		path += len + (path[len] == '/');
	}
	return json;
}

static const char *text_at(json_t *json, const char *path)
{
	static char text[512];
	char *dumped;

	json = at(json, path);
	if (!json)
		return "(missing)";
	dumped =
		json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT | JSON_DOLLARS);
	cr_assert_lt(strlen(dumped), sizeof(text));
	memcpy(text, dumped, strlen(dumped) + 1);
	free(dumped);
	return text;
}

static const struct {
	const char *path, *want;
} members[] = {
	/* ARouter's form */
	{ "id", "\"gen-1-a\"" },
	{ "provider", "\"Acme Inc.\"" },
	{ "created_at", "\"2026-04-03T10:00:00Z\"" },
	{ "latency_ms", "900" },
	{ "usage/prompt_tokens", "138" },
	{ "usage/completion_tokens", "97" },
	{ "usage/total_tokens", "235" },
	{ "usage/cost", "0.0015" },
	{ "usage/is_byok", "false" },
	{ "usage/prompt_tokens_details/cached_tokens", "20" },
	{ "usage/prompt_tokens_details/cache_write_tokens", "7" },
	{ "usage/completion_tokens_details/reasoning_tokens", "8" },
	{ "usage/cost_details/upstream_inference_cost", "null" },
	{ "usage/cost_details/upstream_inference_prompt_cost", "0.00012475" },
	{ "usage/cost_details/upstream_inference_completions_cost",
	  "0.00137525" },
	/* OpenRouter's */
	{ "data/api_type", "\"completions\"" },
	{ "data/app_id", "null" },
	{ "data/cache_discount", "1.325e-5" },
	{ "data/cancelled", "false" },
	{ "data/data_region", "\"global\"" },
	{ "data/external_user", "\"u\"" },
	{ "data/finish_reason", "\"stop\"" },
	{ "data/generation_time", "780" },
	{ "data/http_referer", "\"https://app.example:8443/chat?x=1\"" },
	{ "data/is_byok", "false" },
	{ "data/latency", "900" },
	{ "data/model", "\"a/m\"" },
	{ "data/moderation_latency", "null" },
	{ "data/native_finish_reason", "\"end_turn\"" },
	{ "data/native_tokens_cached", "20" },
	{ "data/native_tokens_completion", "97" },
	{ "data/native_tokens_completion_images", "10" },
	{ "data/native_tokens_prompt", "138" },
	{ "data/native_tokens_reasoning", "8" },
	{ "data/num_fetches", "null" },
	{ "data/num_input_audio_prompt", "null" },
	{ "data/num_media_completion", "null" },
	{ "data/num_media_prompt", "null" },
	{ "data/num_search_results", "null" },
	{ "data/origin", "\"https://app.example:8443\"" },
	{ "data/preset_id", "null" },
	{ "data/provider_name", "\"Acme Inc.\"" },
	{ "data/provider_responses",
	  "[{\"endpoint_id\":\"acme:m\",\"model_permaslug\":\"a/m\","
	  "\"provider_name\":\"Acme Inc.\",\"id\":\"chatcmpl-1\","
	  "\"latency\":900,\"status\":200,\"is_byok\":false}]" },
	{ "data/request_id", "\"gen-1-a\"" },
	{ "data/response_cache_source_id", "null" },
	{ "data/router", "null" },
	{ "data/service_tier", "null" },
	{ "data/session_id", "null" },
	{ "data/streamed", "true" },
	{ "data/tokens_completion", "97" },
	{ "data/tokens_prompt", "138" },
	{ "data/total_cost", "0.0015" },
	{ "data/upstream_id", "\"chatcmpl-1\"" },
	{ "data/upstream_inference_cost", "null" },
	{ "data/usage", "0.0015" },
	{ "data/user_agent", "\"curl\"" },
	{ "data/web_search_engine", "null" },
	{ "data/workspace_id", "\"acct-1\"" },
};

EACH(generation_json, has_every_member_of_both_systems, members)
{
	struct generation g = sample();
	json_t *json = tell(&g);
	const char *told = text_at(json, row->path);

	cr_expect_str_eq(told, row->want, "%s: %s", row->path, told);
	json_decref(json);
}

/* What is beside `data` is all that is in it, and usage is both in its way. */
Test(generation_json, is_flat_as_well)
{
	struct generation g = sample();
	json_t *json = tell(&g), *value;
	const char *name;

	json_object_foreach (json_object_get(json, "data"), name, value)
		if (strcmp(name, "usage") != 0)
			cr_expect(
				json_equal(json_object_get(json, name), value),
				"%s", name);
	cr_expect(json_is_object(json_object_get(json, "usage")));
	json_decref(json);
}

Test(generation_json, tells_every_attempt)
{
	struct generation g = sample();
	json_t *json;

	g.failures = "[{\"endpoint\":\"acme:o\",\"provider\":\"acme\","
		     "\"model\":\"a/o\",\"status\":503,\"error\":\"busy\","
		     "\"ms\":12},{\"endpoint\":\"bolt:p\",\"provider\":"
		     "\"bolt\",\"model\":\"a/o\",\"status\":0,\"ms\":5000}]";
	json = tell(&g);
	cr_expect_eq(json_array_size(at(json, "provider_responses")), 3);
	cr_expect_str_eq(text_at(json, "provider_responses/0"),
			 "{\"endpoint_id\":\"acme:o\",\"model_permaslug\":"
			 "\"a/o\",\"provider_name\":\"Acme Inc.\",\"latency\":"
			 "12,\"status\":503,\"is_byok\":false}");
	cr_expect_str_eq(text_at(json, "provider_responses/1/provider_name"),
			 "\"bolt\"");
	cr_expect_str_eq(text_at(json, "provider_responses/1/status"), "null",
			 "no answer has no status");
	cr_expect_str_eq(text_at(json, "provider_responses/2/status"), "200");
	json_decref(json);
}

static const struct {
	const char *label, *outcome, *path, *want;
} outcomes[] = {
	{ "failed: none answered", "failed", "provider_responses", "[]" },
	{ "cancelled", "cancelled", "cancelled", "true" },
	{ "cancelled: how it would have ended is not known", "cancelled",
	  "provider_responses/0/status", "null" },
	{ "cut: it had begun", "cut", "provider_responses/0/status", "200" },
	{ "cut", "cut", "outcome", "\"cut\"" },
};

EACH(generation_json, tells_how_it_ended, outcomes)
{
	struct generation g = sample();
	json_t *json;
	const char *told;

	g.outcome = row->outcome;
	json = tell(&g);
	told = text_at(json, row->path);
	cr_expect_str_eq(told, row->want, "%s: %s", row->label, told);
	json_decref(json);
}

static const struct {
	const char *referer, *origin;
} origins[] = {
	{ "https://a.example", "\"https://a.example\"" },
	{ "https://a.example?x", "\"https://a.example\"" },
	{ "https://a.example#x", "\"https://a.example\"" },
	{ "", "\"\"" },
	{ "a.example/x", "\"\"" },
	{ "https://\xff/x", "\"\"" },
};

EACH(generation_json, origin_is_always_a_text, origins)
{
	struct generation g = sample();
	json_t *json;

	g.referer = row->referer;
	json = tell(&g);
	cr_expect_str_eq(text_at(json, "origin"), row->origin);
	json_decref(json);
}

Test(generation_json, of_what_never_came_is_null_and_not_zero)
{
	struct generation g = sample();
	json_t *json;

	g.price = -1;
	g.charge = 0;
	g.tokens = (struct tokens){ 0 };
	g.first_token_ms = g.total_ms = -1;
	json = tell(&g);
	cr_expect_str_eq(text_at(json, "latency"), "null");
	cr_expect_str_eq(text_at(json, "generation_time"), "null");
	cr_expect_str_eq(text_at(json, "time_to_first_token"), "null");
	cr_expect_str_eq(text_at(json, "cache_discount"), "null");
	cr_expect_str_eq(text_at(json, "usage/cost"), "0");
	cr_expect_str_eq(
		text_at(json,
			"usage/cost_details/upstream_inference_prompt_cost"),
		"0");
	json_decref(json);
}

Test(generation_json, P18_parts_never_come_to_more_than_the_charge)
{
	struct generation g = sample();
	json_t *json;

	g.charge = 100; /* cut off at what was held */
	json = tell(&g);
	cr_expect_str_eq(
		text_at(json,
			"usage/cost_details/upstream_inference_prompt_cost"),
		"1e-7");
	cr_expect_str_eq(text_at(json, "usage/cost_details/"
				       "upstream_inference_completions_cost"),
			 "0");
	json_decref(json);
}

Test(generation_json, counts_searches)
{
	struct generation g = sample();
	json_t *json = tell(&g);

	cr_expect_str_eq(text_at(json, "usage/server_tool_calls"), "(missing)");
	json_decref(json);
	g.tokens.searches = 2;
	json = tell(&g);
	cr_expect_str_eq(text_at(json, "usage/server_tool_calls"),
			 "{\"web_search\":2}");
	json_decref(json);
}
