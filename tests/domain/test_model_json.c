#include "domain/model_json.h"

#include "domain/endpoint_json.h"
#include "domain/menu.h"
#include "support/row.h"
#include "support/shelf.h"

#include <stdlib.h>
#include <string.h>

/* How models, endpoints and providers look; and the menu that keeps them. */
static struct shelf shelf;
static const struct catalog *catalog;

static void open_shelf(void)
{
	shelf_open(&shelf);
	shelf_run(
		&shelf,
		"UPDATE model SET disabled = 1;"
		"INSERT INTO model (id, name, description, released_at,"
		" context, output_limit, input_modalities, parameters,"
		" reasoning, default_parameters, knowledge_cutoff)"
		" VALUES ('a/full', 'F', 'D', 5999, 8000, 700, 'text,image',"
		" 'tool_choice,tools', '{\"mandatory\":true}',"
		" '{\"temperature\":0.5}', '2025-01'),"
		" ('a/bare', 'B', '', 0, NULL, NULL, 'text', '', NULL,"
		" 'no JSON', NULL);"
		"INSERT INTO endpoint (id, model, provider, native, price,"
		" rank, context, output_limit, quantization, zdr, moderated,"
		" implicit_caching, parameters)"
		" VALUES ('sandbox:f', 'a/full', 'sandbox', 'f', 900001, 1,"
		" 4000, 300, 'fp8', 1, 1, 1, 'tools'),"
		" ('sandbox2:f', 'a/full', 'sandbox2', 'f', 900002, 2, NULL,"
		" NULL, NULL, 0, NULL, NULL, NULL),"
		" ('sandbox:b', 'a/bare', 'sandbox', 'b', 900003, 1, NULL,"
		" NULL, NULL, NULL, NULL, NULL, NULL);"
		"INSERT INTO price (id, endpoint, import, since, input,"
		" output, cache_read, request) VALUES"
		" (900001, 'sandbox:f', 'imp-0000000000000000', 1, 1, 2500000,"
		" 0, 5000000000), (900002, 'sandbox2:f',"
		" 'imp-0000000000000000', 1, 7, 8, NULL, NULL),"
		" (900003, 'sandbox:b', 'imp-0000000000000000', 1, 0, 0,"
		" NULL, NULL)");
	catalog = catalog_read(shelf.db, 1, NULL);
	cr_assert(catalog);
}

static void close_shelf(void)
{
	catalog_put(catalog);
	shelf_close(&shelf);
}

TestSuite(model_json, .init = open_shelf, .fini = close_shelf, .timeout = 20);

/* Has the object each of these members, with its value? */
static void expect(json_t *object, const char *members, const char *label)
{
	json_t *wanted = json_loads(members, 0, NULL), *value;
	const char *name;

	cr_assert(wanted, "%s", label);
	json_object_foreach (wanted, name, value) {
		json_t *got = json_object_get(object, name);
		char *text = got ? json_dumps(got, JSON_ENCODE_ANY) : NULL;

		cr_expect(got && json_equal(got, value), "%s: %s is %s", label,
			  name, text ? text : "not there");
		free(text);
	}
	json_decref(wanted);
}

static const struct {
	const char *label, *id, *members;
	size_t endpoint;
} models[] = {
	{ "all is known", "a/full",
	  "{\"id\":\"a/full\",\"object\":\"model\",\"name\":\"F\","
	  "\"canonical_slug\":\"a/full\",\"description\":\"D\",\"created\":5,"
	  "\"owned_by\":\"a\",\"context_length\":8000,"
	  "\"supported_parameters\":[\"tool_choice\",\"tools\"],"
	  "\"reasoning\":{\"mandatory\":true},"
	  "\"default_parameters\":{\"temperature\":0.5},"
	  "\"knowledge_cutoff\":\"2025-01\",\"supported_voices\":null,"
	  "\"per_request_limits\":null,\"links\":{\"details\":"
	  "\"/b/api/v1/models/a/full/endpoints\"}}",
	  0 },
	{ "its first endpoint's price and limits", "a/full",
	  "{\"pricing\":{\"prompt\":\"0.000000000001\","
	  "\"completion\":\"0.0000025\",\"input_cache_read\":\"0\","
	  "\"request\":\"0.005\"},\"top_provider\":{\"context_length\":4000,"
	  "\"max_completion_tokens\":300,\"is_moderated\":true}}",
	  0 },
	{ "its second one's", "a/full",
	  "{\"pricing\":{\"prompt\":\"0.000000000007\","
	  "\"completion\":\"0.000000000008\"},\"top_provider\":"
	  "{\"context_length\":8000,\"max_completion_tokens\":700,"
	  "\"is_moderated\":false}}",
	  1 },
	{ "P11: free, and nothing else is known", "a/bare",
	  "{\"pricing\":{\"prompt\":\"0\",\"completion\":\"0\"},"
	  "\"context_length\":null,\"default_parameters\":null,"
	  "\"knowledge_cutoff\":null,\"hugging_face_id\":null,"
	  "\"expiration_date\":null,\"supported_parameters\":[],"
	  "\"top_provider\":{\"context_length\":null,"
	  "\"max_completion_tokens\":null,\"is_moderated\":false},"
	  "\"architecture\":{\"modality\":\"text->text\","
	  "\"input_modalities\":[\"text\"],\"output_modalities\":[\"text\"],"
	  "\"tokenizer\":\"Other\",\"instruct_type\":null}}",
	  0 },
};

