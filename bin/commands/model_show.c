/* `turnpike model list` and `show`: what can be asked for, at what price. */
#include "base/money_json.h"
#include "bin/commands/model.h"
#include "bin/commands/sheet.h"
#include "domain/model_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(void *catalog)
{
	catalog_put(catalog);
}

const struct catalog *model_catalogue(struct call *c, struct fault *why)
{
	struct catalog *catalog = catalog_read(c->db, 0, why);

	if (catalog)
		arena_defer(c->arena, put, catalog);
	return catalog;
}

const struct model *model_find(const struct catalog *catalog, const char *id,
			       struct fault *why)
{
	const struct model *found = catalog_find(catalog, id);
	const char *closest = "";
	bool close = !found && catalog_closest(catalog, id, &closest, 1);

	if (!found)
		fault_set(why, FAULT_NOT_FOUND, "no model '%.100s'%s%s%s", id,
			  close ? "; did you mean " : "", closest,
			  close ? "?" : "");
	return found;
}

const struct endpoint *model_endpoint(const struct model *model,
				      const char *provider)
{
	for (size_t i = 0; i < model->endpoint_count; i++)
		if (!provider ||
		    !strcasecmp(model->endpoints[i].provider->slug, provider))
			return &model->endpoints[i];
	return NULL;
}

static const char *dumped(struct call *c, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_DOLLARS);

	json_decref(object);
	if (!text)
		return "null";
	arena_defer(c->arena, free, text);
	return text;
}

static void add_known(struct sheet *s, int64_t count)
{
	sheet_maybe(s, count ? &count : NULL);
}

static void add_price(struct sheet *s, const struct endpoint *e,
		      enum price_kind kind)
{
	if (!e || !e->price.id || e->price.pico[kind] == PRICE_UNKNOWN)
		sheet_null(s);
	else
		sheet_number(s, e->price.pico[kind]);
}

static const char *providers(struct call *c, const struct model *m)
{
	const char *text = "";

	for (size_t i = 0; i < m->endpoint_count; i++)
		text = arena_print(c->arena, "%s%s%s", text, i ? ", " : "",
				   m->endpoints[i].provider->slug);
	return text;
}

/* A model as clients without restrictions would see it. */
static json_t *object_of(struct call *c, const struct model *m)
{
	const struct endpoint *first = m->endpoint_count ? m->endpoints : NULL;

	return model_json(c->arena, m, first, "");
}

static void add_model(struct call *c, struct sheet *s, const struct model *m,
		      const struct endpoint *e)
{
	sheet_text(s, m->id);
	add_known(s, m->context);
	add_known(s, m->output_limit);
	add_price(s, e, PRICE_INPUT);
	add_price(s, e, PRICE_CACHE_READ);
	add_price(s, e, PRICE_OUTPUT);
	sheet_text(s, providers(c, m));
	sheet_text(s, wants_json(c) ? dumped(c, object_of(c, m)) : "");
}

static bool fits(const struct model *m, const char *search)
{
	return !search || strcasestr(m->id, search) ||
	       strcasestr(m->name, search);
}

static void print_models_json(const struct sheet *s)
{
	size_t last = s->width - 1;

	fputs("{\"data\":[", stdout);
	for (size_t row = 0; row < sheet_rows(s); row++)
		printf("%s%s", row ? "," : "", sheet_cell(s, row, last)->text);
	fputs("]}\n", stdout);
}

