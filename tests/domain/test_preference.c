#include "domain/route.h"

#include "base/scan.h"
#include "support/row.h"
#include "support/shelf.h"

#include <stdio.h>
#include <string.h>

/* One model at six providers, in the order of their rank and with dollars per
 * million tokens in and out: deepinfra 0.039 0.19, groq, together and fireworks
 * 0.15 0.60, cerebras 0.35 0.75, openrouter 0.03 0.15. */
static const char model[] = "openai/gpt-oss-120b";

static struct shelf shelf;
static const struct catalog *catalog;

static void open_shelf(void)
{
	struct fault why = { 0 };

	shelf_open(&shelf);
	shelf_run(&shelf, "UPDATE provider SET needs_credential = 0;"
			  "UPDATE provider SET trains = 0 WHERE slug = 'groq';"
			  "UPDATE provider SET trains = 1"
			  " WHERE slug = 'together';"
			  "UPDATE provider SET zdr = 1"
			  " WHERE slug = 'cerebras';"
			  "UPDATE endpoint SET quantization = 'fp8'"
			  " WHERE provider = 'deepinfra';"
			  "UPDATE endpoint SET region = 'eu'"
			  " WHERE provider = 'groq';"
			  "UPDATE endpoint SET parameters = 'max_tokens'"
			  " WHERE provider = 'fireworks'");
	catalog = catalog_read(shelf.db, 1, &why);
	cr_assert(catalog, "%s", why.text);
}

static void close_shelf(void)
{
	catalog_put(catalog);
	shelf_close(&shelf);
}

TestSuite(preference, .init = open_shelf, .fini = close_shelf, .timeout = 20);

static bool plan(const char *provider, const char *parameters,
		 struct plan *plan, struct fault *why)
{
	static const struct key key = { .allowed_models = "",
					.allowed_providers = "",
					.default_model = "" };
	struct wish wish = { .model = model,
			     .key = &key,
			     .kind = "openai",
			     .parameters = parameters };
	struct span object = { 0 };

	cr_assert(!provider ||
		  scan_text(span_of(provider), SCAN_DEPTH, &object, NULL));
	return preference_read(shelf.arena, object, &wish.preference, why) &&
	       route_plan(catalog, shelf.arena, &wish, plan, why);
}

static const char *providers(const struct plan *plan)
{
	const char *list = "";

	for (size_t i = 0; i < plan->count; i++)
		list = arena_join(shelf.arena, list, i ? " " : "",
				  plan->candidates[i].endpoint->provider->slug,
				  NULL);
	return list;
}

static const struct {
	const char *provider, *want;
} plans[] = {
	{ NULL, "deepinfra groq together fireworks cerebras openrouter" },
	{ "{}", "deepinfra groq together fireworks cerebras openrouter" },
	{ "{\"order\":null,\"only\":null,\"max_price\":null,\"zdr\":null}",
	  "deepinfra groq together fireworks cerebras openrouter" },
	{ "{\"order\":[\"cerebras\",\"groq\"]}",
	  "cerebras groq deepinfra together fireworks openrouter" },
	{ "{\"order\":[\"Cerebras\",\"nobody\"],\"allow_fallbacks\":false}",
	  "cerebras" },
	{ "{\"order\":[\"groq\",\"deepinfra\"],\"allow_fallbacks\":false}",
	  "groq deepinfra" },
	{ "{\"allow_fallbacks\":false}", "deepinfra" },
	{ "{\"allow_fallbacks\":false,\"sort\":\"price\"}", "openrouter" },
	{ "{\"allow_fallbacks\":true}",
	  "deepinfra groq together fireworks cerebras openrouter" },
	{ "{\"only\":[\"openrouter\",\"groq\"]}", "groq openrouter" },
	{ "{\"only\":[\"deepinfra/fp8\",\"groq/us\"]}", "deepinfra" },
	{ "{\"only\":[\"groq/eu\"]}", "groq" },
	{ "{\"ignore\":[\"deepinfra\",\"openrouter\"]}",
	  "groq together fireworks cerebras" },
	{ "{\"only\":[\"groq\",\"together\"],\"ignore\":[\"groq\"]}",
	  "together" },
	{ "{\"sort\":\"price\"}",
	  "openrouter deepinfra groq together fireworks cerebras" },
	{ "{\"sort\":{\"by\":\"price\",\"partition\":\"model\"}}",
	  "openrouter deepinfra groq together fireworks cerebras" },
	{ "{\"sort\":\"price\",\"order\":[\"cerebras\"]}",
	  "cerebras openrouter deepinfra groq together fireworks" },
	{ "{\"quantizations\":[\"fp8\"]}", "deepinfra" },
	{ "{\"quantizations\":[\"unknown\"]}",
	  "groq together fireworks cerebras openrouter" },
	{ "{\"data_collection\":\"deny\"}", "groq cerebras" },
	{ "{\"data_collection\":\"allow\"}",
	  "deepinfra groq together fireworks cerebras openrouter" },
	{ "{\"zdr\":true}", "cerebras" },
	{ "{\"max_price\":{\"prompt\":0.15,\"completion\":0.6}}",
	  "deepinfra groq together fireworks openrouter" },
	{ "{\"max_price\":{\"prompt\":\"0.1499\"}}", "deepinfra openrouter" },
	{ "{\"max_price\":{\"completion\":0.15,\"request\":0}}", "openrouter" },
	{ "{\"require_parameters\":true}",
	  "deepinfra groq together cerebras openrouter" },
	{ "{\"require_parameters\":false}",
	  "deepinfra groq together fireworks cerebras openrouter" },
	{ "{\"unheard_of\":[1,{}]}",
	  "deepinfra groq together fireworks cerebras openrouter" },
};

