#include "domain/generation_json.h"

#include "base/fields.h"
#include "base/money_json.h"
#include "base/text_json.h"

#include <string.h>

/* A generation with what follows from it. */
struct facts {
	struct generation g;
	const char *api_type, *provider_name;
	int64_t prompt, completion, total, cache_write, generation_ms;
	bool cancelled, is_byok;
};

#define G(member)    offsetof(struct facts, g.member)
#define FACT(member) offsetof(struct facts, member)

/* OpenRouter's, then what only we have. */
static const struct field fields[] = {
	{ "id", FIELD_TEXT, G(id) },
	{ "api_type", FIELD_TEXT, FACT(api_type) },
	{ "cancelled", FIELD_FLAG, FACT(cancelled) },
	{ "created_at", FIELD_TIME, G(at) },
	{ "external_user", FIELD_TEXT, G(end_user) },
	{ "finish_reason", FIELD_TEXT, G(finish) },
	{ "generation_time", FIELD_MAYBE, FACT(generation_ms) },
	{ "http_referer", FIELD_TEXT, G(referer) },
	{ "is_byok", FIELD_FLAG, FACT(is_byok) },
	{ "latency", FIELD_MAYBE, G(total_ms) },
	{ "model", FIELD_TEXT, G(model) },
	{ "native_finish_reason", FIELD_TEXT, G(native_finish) },
	{ "native_tokens_cached", FIELD_NUMBER, G(tokens.cache_read) },
	{ "native_tokens_completion", FIELD_NUMBER, FACT(completion) },
	{ "native_tokens_completion_images", FIELD_NUMBER,
	  G(tokens.image_out) },
	{ "native_tokens_prompt", FIELD_NUMBER, FACT(prompt) },
	{ "native_tokens_reasoning", FIELD_NUMBER, G(tokens.reasoning) },
	{ "provider_name", FIELD_TEXT, FACT(provider_name) },
	{ "request_id", FIELD_TEXT, G(id) },
	{ "session_id", FIELD_TEXT, G(session) },
	{ "streamed", FIELD_FLAG, G(streamed) },
	{ "tokens_completion", FIELD_NUMBER, FACT(completion) },
	{ "tokens_prompt", FIELD_NUMBER, FACT(prompt) },
	{ "total_cost", FIELD_MONEY, G(charge) },
	{ "upstream_id", FIELD_TEXT, G(upstream_id) },
	{ "usage", FIELD_MONEY, G(charge) },
	{ "user_agent", FIELD_TEXT, G(agent) },
	{ "workspace_id", FIELD_TEXT, G(account) },

	{ "api_key_hash", FIELD_TEXT, G(api_key) },
	{ "app_title", FIELD_TEXT, G(title) },
	{ "disputed", FIELD_FLAG, G(disputed) },
	{ "endpoint_id", FIELD_TEXT, G(endpoint) },
	{ "error", FIELD_TEXT, G(error) },
	{ "estimated", FIELD_FLAG, G(estimated) },
	{ "latency_ms", FIELD_MAYBE, G(total_ms) },
	{ "model_requested", FIELD_TEXT, G(model_asked) },
	{ "outcome", FIELD_TEXT, G(outcome) },
	{ "provider", FIELD_TEXT, FACT(provider_name) },
	{ "status", FIELD_NUMBER, G(status) },
	{ "time_to_first_token", FIELD_MAYBE, G(first_token_ms) },
	{ 0 },
};

/* Members that clients insist on and that nothing here is ever said in. */
static const char *const nulls[] = {
	"app_id",
	"moderation_latency",
	"num_fetches",
	"num_input_audio_prompt",
	"num_media_completion",
	"num_media_prompt",
	"num_search_results",
	"preset_id",
	"response_cache_source_id",
	"router",
	"service_tier",
	"upstream_inference_cost",
	"web_search_engine",
};

static const char *api_type(const char *operation)
{
	if (!strcmp(operation, "embedding"))
		return "embeddings";
	return "completions";
}

static int64_t generation_ms(const struct generation *g)
{
	if (g->total_ms < 0 || g->first_token_ms < 0)
		return g->total_ms;
	return g->total_ms - g->first_token_ms;
}

static struct facts facts(const struct generation *g,
			  const struct provider_names *names)
{
	return (struct facts){
		.g = *g,
		.api_type = api_type(g->operation),
		.provider_name = provider_names_find(names, g->provider),
		.prompt = tokens_prompt(&g->tokens),
		.completion = tokens_completion(&g->tokens),
		.total = tokens_prompt(&g->tokens) +
			 tokens_completion(&g->tokens),
		.cache_write =
			g->tokens.cache_write_5m + g->tokens.cache_write_1h,
		.generation_ms = generation_ms(g),
		.cancelled = !strcmp(g->outcome, "cancelled"),
	};
}

/* "https://app.example:8443/chat" is from "https://app.example:8443". */
static json_t *origin(const char *referer)
{
	const char *host = strstr(referer, "://");
	json_t *text;

	if (!host)
		return json_string("");
	host += 3;
	text = json_stringn(referer,
			    (size_t)(host - referer) + strcspn(host, "/?#"));
	return text ? text : json_string("");
}

