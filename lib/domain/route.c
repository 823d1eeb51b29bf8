#include "domain/route.h"

#include "base/keep.h"
#include "base/wide.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLOSEST = 3 };

static const struct {
	const char *text;
	enum fault_kind kind;
} reasons[] = {
	[LEFT_OUT_KEY] = { "this API key may not use it", FAULT_FORBIDDEN },
	[LEFT_OUT_CREDENTIAL] = { "the operator has no credential for it",
				  FAULT_NO_ROUTE },
	[LEFT_OUT_UNPRICED] = { "it has no price, so that no budget could "
				"hold; the operator can add one with "
				"`turnpike model price`",
				FAULT_BAD_REQUEST },
	[LEFT_OUT_CONTEXT] = { "prompt and output do not fit into its context",
			       FAULT_BAD_REQUEST },
	[LEFT_OUT_KIND] = { "it speaks another dialect", FAULT_NO_ROUTE },
	[LEFT_OUT_PREFERENCE] = { "the request's provider object leaves it out",
				  FAULT_NOT_FOUND },
	[LEFT_OUT_MAKES] = { "it is to be asked at another endpoint",
			     FAULT_BAD_REQUEST },
};

const char *left_out_text(enum left_out why)
{
	return reasons[why].text;
}

struct gathering {
	const struct catalog *catalog;
	struct arena *arena;
	const struct wish *wish;
	struct list candidates, passed_over;
};

/* Is it a model of the kind that is asked for? One that says nothing of itself
 * may be. */
static bool makes(const struct model *model, const char *const *wanted)
{
	bool found = !wanted || !*model->output_modalities;

	for (; !found && *wanted; wanted++)
		found = catalog_has(model->output_modalities, *wanted);
	return found;
}

static bool preferred(const struct gathering *g, const struct model *model,
		      const struct endpoint *e)
{
	const struct wish *w = g->wish;

	return preference_fits(
		&w->preference,
		&(struct preference_scope){
			g->catalog, model, w->parameters ? w->parameters : "" },
		e);
}

/* May it answer? If not, *WHY says why. */
static bool fits(const struct gathering *g, const struct model *model,
		 const struct endpoint *e, enum left_out *why)
{
	const struct wish *wish = g->wish;
	int64_t context = e->context ? e->context : model->context;

	if (!key_allows_provider(wish->key, e->provider->slug))
		*why = LEFT_OUT_KEY;
	else if (!preferred(g, model, e))
		*why = LEFT_OUT_PREFERENCE;
	else if (strcmp(e->provider->kind, wish->kind) != 0)
		*why = LEFT_OUT_KIND;
	else if (e->price.id == 0)
		*why = LEFT_OUT_UNPRICED;
	else if (e->provider->needs_credential &&
		 e->provider->credential_count == 0)
		*why = LEFT_OUT_CREDENTIAL;
	else if (context &&
		 (wish->prompt_tokens > context ||
		  wish->output_tokens > context - wish->prompt_tokens))
		*why = LEFT_OUT_CONTEXT;
	else
		return true;
	return false;
}

/* A provider that takes parameters in a model's name gets them. */
static const char *native(struct arena *a, const struct endpoint *e,
			  const char *asked)
{
	const char *plus = asked ? strchr(asked, '+') : NULL;

	if (!plus || !catalog_has(e->provider->quirks, "parametrised"))
		return e->native;
	return arena_print(a, "%s%s", e->native, plus);
}

static void pass_over(struct gathering *g, const struct model *model,
		      const struct endpoint *e, enum left_out why)
{
	*(struct passed_over *)list_add(&g->passed_over, g->arena) =
		(struct passed_over){ model, e, why };
}

