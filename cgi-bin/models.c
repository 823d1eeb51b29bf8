/*
 * models - what can be asked for
 *
 *	GET /models              what the calling key may use
 *	GET /models/AUTHOR/SLUG  one of them, as OpenAI's clients want it
 *	GET /model/AUTHOR/SLUG   one of them, as OpenRouter's do
 */
#include "domain/catalog.h"
#include "domain/key.h"
#include "domain/model_json.h"
#include "http/serve.h"
#include "store/store.h"

/* The catalogue, put back with the request's arena. */
static const struct catalog *catalogue(struct exchange *x, struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	const struct catalog *c =
		db ? catalog_get(x->suite->own, db, x->key->catalogue_version,
				 why)
		   : NULL;

	store_return(x->suite->store, db);
	if (c)
		catalog_bind(x->arena, c);
	return c;
}

static bool list(struct exchange *x, struct fault *why)
{
	const struct catalog *c = catalogue(x, why);
	const struct model *models;
	json_t *data = json_array();
	size_t count;

	if (!c) {
		json_decref(data);
		return false;
	}
	models = catalog_models(c, &count);
	for (size_t i = 0; i < count; i++)
		if (key_allows_model(x->key, models[i].id))
			json_array_append_new(data,
					      model_json(x->arena, &models[i]));
	count = json_array_size(data);
	return exchange_json(x, 200,
			     json_pack("{s:s, s:o, s:I, s:{s:n}}", "object",
				       "list", "data", data, "total_count",
				       (json_int_t)count, "links", "next"),
			     why);
}

static const struct model *find(struct exchange *x, struct fault *why)
{
	const struct catalog *c = catalogue(x, why);
	const struct model *model = c ? catalog_find(c, x->tail) : NULL;

	if (c && (!model || !key_allows_model(x->key, model->id))) {
		fault_set(why, FAULT_NOT_FOUND, "no model '%.128s'", x->tail);
		return NULL;
	}
	return model;
}

static bool retrieve(struct exchange *x, struct fault *why)
{
	const struct model *model = find(x, why);

	return model && exchange_json(x, 200, model_json(x->arena, model), why);
}

static bool show(struct exchange *x, struct fault *why)
{
	const struct model *model = find(x, why);

	return model && exchange_json(x, 200,
				      json_pack("{s:o}", "data",
						model_json(x->arena, model)),
				      why);
}

static const struct route routes[] = {
	{ "GET", "/models", list, NEED_KEY },
	{ "GET", "/models/*", retrieve, NEED_KEY },
	{ "GET", "/model/*", show, NEED_KEY },
	{ 0 },
};

static bool start(struct suite *suite, struct fault *why)
{
	(void)why;
	suite->own = catalog_cache_new();
	return true;
}

static void stop(struct suite *suite)
{
	catalog_cache_free(suite->own);
}

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "models",
					.routes = routes,
					.start = start,
					.stop = stop },
		     argc, argv);
}
