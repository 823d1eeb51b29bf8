/* models.dev's api.json: providers, with their models, with dollars per
 * million tokens as numbers. */
#include "domain/catalog.h"
#include "domain/import_shape.h"

#include "base/money.h"

#include <string.h>

/* A dollar per million tokens is a million pico-dollars per token. */
enum { DIGITS = PICO_DIGITS - 6 };

static const struct import_field fields[] = {
	{ "input", PRICE_INPUT },
	{ "output", PRICE_OUTPUT },
	{ "cache_read", PRICE_CACHE_READ },
	{ "cache_write", PRICE_CACHE_WRITE_5M },
	{ "reasoning", PRICE_REASONING },
	{ "input_audio", PRICE_AUDIO_IN },
	{ "output_audio", PRICE_AUDIO_OUT },
	{ 0 },
};

static const struct {
	const char *flag, *words;
} abilities[] = {
	{ "temperature", "temperature,top_p" },
	{ "reasoning", "reasoning,include_reasoning" },
	{ "tool_call", "tools,tool_choice" },
	{ "structured_output", "response_format,structured_outputs" },
};

bool import_is_models_dev(struct span text)
{
	struct scan_walk walk = scan_walk(text);
	struct scan_item item;

	while (scan_kind(text) == SCAN_OBJECT && scan_next(&walk, &item))
		if (scan_kind(scan_find(item.value, "models")) == SCAN_OBJECT)
			return true;
	return false;
}

static const char *parameters(struct import_reader *r, struct span model)
{
	const char *list = "max_tokens";

	for (size_t i = 0; i < sizeof(abilities) / sizeof(*abilities); i++)
		if (import_flag(model, abilities[i].flag))
			list = import_join(r->arena, list, abilities[i].words);
	return list;
}

static bool is_field(const struct scan_item *item)
{
	for (const struct import_field *f = fields; f->name; f++)
		if (scan_named(item, f->name))
			return true;
	return false;
}

static void note_what_is_lost(struct import_reader *r, const char *row,
			      struct span cost)
{
	struct scan_walk walk = scan_walk(cost);
	struct scan_item item;

	while (scan_next(&walk, &item))
		if (scan_named(&item, "tiers") ||
		    scan_named(&item, "context_over_200k"))
			import_note(r, row,
				    "other prices for long prompts or for "
				    "some hours are not kept");
		else if (!is_field(&item))
			import_note(r, row,
				    arena_print(r->arena,
						"prices of the kind '%.*s' "
						"are not kept",
						(int)item.name.len,
						item.name.at));
}

/* The list has no mark for them but their name. */
static bool is_embedding(const char *native, struct span model)
{
	return strstr(native, "embed") && !import_flag(model, "tool_call");
}

static struct import_row row_of(struct import_reader *r, struct span model,
				bool embeds)
{
	struct span limit = scan_find(model, "limit");
	struct span modalities = scan_find(model, "modalities");

	return (struct import_row){
		.name = import_text(r, model, "name"),
		.released_at = import_date(r, model, "release_date"),
		.context = import_number(limit, "context"),
		.output_limit = embeds ? 0 : import_number(limit, "output"),
		.input_modalities =
			import_words(r, scan_find(modalities, "input")),
		.output_modalities =
			embeds ? "embeddings"
			       : import_words(r,
					      scan_find(modalities, "output")),
		.parameters = embeds ? "dimensions,encoding_format"
				     : parameters(r, model),
	};
}

static void read_model(struct import_reader *r,
		       const struct import_row *provider,
		       const struct scan_item *item)
{
	const char *native = import_key(r, item);
	const char *label =
		arena_print(r->arena, "%s:%s", provider->provider, native);
	struct span cost = scan_find(item->value, "cost");
	bool embeds = is_embedding(native, item->value);
	struct import_row row = row_of(r, item->value, embeds);

	row.provider = provider->provider;
	row.provider_name = provider->provider_name;
	row.base_url = provider->base_url;
	row.native = native;
	row.price = import_no_price();
	if (!embeds && row.output_modalities &&
	    !catalog_has(row.output_modalities, "text")) {
		import_skip(r, label, "it does not answer with text");
		return;
	}
	if (!import_prices(r, label, cost, fields, DIGITS, &row.price))
		return;
	import_finish_price(r, label, embeds, &row.price);
	note_what_is_lost(r, label, cost);
	import_add(r, &row);
}

static void read_provider(struct import_reader *r, const struct scan_item *item)
{
	struct import_row provider = {
		.provider = import_key(r, item),
		.provider_name = import_text(r, item->value, "name"),
		.base_url = import_text(r, item->value, "api"),
	};
	struct scan_walk models = scan_walk(scan_find(item->value, "models"));
	struct scan_item model;

	while (scan_next(&models, &model))
		read_model(r, &provider, &model);
}

void import_models_dev(struct import_reader *r, struct span text)
{
	struct scan_walk providers = scan_walk(text);
	struct scan_item item;

	for (const struct import_field *f = fields; f->name; f++)
		r->list->kinds |= 1U << f->kind;
	while (scan_next(&providers, &item))
		read_provider(r, &item);
}