static void gather(struct gathering *g, const struct model *model,
		   const char *asked)
{
	bool allowed = key_allows_model(g->wish->key, model->id);
	bool fitting = makes(model, g->wish->makes);

	for (size_t i = 0; i < model->endpoint_count; i++) {
		const struct endpoint *e = &model->endpoints[i];
		enum left_out why = allowed ? LEFT_OUT_MAKES : LEFT_OUT_KEY;

		if (!allowed || !fitting || !fits(g, model, e, &why))
			pass_over(g, model, e, why);
		else
			*(struct candidate *)list_add(
				&g->candidates, g->arena) = (struct candidate){
				model, e, native(g->arena, e, asked)
			};
	}
}

/* What a candidate is ordered by among its model's. */
struct standing {
	size_t place;
	wide price;
	size_t number; /* by rank: what is equal keeps its order */
	struct candidate candidate;
};

static int by_standing(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->price != y->price)
		return x->price < y->price ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static struct standing standing(const struct gathering *g,
				const struct candidate *c, size_t number)
{
	const struct preference *p = &g->wish->preference;
	const int64_t *pico = c->endpoint->price.pico;

	return (struct standing){
		.place = preference_place(p, g->catalog, c->endpoint),
		.price = p->by_price
				 ? (wide)pico[PRICE_INPUT] + pico[PRICE_OUTPUT]
				 : 0,
		.number = number,
		.candidate = *c,
	};
}

/* How many of the first COUNT have the provider of the very first; they come
 * together only where the order put them so. */
static size_t of_first(struct candidate *c, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (c[i].endpoint->provider == c[0].endpoint->provider)
			c[kept++] = c[i];
	return kept;
}

/* Put the candidates from FIRST on, which are one model's, in the order that
 * the request prefers. */