EACH(preference, chooses_and_orders, plans)
{
	struct plan found = { 0 };
	struct fault why = { 0 };

	cr_assert(plan(row->provider, "max_tokens,tools", &found, &why),
		  "%s: %s", row->provider, why.text);
	cr_expect_str_eq(providers(&found), row->want, "%s: %s", row->provider,
			 providers(&found));
}

static const struct {
	const char *provider;
} empty[] = {
	{ "{\"only\":[]}" },
	{ "{\"only\":[\"nobody\"]}" },
	{ "{\"order\":[\"nobody\"],\"allow_fallbacks\":false}" },
	{ "{\"quantizations\":[]}" },
	{ "{\"quantizations\":[\"int4\"]}" },
	{ "{\"enforce_distillable_text\":true}" },
	{ "{\"max_price\":{\"prompt\":0}}" },
	{ "{\"zdr\":true,\"ignore\":[\"cerebras\"]}" },
};

EACH(preference, leaves_nobody, empty)
{
	struct plan found = { 0 };
	struct fault why = { 0 };

	cr_expect_not(plan(row->provider, "", &found, &why), "%s: %s",
		      row->provider, providers(&found));
	cr_expect_eq(why.kind, FAULT_NOT_FOUND, "%s: %s", row->provider,
		     why.text);
	cr_expect(strstr(why.text, "provider object"), "%s", why.text);
}

static const struct {
	const char *provider, *name;
} mistakes[] = {
	{ "{\"order\":\"groq\"}", "provider.order" },
	{ "{\"order\":[1]}", "provider.order" },
	{ "{\"order\":[\"\"]}", "provider.order" },
	{ "{\"order\":[\"a\\u0000b\"]}", "provider.order" },
	{ "{\"only\":{}}", "provider.only" },
	{ "{\"ignore\":true}", "provider.ignore" },
	{ "{\"quantizations\":\"fp8\"}", "provider.quantizations" },
	{ "{\"allow_fallbacks\":\"no\"}", "provider.allow_fallbacks" },
	{ "{\"require_parameters\":1}", "provider.require_parameters" },
	{ "{\"data_collection\":\"maybe\"}", "provider.data_collection" },
	{ "{\"data_collection\":true}", "provider.data_collection" },
	{ "{\"zdr\":\"true\"}", "provider.zdr" },
	{ "{\"enforce_distillable_text\":[]}",
	  "provider.enforce_distillable_text" },
	{ "{\"sort\":\"cheapest\"}", "provider.sort" },
	{ "{\"sort\":{\"by\":7}}", "provider.sort" },
	{ "{\"sort\":7}", "provider.sort" },
	{ "{\"max_price\":1}", "provider.max_price" },
	{ "{\"max_price\":{\"prompt\":-1}}", "provider.max_price.prompt" },
	{ "{\"max_price\":{\"image\":\"much\"}}", "provider.max_price.image" },
	{ "{\"max_price\":{\"completion\":1e300}}",
	  "provider.max_price.completion" },
};

EACH(preference, names_what_is_wrong, mistakes)
{
	struct plan found = { 0 };
	struct fault why = { 0 };

	cr_expect_not(plan(row->provider, "", &found, &why), "%s",
		      row->provider);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", row->provider);
	cr_expect(strstr(why.text, row->name), "%s: %s", row->provider,
		  why.text);
}

Test(preference, takes_no_endless_list)
{
	const char *list = "{\"only\":[\"a\"";
	struct plan found = { 0 };
	struct fault why = { 0 };

	for (int i = 0; i < 64; i++)
		list = arena_join(shelf.arena, list, ",\"a\"", NULL);
	list = arena_join(shelf.arena, list, "]}", NULL);
	cr_expect_not(plan(list, "", &found, &why));
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", why.text);
}