bool model_list(struct call *c, struct fault *why)
{
	static const struct column columns[] = {
		{ NULL, "model", CELL_TEXT },
		{ NULL, "context", CELL_NUMBER },
		{ NULL, "output", CELL_NUMBER },
		{ NULL, "in", CELL_RATE },
		{ NULL, "cached", CELL_RATE },
		{ NULL, "out", CELL_RATE },
		{ NULL, "providers", CELL_TEXT },
		{ "data", NULL, CELL_JSON },
		{ 0 },
	};
	const char *provider = given(c, "provider")->text;
	struct sheet s = sheet_new(c->arena, columns);
	const struct catalog *catalog;
	const struct model *all;
	size_t count;

	if (!call_open(c, why) || !(catalog = model_catalogue(c, why)))
		return false;
	all = catalog_models(catalog, &count);
	for (size_t i = 0; i < count; i++) {
		const struct endpoint *e = model_endpoint(&all[i], provider);

		if (e && fits(&all[i], argument(c, 0)))
			add_model(c, &s, &all[i], e);
	}
	if (wants_json(c))
		print_models_json(&s);
	else
		sheet_print_table(&s);
	return true;
}

static struct sheet endpoints_of(struct call *c, const struct model *m)
{
	static const struct column columns[] = {
		{ "id", "endpoint", CELL_TEXT },
		{ "provider_name", "provider", CELL_TEXT },
		{ "native", NULL, CELL_TEXT },
		{ "quantization", NULL, CELL_TEXT },
		{ "context_length", "context", CELL_NUMBER },
		{ "max_completion_tokens", "output", CELL_NUMBER },
		{ NULL, "in", CELL_RATE },
		{ NULL, "cached", CELL_RATE },
		{ NULL, "out", CELL_RATE },
		{ "price_id", "price", CELL_NUMBER },
		{ "pricing", NULL, CELL_JSON },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	for (size_t i = 0; i < m->endpoint_count; i++) {
		const struct endpoint *e = &m->endpoints[i];

		sheet_text(&s, e->id);
		sheet_text(&s, e->provider->slug);
		sheet_text(&s, e->native);
		sheet_some(&s, e->quantization);
		add_known(&s, e->context ? e->context : m->context);
		add_known(&s,
			  e->output_limit ? e->output_limit : m->output_limit);
		add_price(&s, e, PRICE_INPUT);
		add_price(&s, e, PRICE_CACHE_READ);
		add_price(&s, e, PRICE_OUTPUT);
		add_known(&s, e->price.id);
		sheet_text(&s, e->price.id ? dumped(c, price_json(c->arena,
								  &e->price))
					   : "null");
	}
	return s;
}

static void print_facts(struct call *c, const struct model *m)
{
	static const struct column columns[] = {
		{ NULL, "model", CELL_TEXT },
		{ NULL, "name", CELL_TEXT },
		{ NULL, "what it is", CELL_TEXT },
		{ NULL, "released", CELL_TIME },
		{ NULL, "expires", CELL_TIME },
		{ NULL, "context", CELL_NUMBER },
		{ NULL, "output", CELL_NUMBER },
		{ NULL, "reads", CELL_TEXT },
		{ NULL, "makes", CELL_TEXT },
		{ NULL, "parameters", CELL_TEXT },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	sheet_text(&s, m->id);
	sheet_text(&s, m->name);
	sheet_some(&s, m->description);
	sheet_time(&s, m->released_at);
	sheet_time(&s, m->expires_at);
	add_known(&s, m->context);
	add_known(&s, m->output_limit);
	sheet_text(&s, m->input_modalities);
	sheet_text(&s, m->output_modalities);
	sheet_some(&s, m->parameters);
	sheet_print_list(&s);
}

bool model_show(struct call *c, struct fault *why)
{
	const struct catalog *catalog;
	const struct model *m;
	struct sheet endpoints;

	if (!call_open(c, why) || !(catalog = model_catalogue(c, why)))
		return false;
	m = model_find(catalog, argument(c, 0), why);
	if (!m)
		return false;
	endpoints = endpoints_of(c, m);
	if (wants_json(c)) {
		printf("{\"data\":%s,\"endpoints\":",
		       dumped(c, object_of(c, m)));
		sheet_print_array(&endpoints);
		fputs("}\n", stdout);
		return true;
	}
	print_facts(c, m);
	if (sheet_rows(&endpoints)) {
		putchar('\n');
		sheet_print_table(&endpoints);
	}
	return true;
}