/* What the cache saved; below zero when writing it cost more. */
static json_t *cache_discount(const struct generation *g,
			      const struct price *price)
{
	struct tokens plain = g->tokens;
	int64_t cached =
		plain.cache_read + plain.cache_write_5m + plain.cache_write_1h;

	if (!cached || !price->id)
		return json_null();
	plain.fresh += cached;
	plain.cache_read = plain.cache_write_5m = plain.cache_write_1h = 0;
	return money_json(price_charge(price, &plain) -
			  price_charge(price, &g->tokens));
}

/* One that did not answer, as the relay has noted it. */
static json_t *failure(const json_t *noted, const struct provider_names *names)
{
	const char *slug =
		json_string_value(json_object_get(noted, "provider"));
	json_t *status = json_object_get(noted, "status");

	return json_pack("{s:O?, s:O?, s:s?, s:O?, s:o, s:b}", "endpoint_id",
			 json_object_get(noted, "endpoint"), "model_permaslug",
			 json_object_get(noted, "model"), "provider_name",
			 slug ? provider_names_find(names, slug) : NULL,
			 "latency", json_object_get(noted, "ms"), "status",
			 json_integer_value(status) ? json_incref(status)
						    : json_null(),
			 "is_byok", 0);
}

static json_t *answer(const struct facts *f)
{
	bool answered = !strcmp(f->g.outcome, "answered") ||
			!strcmp(f->g.outcome, "cut");

	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:b}", "endpoint_id",
		f->g.endpoint, "model_permaslug", f->g.model, "provider_name",
		f->provider_name, "id", text_json(f->g.upstream_id), "latency",
		f->g.total_ms < 0 ? json_null() : json_integer(f->g.total_ms),
		"status", answered ? json_integer(200) : json_null(), "is_byok",
		0);
}

static json_t *responses(const struct facts *f,
			 const struct provider_names *names)
{
	json_t *noted = json_loads(f->g.failures, 0, NULL), *item;
	json_t *list = json_array();
	size_t i;

	json_array_foreach (noted, i, item)
		json_array_append_new(list, failure(item, names));
	if (strcmp(f->g.outcome, "failed") != 0)
		json_array_append_new(list, answer(f));
	json_decref(noted);
	return list;
}

/* What the charge is made of, where more was due than could be charged. */
static struct cost parts(const struct generation *g, const struct price *price)
{
	struct cost cost = { 0 };

	if (price->id)
		cost = price_cost(price, &g->tokens);
	if (cost.prompt > g->charge)
		cost.prompt = g->charge;
	return (struct cost){ g->charge, cost.prompt, g->charge - cost.prompt };
}

static json_t *usage(const struct facts *f, const struct price *price)
{
	static const struct field counts[] = {
		{ "prompt_tokens", FIELD_NUMBER, FACT(prompt) },
		{ "completion_tokens", FIELD_NUMBER, FACT(completion) },
		{ "total_tokens", FIELD_NUMBER, FACT(total) },
		{ "cost", FIELD_MONEY, G(charge) },
		{ "is_byok", FIELD_FLAG, FACT(is_byok) },
		{ 0 },
	};
	static const struct field prompt[] = {
		{ "cached_tokens", FIELD_NUMBER, G(tokens.cache_read) },
		{ "cache_write_tokens", FIELD_NUMBER, FACT(cache_write) },
		{ "audio_tokens", FIELD_NUMBER, G(tokens.audio_in) },
		{ 0 },
	};
	static const struct field completion[] = {
		{ "reasoning_tokens", FIELD_NUMBER, G(tokens.reasoning) },
		{ "audio_tokens", FIELD_NUMBER, G(tokens.audio_out) },
		{ 0 },
	};
	static const struct field searches[] = {
		{ "web_search", FIELD_NUMBER, G(tokens.searches) },
		{ 0 },
	};
	struct cost cost = parts(&f->g, price);
	json_t *object = fields_json(counts, f);

	json_object_set_new(object, "prompt_tokens_details",
			    fields_json(prompt, f));
	json_object_set_new(object, "completion_tokens_details",
			    fields_json(completion, f));
	json_object_set_new(object, "cost_details",
			    json_pack("{s:n, s:o, s:o}",
				      "upstream_inference_cost",
				      "upstream_inference_prompt_cost",
				      money_json(cost.prompt),
				      "upstream_inference_completions_cost",
				      money_json(cost.completion)));
	if (f->g.tokens.searches > 0)
		json_object_set_new(object, "server_tool_calls",
				    fields_json(searches, f));
	return object;
}

json_t *generation_json(const struct generation *g, const struct price *price,
			const struct provider_names *names)
{
	struct facts f = facts(g, names);
	json_t *data = fields_json(fields, &f), *flat;

	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		json_object_set_new(data, nulls[i], json_null());
	json_object_set_new(data, "data_region", json_string("global"));
	json_object_set_new(data, "origin", origin(g->referer));
	json_object_set_new(data, "cache_discount", cache_discount(g, price));
	json_object_set_new(data, "provider_responses", responses(&f, names));
	flat = json_copy(data);
	json_object_set_new(flat, "usage", usage(&f, price));
	json_object_set_new(flat, "data", data);
	return flat;
}
