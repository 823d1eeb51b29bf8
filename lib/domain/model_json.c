#include "domain/model_json.h"

#include "base/keep.h"
#include "base/money.h"
#include "base/money_json.h"

#include <string.h>

/* "a,b" as ["a","b"]. */
static json_t *words(const char *list)
{
	json_t *array = json_array();

	for (const char *at = list; *at;) {
		size_t len = strcspn(at, ",");

		json_array_append_new(array, json_stringn(at, len));
		at += len + (at[len] == ',');
	}
	return array;
}

/* "text,image" as "text+image". */
static char *joined(struct arena *a, const char *list)
{
	char *text = arena_copy(a, list, strlen(list));

	for (char *c = text; *c; c++)
		if (*c == ',')
			*c = '+';
	return text;
}

static json_t *known(int64_t count)
{
	return count ? json_integer(count) : json_null();
}

json_t *price_json(struct arena *a, const struct price *price)
{
	static const struct {
		const char *name;
		enum price_kind kind;
	} names[] = {
		{ "prompt", PRICE_INPUT },
		{ "completion", PRICE_OUTPUT },
		{ "input_cache_read", PRICE_CACHE_READ },
		{ "input_cache_write", PRICE_CACHE_WRITE_5M },
		{ "input_cache_write_1h", PRICE_CACHE_WRITE_1H },
		{ "internal_reasoning", PRICE_REASONING },
		{ "audio", PRICE_AUDIO_IN },
		{ "audio_output", PRICE_AUDIO_OUT },
		{ "image_token", PRICE_IMAGE_IN },
		{ "image_output", PRICE_IMAGE_OUT },
		{ "request", PRICE_REQUEST },
		{ "web_search", PRICE_SEARCH },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t pico = price->pico[names[i].kind];

		if (pico != PRICE_UNKNOWN)
			json_object_set_new(
				object, names[i].name,
				json_string(money_print(a, pico, PICO_DIGITS)));
	}
	return object;
}

static json_t *architecture(struct arena *a, const struct model *m)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:n}", "modality",
			 json_string(arena_print(
				 a, "%s->%s", joined(a, m->input_modalities),
				 joined(a, m->output_modalities))),
			 "input_modalities", words(m->input_modalities),
			 "output_modalities", words(m->output_modalities),
			 "tokenizer",
			 *m->tokenizer ? json_string(m->tokenizer)
				       : json_string("Other"),
			 "instruct_type");
}

static json_t *pricing(struct arena *a, const struct endpoint *first)
{
	if (first && first->price.id)
		return price_json(a, &first->price);
	return json_object();
}

static json_t *top_provider(const struct model *m, const struct endpoint *first)
{
	int64_t context = first && first->context ? first->context : m->context;
	int64_t output = first && first->output_limit ? first->output_limit
						      : m->output_limit;

	return json_pack("{s:o, s:o, s:b}", "context_length", known(context),
			 "max_completion_tokens", known(output), "is_moderated",
			 0);
}

json_t *model_json(struct arena *a, const struct model *m)
{
	const struct endpoint *first = m->endpoint_count ? m->endpoints : NULL;
	size_t author = strcspn(m->id, "/");

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:I, s:s%, s:o, s:o, s:o, s:o,"
		" s:n, s:o, s:n, s:n, s:o, s:{s:s}}",
		"id", m->id, "object", "model", "canonical_slug", m->id, "name",
		m->name, "description", m->description, "created",
		(json_int_t)(m->released_at / 1000), "owned_by", m->id, author,
		"context_length", known(m->context), "architecture",
		architecture(a, m), "pricing", pricing(a, first),
		"top_provider", top_provider(m, first), "per_request_limits",
		"supported_parameters", words(m->parameters),
		"default_parameters", "supported_voices", "expiration_date",
		time_json(m->expires_at), "links", "details",
		arena_print(a, "/api/v1/models/%s/endpoints", m->id));
}
