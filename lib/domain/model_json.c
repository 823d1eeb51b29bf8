#include "domain/model_json.h"

#include "base/money.h"
#include "base/money_json.h"
#include "domain/words.h"

#include <string.h>

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

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

/* What is kept as JSON text. */
static json_t *object_or_null(const char *text)
{
	json_t *object = *text ? json_loads(text, 0, NULL) : NULL;

	return object ? object : json_null();
}

json_t *model_architecture(struct arena *a, const struct model *m)
{
	return json_pack(
		"{s:o, s:o, s:o, s:s, s:o}", "modality",
		json_string(arena_print(
			a, "%s->%s", words_joined(a, m->input_modalities, '+'),
			words_joined(a, m->output_modalities, '+'))),
		"input_modalities", words_json(m->input_modalities),
		"output_modalities", words_json(m->output_modalities),
		"tokenizer", *m->tokenizer ? m->tokenizer : "Other",
		"instruct_type", text_or_null(m->instruct_type));
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
			 first && first->moderated);
}

/* Members that are left out rather than null. */
static void add_what_is_known(json_t *object, const struct model *m)
{
	if (*m->reasoning)
		json_object_set_new(object, "reasoning",
				    object_or_null(m->reasoning));
}

json_t *model_json(struct arena *a, const struct model *m,
		   const struct endpoint *first, const char *base)
{
	size_t author = strcspn(m->id, "/");
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:I, s:s%, s:o, s:o, s:o, s:o,"
		" s:n, s:o, s:o, s:n, s:o, s:o, s:o, s:{s:s}}",
		"id", m->id, "object", "model", "canonical_slug",
		m->canonical_slug, "name", m->name, "description",
		m->description, "created", (json_int_t)(m->released_at / 1000),
		"owned_by", m->id, author, "context_length", known(m->context),
		"architecture", model_architecture(a, m), "pricing",
		pricing(a, first), "top_provider", top_provider(m, first),
		"per_request_limits", "supported_parameters",
		words_json(m->parameters), "default_parameters",
		object_or_null(m->default_parameters), "supported_voices",
		"hugging_face_id", text_or_null(m->hugging_face_id),
		"knowledge_cutoff", text_or_null(m->knowledge_cutoff),
		"expiration_date", time_json(m->expires_at), "links", "details",
		arena_print(a, "%s/api/v1/models/%s/endpoints", base, m->id));

	if (object)
		add_what_is_known(object, m);
	return object;
}
