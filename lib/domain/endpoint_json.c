#include "domain/endpoint_json.h"

#include "domain/model_json.h"
#include "domain/words.h"

static json_t *known(int64_t count)
{
	return count ? json_integer(count) : json_null();
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *uptime(const struct health *health, enum health_window window)
{
	int64_t up = health_uptime(health, window);

	return up < 0 ? json_null() : json_real((double)up / 100);
}

/* UNIT is how many of the measure's units make one of the client's. */
static json_t *percentiles(const struct percentiles *p, double unit)
{
	if (!p->known)
		return json_null();
	return json_pack("{s:f, s:f, s:f, s:f}", "p50", (double)p->p50 / unit,
			 "p75", (double)p->p75 / unit, "p90",
			 (double)p->p90 / unit, "p99", (double)p->p99 / unit);
}

/* How a request names this endpoint among its model's others. */
static const char *tag(struct arena *a, const struct endpoint *e)
{
	if (!*e->quantization)
		return e->provider->slug;
	return arena_print(a, "%s/%s", e->provider->slug, e->quantization);
}

static json_t *tool_choice(bool supported)
{
	return json_pack("{s:b, s:b, s:b, s:b}", "auto", supported, "none",
			 supported, "required", supported, "function",
			 supported);
}

static json_t *live(const struct health *health, bool open)
{
	static const struct percentiles hidden = { 0 };
	enum { HUNDREDTHS = 100 };

	return json_pack(
		"{s:i, s:o, s:o, s:o, s:o, s:o}", "status",
		health_status(health), "uptime_last_5m",
		uptime(health, HEALTH_5_MINUTES), "uptime_last_30m",
		uptime(health, HEALTH_30_MINUTES), "uptime_last_1d",
		uptime(health, HEALTH_DAY), "latency_last_30m",
		percentiles(open ? &health->first_token : &hidden, 1),
		"throughput_last_30m",
		percentiles(open ? &health->speed : &hidden, HUNDREDTHS));
}

json_t *endpoint_json(struct arena *a, const struct model *m,
		      const struct endpoint *e, const struct health *health,
		      bool open)
{
	const struct provider *p = e->provider;
	int64_t context = e->context ? e->context : m->context;
	int64_t output = e->output_limit ? e->output_limit : m->output_limit;
	const char *parameters = *e->parameters ? e->parameters : m->parameters;
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o,"
		" s:o, s:b, s:o, s:b, s:b}",
		"name", arena_print(a, "%s | %s", p->name, m->id), "model_id",
		m->id, "model", m->id, "model_name", m->name, "provider_name",
		p->name, "provider_id", p->slug, "tag", tag(a, e),
		"context_length", (json_int_t)context, "max_completion_tokens",
		known(output), "max_prompt_tokens", known(context), "pricing",
		price_json(a, &e->price), "quantization",
		text_or_null(e->quantization), "supported_parameters",
		words_json(parameters), "supports_implicit_caching",
		e->implicit_caching, "supports_tool_choice",
		tool_choice(catalog_has(parameters, "tool_choice")),
		"supports_voice_cloning", 0, "is_zdr", e->zdr);

	if (object)
		json_object_update_new(object, live(health, open));
	return object;
}

json_t *provider_json(const struct provider *p, size_t models)
{
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:b, s:o, s:o, s:o, s:o, s:o}", "name",
		p->name, "slug", p->slug, "id", p->name, "model_count",
		(json_int_t)models, "is_byok_supported", 0,
		"privacy_policy_url", text_or_null(p->privacy_url),
		"terms_of_service_url", text_or_null(p->terms_url),
		"status_page_url", text_or_null(p->status_url), "headquarters",
		text_or_null(p->headquarters), "datacenters",
		*p->datacenters ? words_json(p->datacenters) : json_null());
}
