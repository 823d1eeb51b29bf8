/* OpenRouter's GET /models: dollars per token, as decimal texts. */
#include "domain/catalog.h"
#include "domain/import_shape.h"

#include "base/money.h"

static const struct import_field fields[] = {
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
	{ 0 },
};

bool import_is_openrouter(struct span text)
{
	return scan_kind(text) == SCAN_OBJECT &&
	       scan_kind(scan_find(text, "data")) == SCAN_ARRAY;
}

/* Is there a price that is not zero for what we do not count? */
static bool prices_other(struct import_reader *r, struct span pricing,
			 const char *name)
{
	struct span text = scan_string(r->arena, scan_find(pricing, name));
	int64_t pico;

	return text.at && !(money_read(text, PICO_DIGITS, &pico) && !pico);
}

static void note_what_is_lost(struct import_reader *r, const char *id,
			      struct span pricing)
{
	struct scan_walk overrides = scan_walk(scan_find(pricing, "overrides"));
	struct scan_item item;

	if (scan_next(&overrides, &item))
		import_note(r, id,
			    "other prices for long prompts or for some "
			    "hours are not kept");
	if (prices_other(r, pricing, "image"))
		import_note(r, id, "prices per image are not kept");
	if (prices_other(r, pricing, "input_audio_cache"))
		import_note(r, id, "prices of cached audio are not kept");
}

static bool take_alias(struct import_reader *r, const char *id,
		       struct span model)
{
	const char *target =
		import_text(r, scan_find(model, "alias_target"), "slug");

	if (!target)
		return false;
	*(struct import_alias *)list_add(&r->list->aliases, r->arena) =
		(struct import_alias){ id, target };
	return true;
}

/* Every row needs a name that can be an id. */
static const char *read_id(struct import_reader *r, struct span model)
{
	const char *id = import_text(r, model, "id");

	if (id && import_good_id(id))
		return id;
	import_skip(r, id ? id : "(no id)", "its name cannot be an id");
	return NULL;
}

static void read_model(struct import_reader *r, struct span model)
{
	const char *id = read_id(r, model);
	struct span pricing = scan_find(model, "pricing");
	struct span architecture = scan_find(model, "architecture");
	struct span top = scan_find(model, "top_provider");
	struct price price = import_no_price();
	const char *out =
		import_words(r, scan_find(architecture, "output_modalities"));
	bool embeds = out && catalog_has(out, "embeddings");

	if (!id || take_alias(r, id, model))
		return;
	if (out && !embeds && !catalog_has(out, "text")) {
		import_skip(r, id, "it does not answer with text");
		return;
	}
	if (!import_prices(r, id, pricing, fields, PICO_DIGITS, &price))
		return;
	import_finish_price(r, id, embeds, &price);
	note_what_is_lost(r, id, pricing);
	import_add(
		r,
		&(struct import_row){
			.provider = "openrouter",
			.native = id,
			.model = id,
			.name = import_text(r, model, "name"),
			.description = import_text(r, model, "description"),
			.released_at = 1000 * import_number(model, "created"),
			.expires_at = import_date(r, model, "expiration_date"),
			.context = import_number(model, "context_length"),
			.output_limit =
				import_number(top, "max_completion_tokens"),
			.input_modalities = import_words(
				r, scan_find(architecture, "input_modalities")),
			.output_modalities = out,
			.parameters = import_words(
				r, scan_find(model, "supported_parameters")),
			.tokenizer = import_text(r, architecture, "tokenizer"),
			.price = price,
		});
}

void import_openrouter(struct import_reader *r, struct span text)
{
	struct scan_walk models = scan_walk(scan_find(text, "data"));
	struct scan_item item;

	r->list->kinds = (1U << PRICE_KINDS) - 1;
	while (scan_next(&models, &item))
		read_model(r, item.value);
}
