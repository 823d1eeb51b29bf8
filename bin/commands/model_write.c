/* `turnpike model add` and `price`: what no list has. */
#include "base/clock.h"
#include "base/keep.h"
#include "bin/commands/model.h"
#include "domain/import.h"
#include "domain/import_shape.h"
#include "domain/supplier.h"

#include <string.h>

/* The options that tell a price. */
static const struct {
	const char *option;
	enum price_kind kind;
} prices[] = {
	{ "input", PRICE_INPUT },
	{ "output", PRICE_OUTPUT },
	{ "cache-read", PRICE_CACHE_READ },
	{ "cache-write-5m", PRICE_CACHE_WRITE_5M },
	{ "cache-write-1h", PRICE_CACHE_WRITE_1H },
	{ "reasoning", PRICE_REASONING },
	{ "audio-in", PRICE_AUDIO_IN },
	{ "audio-out", PRICE_AUDIO_OUT },
	{ "image-in", PRICE_IMAGE_IN },
	{ "image-out", PRICE_IMAGE_OUT },
	{ "request", PRICE_REQUEST },
	{ "search", PRICE_SEARCH },
};

/* Change PRICE by the options; false when there were none. */
static bool take_prices(const struct call *c, struct price *price)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++) {
		const struct given *g = given(c, prices[i].option);

		if (!g->set)
			continue;
		price->pico[prices[i].kind] =
			g->nothing ? PRICE_UNKNOWN : g->number;
		any = true;
	}
	return any;
}

static bool priced(const struct price *price)
{
	return price->pico[PRICE_INPUT] != PRICE_UNKNOWN &&
	       price->pico[PRICE_OUTPUT] != PRICE_UNKNOWN;
}

/* The endpoint that is meant, with its price as it is now. */
static const struct endpoint *find_endpoint(struct call *c, struct fault *why)
{
	const char *provider = given(c, "provider")->text;
	const struct catalog *catalog = model_catalogue(c, why);
	const struct model *m =
		catalog ? model_find(catalog, argument(c, 0), why) : NULL;
	const struct endpoint *found = m ? model_endpoint(m, provider) : NULL;

	if (!m)
		return NULL;
	if (!provider && m->endpoint_count > 1) {
		misused(c, why,
			"%s has %zu providers: say which one with --provider",
			m->id, m->endpoint_count);
		return NULL;
	}
	if (!found)
		fault_set(why, FAULT_NOT_FOUND,
			  "no provider%s%.64s that is enabled has %s",
			  provider ? " " : "", provider ? provider : "", m->id);
	return found;
}

bool model_price(struct call *c, struct fault *why)
{
	struct import_price change = { .at = clock_now_ms() };
	const struct endpoint *endpoint;

	if (!call_open(c, why))
		return false;
	endpoint = find_endpoint(c, why);
	if (!endpoint)
		return false;
	change.endpoint = endpoint->id;
	change.price = endpoint->price.id ? endpoint->price : import_no_price();
	if (!take_prices(c, &change.price))
		return misused(c, why,
			       "which price? --input or another is "
			       "missing");
	if (!priced(&change.price))
		return misused(c, why,
			       "%s has no price yet: it needs both "
			       "--input and --output",
			       endpoint->id);
	if (!store_commit(c->store, import_price, &change, why))
		return false;
	return !wants_json(c) || model_show(c, why);
}

static const char *joined(struct arena *a, const struct given *list)
{
	const char *text = NULL;

	for (size_t i = 0; i < list->count; i++)
		text = arena_print(a, "%s%s%s", text ? text : "",
				   text ? "," : "", list->items[i]);
	return text;
}

static bool take_row(struct call *c, const char *provider,
		     struct import_row *row, struct fault *why)
{
	const char *id = argument(c, 0), *native = given(c, "native")->text;
	const char *slash = strchr(id, '/');

	if (!import_good_id(id))
		return misused(c, why,
			       "MODEL: '%.100s' is not an author, a slash and "
			       "a name, in lower case",
			       id);
	*row = (struct import_row){
		.provider = provider,
		.model = id,
		.native = native ? native : slash + 1,
		.name = given(c, "title")->text,
		.context = given(c, "context")->number,
		.output_limit = given(c, "output-limit")->number,
		.input_modalities = joined(c->arena, given(c, "reads")),
		.output_modalities = joined(c->arena, given(c, "makes")),
		.parameters = joined(c->arena, given(c, "parameters")),
		.price = import_no_price(),
	};
	if (!import_good_native(row->native))
		return misused(c, why, "--native: '%.100s' cannot be a name",
			       row->native);
	if (take_prices(c, &row->price) && !priced(&row->price))
		return misused(c, why,
			       "a price needs both --input and --output");
	return true;
}

/* A list of one row; what is there already is not to be changed by it. */
static bool add_row(struct db *db, void *change, struct fault *why)
{
	const struct import_change *added = change;

	if (!import_apply(db, change, why))
		return false;
	return added->added == 1 ||
	       fault_set(why, FAULT_CONFLICT,
			 "the provider has this model already: 'turnpike model "
			 "price' changes what it costs");
}

bool model_add(struct call *c, struct fault *why)
{
	struct import_list list = {
		.shape = "operator",
		.kinds = (1u << PRICE_KINDS) - 1,
		.rows = { .size = sizeof(struct import_row) },
	};
	struct import_change change = { .list = &list,
					.source = "operator",
					.at = clock_now_ms(),
					.arena = c->arena };
	struct supplier provider;
	struct import_row row;

	if (!call_open(c, why) ||
	    !supplier_find(c->db, c->arena, given(c, "provider")->text,
			   &provider, why) ||
	    !take_row(c, provider.slug, &row, why))
		return false;
	*(struct import_row *)list_add(&list.rows, c->arena) = row;
	if (!store_commit(c->store, add_row, &change, why))
		return false;
	return !wants_json(c) || model_show(c, why);
}