EACH(model_json, shows_a_model, models)
{
	const struct model *m = catalog_find(catalog, row->id);
	json_t *shown;

	cr_assert(m && m->endpoint_count > row->endpoint, "%s", row->label);
	shown = model_json(shelf.arena, m, &m->endpoints[row->endpoint], "/b");
	expect(shown, row->members, row->label);
	cr_expect_eq(json_object_get(shown, "reasoning") != NULL,
		     !strcmp(row->id, "a/full"), "%s", row->label);
	json_decref(shown);
}

static const struct health well = {
	.speed = { true, 1050, 1100, 1200, 1300 },
	.first_token = { true, 80, 90, 100, 110 },
};

static const struct {
	const char *label, *id, *members;
	size_t endpoint;
	bool open;
} endpoints[] = {
	{ "its own facts", "a/full",
	  "{\"name\":\"Sandbox | a/full\",\"tag\":\"sandbox/fp8\","
	  "\"provider_name\":\"Sandbox\",\"model_name\":\"F\","
	  "\"context_length\":4000,\"max_prompt_tokens\":4000,"
	  "\"max_completion_tokens\":300,\"quantization\":\"fp8\","
	  "\"supported_parameters\":[\"tools\"],\"is_zdr\":true,"
	  "\"supports_implicit_caching\":true,\"supports_tool_choice\":"
	  "{\"auto\":false,\"none\":false,\"required\":false,"
	  "\"function\":false}}",
	  0, true },
	{ "its model's", "a/full",
	  "{\"tag\":\"sandbox2\",\"context_length\":8000,"
	  "\"max_completion_tokens\":700,\"quantization\":null,"
	  "\"is_zdr\":false,\"supports_implicit_caching\":false,"
	  "\"supported_parameters\":[\"tool_choice\",\"tools\"],"
	  "\"supports_tool_choice\":{\"auto\":true,\"none\":true,"
	  "\"required\":true,\"function\":true}}",
	  1, true },
	{ "how it does", "a/full",
	  "{\"latency_last_30m\":{\"p50\":80.0,\"p75\":90.0,\"p90\":100.0,"
	  "\"p99\":110.0},\"throughput_last_30m\":{\"p50\":10.5,\"p75\":11.0,"
	  "\"p90\":12.0,\"p99\":13.0}}",
	  0, true },
	{ "not to strangers", "a/full",
	  "{\"latency_last_30m\":null,\"throughput_last_30m\":null}", 0,
	  false },
};

EACH(model_json, shows_an_endpoint, endpoints)
{
	const struct model *m = catalog_find(catalog, row->id);
	json_t *shown = endpoint_json(
		shelf.arena, m, &m->endpoints[row->endpoint], &well, row->open);

	expect(shown, row->members, row->label);
	json_decref(shown);
}

Test(model_json, shows_a_provider)
{
	struct provider p = { .slug = "p",
			      .name = "P",
			      .privacy_url = "https://p.example/privacy",
			      .terms_url = "",
			      .status_url = "",
			      .headquarters = "US",
			      .datacenters = "US,IE" };
	json_t *shown = provider_json(&p, 3);

	expect(shown,
	       "{\"name\":\"P\",\"slug\":\"p\",\"model_count\":3,"
	       "\"privacy_policy_url\":\"https://p.example/privacy\","
	       "\"terms_of_service_url\":null,\"status_page_url\":null,"
	       "\"headquarters\":\"US\",\"datacenters\":[\"US\",\"IE\"]}",
	       "a provider");
	json_decref(shown);
	p.datacenters = "";
	shown = provider_json(&p, 0);
	expect(shown, "{\"datacenters\":null}", "nothing known");
	json_decref(shown);
}

Test(model_json, is_printed_once_for_each_endpoint)
{
	const struct model *m = catalog_find(catalog, "a/full");
	struct span one = menu_text(catalog, "", m, &m->endpoints[0]);
	struct span two = menu_text(catalog, "", m, &m->endpoints[1]);
	json_t *wanted = model_json(shelf.arena, m, &m->endpoints[1], "");
	json_t *got = json_loadb(two.at, two.len, 0, NULL);

	cr_expect(json_equal(wanted, got));
	cr_expect_neq(one.at, two.at);
	cr_expect_eq(menu_text(catalog, "", m, &m->endpoints[0]).at, one.at);
	cr_expect(strstr(one.at, "0.005") && !strstr(two.at, "0.005"));
	json_decref(wanted);
	json_decref(got);
}
