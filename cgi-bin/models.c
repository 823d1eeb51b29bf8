/*
 * models - what can be asked for
 *
 *	GET /models                        what the caller may use
 *	GET /models/user                   the same, never without a key
 *	GET /models/count                  how many they are
 *	GET /models/AUTHOR/SLUG            one of them, as OpenAI shows it
 *	GET /model/AUTHOR/SLUG             one of them, as OpenRouter does
 *	GET /models/AUTHOR/SLUG/endpoints  who answers for it, and how well
 *	GET /endpoints/zdr                 who keeps nothing of what he is sent
 *	GET /providers                     who answers at all
 */
#include "domain/model_json.h"
#include "http/catalogue.h"
#include "http/serve.h"

#include <string.h>

static struct catalog_cache *cache(const struct exchange *x)
{
	return x->suite->own;
}

static bool list(struct exchange *x, struct fault *why)
{
	return catalogue_list(x, cache(x), NULL, why);
}

static bool count(struct exchange *x, struct fault *why)
{
	return catalogue_count(x, cache(x), why);
}

static json_t *model(struct exchange *x, struct fault *why)
{
	const struct catalog *c = catalogue_now(x, cache(x), why);
	const char *base = x->suite->settings->base_path;
	const struct endpoint *first;
	const struct model *m =
		c ? catalogue_find(x, c, x->tail, &first, why) : NULL;

	return m ? model_json(x->arena, m, first, base ? base : "") : NULL;
}

static bool show(struct exchange *x, struct fault *why)
{
	json_t *found = model(x, why);

	return found &&
	       exchange_json(x, 200, json_pack("{s:o}", "data", found), why);
}

/* What stands before "/endpoints" at the end of the path; NULL when that does
 * not end so. */
static const char *before_endpoints(struct exchange *x)
{
	static const char end[] = "/endpoints";
	size_t len = strlen(x->tail), tail = strlen(end);

	if (len <= tail || strcmp(x->tail + len - tail, end) != 0)
		return NULL;
	return arena_copy(x->arena, x->tail, len - tail);
}

static bool retrieve(struct exchange *x, struct fault *why)
{
	const char *id = before_endpoints(x);
	json_t *found;

	if (id)
		return catalogue_endpoints(x, cache(x), id, why);
	found = model(x, why);
	return found && exchange_json(x, 200, found, why);
}

static bool zdr(struct exchange *x, struct fault *why)
{
	return catalogue_zdr(x, cache(x), why);
}

static bool providers(struct exchange *x, struct fault *why)
{
	return catalogue_providers(x, cache(x), why);
}

static const struct route routes[] = {
	{ "GET", "/models", list, NEED_CATALOGUE },
	{ "GET", "/models/user", list, NEED_KEY },
	{ "GET", "/models/count", count, NEED_CATALOGUE },
	{ "GET", "/models/*", retrieve, NEED_CATALOGUE },
	{ "GET", "/model/*", show, NEED_CATALOGUE },
	{ "GET", "/endpoints/zdr", zdr, NEED_CATALOGUE },
	{ "GET", "/providers", providers, NEED_CATALOGUE },
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
