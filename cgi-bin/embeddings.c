/*
 * embeddings - texts as vectors, in OpenAI's dialect
 *
 *	POST /embeddings         a vector for each input
 *	GET  /embeddings/models  what can make them, for the calling key
 */
#include "domain/model_json.h"
#include "http/page.h"
#include "http/serve.h"
#include "relay/relay.h"
#include "store/store.h"

enum { PAGE_MOST = 1000 };

static bool embed(struct exchange *x, struct fault *why)
{
	struct job job = {
		.gateway = x->suite->own,
		.arena = x->arena,
		.sink = exchange_sink(x),
		.key = x->key,
		.id = x->id,
		.trade = &TRADE_EMBEDDING,
		.caller = exchange_caller(x),
	};

	if (!exchange_body(x, why))
		return false;
	job.body = x->body;
	return relay_run(&job, why);
}

static bool is_shown(const struct exchange *x, const struct model *model)
{
	return catalog_has(model->output_modalities, "embeddings") &&
	       key_allows_model(x->key, model->id);
}

/* A page of them; returns how many there are in all. */
static int64_t list(const struct exchange *x, const struct catalog *c,
		    int64_t offset, int64_t limit, json_t *data)
{
	int64_t total = 0;
	size_t count;
	const struct model *models = catalog_models(c, &count);

	for (size_t i = 0; i < count; i++) {
		if (!is_shown(x, &models[i]))
			continue;
		if (total >= offset && total - offset < limit)
			json_array_append_new(data,
					      model_json(x->arena, &models[i]));
		total++;
	}
	return total;
}

static bool models(struct exchange *x, struct fault *why)
{
	int64_t offset, limit, total;
	const struct catalog *c;
	json_t *data;

	if (!page_number(x, "offset", 0, &offset, why) ||
	    !page_number(x, "limit", PAGE_MOST, &limit, why))
		return false;
	c = gateway_catalogue(x->suite->own, x->arena,
			      x->key->catalogue_version, why);
	if (!c)
		return false;
	data = json_array();
	total = list(x, c, offset, limit, data);
	return exchange_json(x, 200,
			     json_pack("{s:s, s:o, s:I, s:{s:n}}", "object",
				       "list", "data", data, "total_count",
				       (json_int_t)total, "links", "next"),
			     why);
}

static const struct route routes[] = {
	{ "POST", "/embeddings", embed, NEED_INFERENCE },
	{ "GET", "/embeddings/models", models, NEED_KEY },
	{ 0 },
};

static bool start(struct suite *suite, struct fault *why)
{
	(void)why;
	suite->own = gateway_new(suite->settings, suite->store);
	return true;
}

static void stop(struct suite *suite)
{
	gateway_free(suite->own);
}

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "embeddings",
					.routes = routes,
					.start = start,
					.stop = stop },
		     argc, argv);
}