static void arrange(struct gathering *g, size_t first)
{
	const struct preference *p = &g->wish->preference;
	size_t count = g->candidates.count - first;
	struct candidate *c = g->candidates.items;
	struct standing *all;

	if (!p->given || !count)
		return;
	c += first;
	all = arena_take(g->arena, count * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		all[i] = standing(g, &c[i], i);
	qsort(all, count, sizeof(*all), by_standing);
	for (size_t i = 0; i < count; i++)
		c[i] = all[i].candidate;
	if (p->no_fallbacks && !p->order.count)
		g->candidates.count = first + of_first(c, count);
}

static bool unknown(const struct gathering *g, const char *id,
		    struct fault *why)
{
	const char *closest[CLOSEST];
	char names[256] = "";
	size_t count = catalog_closest(g->catalog, id, closest, CLOSEST);

	for (size_t i = 0, at = 0; i < count && at < sizeof(names); i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
				       i ? ", " : " Did you mean ", closest[i]);
	return fault_set(why, FAULT_BAD_REQUEST,
			 "%.128s is not a valid model ID.%s%s", id, names,
			 count ? "?" : "");
}

static bool add(struct gathering *g, const char *id, struct fault *why)
{
	const struct model *model = catalog_find(g->catalog, id);
	size_t first;

	if (!model)
		return unknown(g, id, why);
	first = g->candidates.count;
	gather(g, model, id);
	arrange(g, first);
	return true;
}

/* The words that clients look for when a conversation has grown too long. */
static bool too_long(const struct gathering *g, const struct passed_over *by,
		     struct fault *why)
{
	int64_t context = by->endpoint->context ? by->endpoint->context
						: by->model->context;
	const struct wish *w = g->wish;

	if (why && why->kind == FAULT_NONE)
		why->type = "context_length_exceeded";
	return fault_set(why, FAULT_BAD_REQUEST,
			 "This endpoint's maximum context length is %lld "
			 "tokens. However, you requested about %lld tokens "
			 "(%lld of text input, %lld in the output). Please "
			 "reduce the length of either one.",
			 (long long)context,
			 (long long)wide_narrow((wide)w->prompt_tokens +
						w->output_tokens),
			 (long long)w->prompt_tokens,
			 (long long)w->output_tokens);
}

/* Where models are asked for what they make, of what this suite serves. */
static const char *endpoint_for(const struct model *model)
{
	static const struct {
		const char *makes, *path;
	} paths[] = {
		{ "text", "/chat/completions" },
		{ "image", "/chat/completions" },
		{ "embeddings", "/embeddings" },
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (catalog_has(model->output_modalities, paths[i].makes))
			return paths[i].path;
	return NULL;
}

/* OpenRouter's error.availability. */
static const char *wrong_endpoint(struct arena *a, const char *model,
				  const char *detail)
{
	json_t *json = json_pack("{s:s, s:b, s:[s], s:{s:s, s:s}}", "code",
				 "wrong_endpoint", "retryable", 0,
				 "requested_models", model, "constraint",
				 "field", "endpoint", "detail", detail);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	const char *kept = text ? keep(a, text) : NULL;

	json_decref(json);
	free(text);
	return kept;
}

static bool elsewhere(const struct gathering *g, const struct passed_over *by,
		      struct fault *why)
{
	const char *path = endpoint_for(by->model);
	const char *detail =
		path ? arena_print(g->arena,
				   "%s is not a model for this endpoint: ask "
				   "for it at %s.",
				   by->model->id, path)
		     : arena_print(g->arena,
				   "%s makes %s, which no endpoint here does.",
				   by->model->id, by->model->output_modalities);

	if (why && why->kind == FAULT_NONE)
		why->availability =
			wrong_endpoint(g->arena, by->model->id, detail);
	return fault_set(why, FAULT_BAD_REQUEST, "%s", detail);
}

static const struct passed_over *nearest(const struct gathering *g,
					 enum left_out why)
{
	const struct passed_over *list = g->passed_over.items;

	for (size_t i = 0; i < g->passed_over.count; i++)
		if (list[i].why == why)
			return &list[i];
	return NULL;
}

/* Nobody is left: tell why, by the reason that is nearest to success. */
static bool nobody(const struct gathering *g, const char *asked,
		   struct fault *why)
{
	static const enum left_out order[] = {
		LEFT_OUT_CREDENTIAL, LEFT_OUT_CONTEXT, LEFT_OUT_UNPRICED,
		LEFT_OUT_KIND,	     LEFT_OUT_MAKES,   LEFT_OUT_PREFERENCE,
		LEFT_OUT_KEY,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		const struct passed_over *by = nearest(g, order[i]);

		if (by && by->why == LEFT_OUT_CONTEXT)
			return too_long(g, by, why);
		if (by && by->why == LEFT_OUT_MAKES)
			return elsewhere(g, by, why);
		if (by)
			return fault_set(why, reasons[by->why].kind,
					 "No endpoint can answer for %.128s: "
					 "%s.",
					 asked, reasons[by->why].text);
	}
	return fault_set(why, FAULT_NOT_FOUND, "No endpoints found for %.128s.",
			 asked);
}

bool route_plan(const struct catalog *catalog, struct arena *a,
		const struct wish *wish, struct plan *plan, struct fault *why)
{
	struct gathering g = {
		.catalog = catalog,
		.arena = a,
		.wish = wish,
		.candidates = { .size = sizeof(struct candidate) },
		.passed_over = { .size = sizeof(struct passed_over) },
	};
	const char *asked = wish->model && *wish->model ? wish->model
			    : wish->models_count	? wish->models[0]
							: NULL;
	bool ok = true;

	if (!asked)
		asked = *wish->key->default_model ? wish->key->default_model
						  : NULL;
	if (!asked)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "model is missing, and the account has no "
				 "default model");
	if ((wish->model && *wish->model) || !wish->models_count)
		ok = add(&g, asked, why);
	for (size_t i = 0; ok && i < wish->models_count; i++)
		ok = add(&g, wish->models[i], why);
	*plan = (struct plan){
		.asked = asked,
		.candidates = g.candidates.items,
		.count = g.candidates.count,
		.passed_over = g.passed_over.items,
		.passed_over_count = g.passed_over.count,
	};
	return ok && (plan->count > 0 || nobody(&g, asked, why));
}
