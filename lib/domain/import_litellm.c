/* LiteLLM's model_prices_and_context_window.json: dollars per token, as
 * numbers; one flat object, whose names have the provider in front of them or
 * not. */
#include "domain/import_shape.h"

#include "base/money.h"

#include <string.h>

static const struct import_field fields[] = {
	{ "input_cost_per_token", PRICE_INPUT },
	{ "output_cost_per_token", PRICE_OUTPUT },
	{ "cache_read_input_token_cost", PRICE_CACHE_READ },
	{ "cache_creation_input_token_cost", PRICE_CACHE_WRITE_5M },
	{ "cache_creation_input_token_cost_above_1hr", PRICE_CACHE_WRITE_1H },
	{ "output_cost_per_reasoning_token", PRICE_REASONING },
	{ "input_cost_per_audio_token", PRICE_AUDIO_IN },
	{ "output_cost_per_audio_token", PRICE_AUDIO_OUT },
	{ "input_cost_per_image_token", PRICE_IMAGE_IN },
	{ "output_cost_per_image_token", PRICE_IMAGE_OUT },
	{ "input_cost_per_request", PRICE_REQUEST },
	{ 0 },
};

/* The size of search that is made unless another is asked for. */
static const struct import_field search_fields[] = {
	{ "search_context_size_medium", PRICE_SEARCH },
	{ 0 },
};

static const char *const modes[] = { "chat", "completion", "embedding",
				     "responses" };

/* A flag of the list, and what it means in our words. */
struct ability {
	const char *flag, *words;
};

static const struct ability inputs[] = {
	{ "supports_vision", "image" },
	{ "supports_pdf_input", "file" },
	{ "supports_audio_input", "audio" },
	{ "supports_video_input", "video" },
	{ 0 },
};

static const struct ability parameters[] = {
	{ "supports_reasoning", "reasoning,include_reasoning" },
	{ "supports_function_calling", "tools,tool_choice" },
	{ "supports_parallel_function_calling", "parallel_tool_calls" },
	{ "supports_response_schema", "response_format,structured_outputs" },
	{ "supports_web_search", "web_search_options" },
	{ 0 },
};

bool import_is_litellm(struct span text)
{
	struct scan_walk walk = scan_walk(text);
	struct scan_item item;

	while (scan_kind(text) == SCAN_OBJECT && scan_next(&walk, &item))
		if (scan_find(item.value, "litellm_provider").at)
			return true;
	return false;
}

static const char *gather(struct import_reader *r, struct span model,
			  const struct ability *abilities, const char *list)
{
	for (; abilities->flag; abilities++)
		if (import_flag(model, abilities->flag))
			list = import_join(r->arena, list, abilities->words);
	return list;
}

/* Why a row is none of ours, or NULL. */
static const char *foreign(const char *key, const char *provider,
			   struct span mode)
{
	if (!strcmp(key, "sample_spec"))
		return "the list's own example";
	if (!provider)
		return "no provider is given";
	if (!strncmp(key, "ft:", 3) || strchr(key, '*'))
		return "a pattern for names, not a model";
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (scan_says(mode, modes[i]))
			return NULL;
	return mode.at ? "neither chat nor embeddings" : "no mode is given";
}

static void note_what_is_lost(struct import_reader *r, const char *key,
			      struct span model)
{
	struct scan_walk walk = scan_walk(model);
	struct scan_item item;

	while (scan_next(&walk, &item)) {
		const char *name =
			arena_copy(r->arena, item.name.at, item.name.len);
		const char *above = strstr(name, "_above_");

		if ((!above || !strstr(above, "_tokens")) &&
		    strcmp(name, "tiered_pricing") != 0)
			continue;
		import_note(r, key,
			    "other prices for long prompts or for some "
			    "hours are not kept");
		return;
	}
}

/* "groq/llama-3.1-8b-instant" is Groq's own llama-3.1-8b-instant. */
static const char *without_provider(const char *key, const char *provider)
{
	size_t len = strlen(provider);

	return !strncmp(key, provider, len) && key[len] == '/' ? key + len + 1
							       : key;
}

static struct import_row row_of(struct import_reader *r, struct span model,
				bool embeds)
{
	const char *usual = import_flag(model, "supports_reasoning")
				    ? "max_tokens"
				    : "max_tokens,stop,temperature,top_p";
	const char *plain = embeds ? "dimensions,encoding_format" : usual;
	const char *in =
		import_words(r, scan_find(model, "supported_modalities"));

	return (struct import_row){
		.expires_at = import_date(r, model, "deprecation_date"),
		.context = import_number(model, "max_input_tokens"),
		.output_limit =
			embeds ? 0 : import_number(model, "max_output_tokens"),
		.input_modalities = in ? in : gather(r, model, inputs, "text"),
		.output_modalities = embeds ? "embeddings" : "text",
		.parameters = gather(r, model, parameters, plain),
	};
}

static void read_model(struct import_reader *r, const char *key,
		       struct span model)
{
	const char *provider = import_text(r, model, "litellm_provider");
	struct span mode = scan_find(model, "mode");
	const char *wrong = foreign(key, provider, mode);
	struct price price = import_no_price();
	bool embeds = scan_says(mode, "embedding");
	struct import_row row;

	if (wrong) {
		import_skip(r, key, wrong);
		return;
	}
	if (!import_prices(r, key, model, fields, PICO_DIGITS, &price) ||
	    !import_prices(r, key,
			   scan_find(model, "search_context_cost_per_query"),
			   search_fields, PICO_DIGITS, &price))
		return;
	import_finish_price(r, key, embeds, &price);
	note_what_is_lost(r, key, model);
	row = row_of(r, model, embeds);
	row.provider = provider;
	row.native = without_provider(key, provider);
	row.price = price;
	import_add(r, &row);
}

void import_litellm(struct import_reader *r, struct span text)
{
	struct scan_walk walk = scan_walk(text);
	struct scan_item item;

	r->list->kinds = (1U << PRICE_KINDS) - 1;
	while (scan_next(&walk, &item)) {
		const char *key = import_key(r, &item);

		if (item.kind == SCAN_OBJECT)
			read_model(r, key, item.value);
		else
			import_skip(r, key, "it is no object");
	}
}
