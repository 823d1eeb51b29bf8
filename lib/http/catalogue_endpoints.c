/* The part of catalogue.h that tells who answers. */
#include "http/catalogue.h"

#include "base/clock.h"
#include "domain/endpoint_json.h"
#include "domain/health.h"
#include "domain/model_json.h"
#include "store/store.h"

/* What is being gathered. */
struct gathering {
	struct exchange *x;
	struct db *db;
	struct view view;
	int64_t now_ms;
	bool zdr; /* only those that keep nothing */
	json_t *list;
};

static bool gather(struct gathering *g, const struct model *m,
		   struct fault *why)
{
	for (size_t i = 0; i < m->endpoint_count; i++) {
		const struct endpoint *e = &m->endpoints[i];
		struct health health;

		if (!view_has(&g->view, e) || (g->zdr && !e->zdr))
			continue;
		if (!health_read(g->db, g->x->arena, e->id, g->now_ms, &health,
				 why))
			return false;
		json_array_append_new(g->list,
				      endpoint_json(g->x->arena, m, e, &health,
						    g->x->key != NULL));
	}
	return true;
}

/* The endpoints of COUNT models; NULL: see WHY. */
static json_t *endpoints_of(struct exchange *x, const struct model *models,
			    size_t count, bool zdr, struct fault *why)
{
	struct gathering g = {
		.x = x,
		.db = store_borrow(x->suite->store, why),
		.view = catalogue_view(x),
		.now_ms = clock_now_ms(),
		.zdr = zdr,
	};
	bool ok = g.db != NULL;

	if (!ok)
		return NULL;
	g.list = json_array();
	for (size_t i = 0; ok && i < count; i++)
		if (view_first(&g.view, &models[i]))
			ok = gather(&g, &models[i], why);
	store_return(x->suite->store, g.db);
	if (ok)
		return g.list;
	json_decref(g.list);
	return NULL;
}

bool catalogue_endpoints(struct exchange *x, struct catalog_cache *cache,
			 const char *id, struct fault *why)
{
	const struct catalog *c = catalogue_now(x, cache, why);
	const struct endpoint *first;
	const struct model *m =
		c ? catalogue_find(x, c, id, &first, why) : NULL;
	json_t *list = m ? endpoints_of(x, m, 1, false, why) : NULL;

	return list &&
	       exchange_json(
		       x, 200,
		       json_pack("{s:{s:s, s:s, s:I, s:s, s:o, s:o}}", "data",
				 "id", m->id, "name", m->name, "created",
				 (json_int_t)(m->released_at / 1000),
				 "description", m->description, "architecture",
				 model_architecture(x->arena, m), "endpoints",
				 list),
		       why);
}

bool catalogue_zdr(struct exchange *x, struct catalog_cache *cache,
		   struct fault *why)
{
	const struct catalog *c = catalogue_now(x, cache, why);
	size_t count;
	const struct model *models = c ? catalog_models(c, &count) : NULL;
	json_t *list = c ? endpoints_of(x, models, count, true, why) : NULL;

	return list &&
	       exchange_json(x, 200, json_pack("{s:o}", "data", list), why);
}

/* Has the view an endpoint of the model at P? */
static bool serves(const struct view *view, const struct model *m,
		   const struct provider *p)
{
	for (size_t i = 0; i < m->endpoint_count; i++)
		if (m->endpoints[i].provider == p &&
		    view_has(view, &m->endpoints[i]))
			return true;
	return false;
}

static size_t models_at(const struct catalog *c, const struct view *view,
			const struct provider *p)
{
	size_t count, served = 0;
	const struct model *models = catalog_models(c, &count);

	for (size_t i = 0; i < count; i++)
		if (serves(view, &models[i], p) && view_first(view, &models[i]))
			served++;
	return served;
}

bool catalogue_providers(struct exchange *x, struct catalog_cache *cache,
			 struct fault *why)
{
	const struct catalog *c = catalogue_now(x, cache, why);
	struct view view = catalogue_view(x);
	const struct provider *providers;
	json_t *list;
	size_t count;

	if (!c)
		return false;
	providers = catalog_providers(c, &count);
	list = json_array();
	for (size_t i = 0; i < count; i++)
		if (view_has_provider(&view, &providers[i]))
			json_array_append_new(
				list, provider_json(&providers[i],
						    models_at(c, &view,
							      &providers[i])));
	return exchange_json(x, 200, json_pack("{s:o}", "data", list), why);
}
