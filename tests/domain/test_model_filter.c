#include "domain/model_filter.h"

#include "support/row.h"
#include "support/shelf.h"

#include <string.h>

/* A catalogue of our own: what a query chooses from it. */
static struct shelf shelf;

/* 2026-11-21T00:00:00Z */
static const int64_t now = 1795219200000;

static const char *const sown =
	"DELETE FROM model_alias;"
	"UPDATE model SET disabled = 1;"
	"INSERT INTO model (id, name, released_at, context, input_modalities,"
	" output_modalities, parameters, tokenizer, categories, distillable)"
	" VALUES"
	" ('a/chat', 'A: Chat', 1795046400000, 8000, 'text', 'text',"
	"  'tools,seed', 'GPT', 'programming,legal', 1),"
	" ('a/eye', 'A: Eye of the Tiger', 1794355200000, 32000, 'text,image',"
	"  'text', 'tools', 'Claude', NULL, 0),"
	" ('b/draw', 'B: Draw', 1700000000000, NULL, 'text', 'text,image', '',"
	"  'Other', 'marketing/seo', NULL);"
	"INSERT INTO endpoint (id, model, provider, native, price, zdr, region)"
	" VALUES ('sandbox:c', 'a/chat', 'sandbox', 'c', 900001, 1, 'us'),"
	" ('sandbox2:c', 'a/chat', 'sandbox2', 'c', 900001, 0, 'eu'),"
	" ('sandbox:e', 'a/eye', 'sandbox', 'e', 900002, 0, 'eu'),"
	" ('sandbox2:d', 'b/draw', 'sandbox2', 'd', 900003, NULL, NULL);"
	"INSERT INTO price (id, endpoint, import, since, input, output) VALUES"
	" (900001, 'sandbox:c', 'imp-0000000000000000', 1, 1000000, 4000000),"
	" (900002, 'sandbox:e', 'imp-0000000000000000', 1, 3000000, 0),"
	" (900003, 'sandbox2:d', 'imp-0000000000000000', 1, 0, 0);"
	"INSERT INTO provider_alias (alias, provider)"
	" VALUES ('box', 'sandbox');";

static void open_shelf(void)
{
	shelf_open(&shelf);
	shelf_run(&shelf, sown);
}

static void close_shelf(void)
{
	shelf_close(&shelf);
}

TestSuite(model_filter, .init = open_shelf, .fini = close_shelf, .timeout = 20);

/* The slugs of what fits, with a space behind each. */
static const char *chosen(const struct model_filter *filter,
			  const struct key *key)
{
	const struct catalog *catalog = catalog_read(shelf.db, 1, NULL);
	struct view view = view_of(shelf.arena, key);
	const char *text = "";
	size_t count;
	const struct model *models = catalog_models(catalog, &count);

	for (size_t i = 0; i < count; i++) {
		const struct endpoint *first = view_first(&view, &models[i]);

		if (first && model_filter_fits(filter, catalog, &view,
					       &models[i], first))
			text = arena_print(shelf.arena, "%s%s ", text,
					   strchr(models[i].id, '/') + 1);
	}
	catalog_put(catalog);
	return text;
}

static const struct {
	const char *label, *query, *want;
} queries[] = {
	{ "nothing", "", "chat eye draw " },
	{ "unknown parameters", "x=1&use_rss=2", "chat eye draw " },
	{ "empty ones",
	  "q=&category=&context=&zdr=&region=", "chat eye draw " },

	{ "a word of the name", "q=tiger", "eye " },
	{ "two words", "q=Tiger%20eye", "eye " },
	{ "words of which one is missing", "q=tiger+cat", "" },
	{ "a part of the id", "q=b/", "draw " },
	{ "white space alone", "q=%20%20", "chat eye draw " },
	{ "a pattern is none", "q=%25", "" },
	{ "P57: SQL", "q=%27%20OR%201%3D1--", "" },
	{ "longer than any word",
	  "q=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "" },

	{ "a category", "category=legal", "chat " },
	{ "a category with a slash", "category=marketing/seo", "draw " },
	{ "its first half is another", "category=marketing", "" },
	{ "a category in capitals", "category=LEGAL", "chat " },

	{ "a parameter", "supported_parameters=tools", "chat eye " },
	{ "two, both", "supported_parameters=tools,seed", "chat " },
	{ "vision", "supported_parameters=vision", "eye " },
	{ "vision and more", "supported_parameters=vision,seed", "" },
	{ "one that there is not", "supported_parameters=x", "" },

	{ "reads images", "input_modalities=image", "eye " },
	{ "reads both", "input_modalities=text,image", "eye " },
	{ "makes images", "output_modalities=image", "draw " },
	{ "makes either", "output_modalities=image,audio", "draw " },
	{ "makes anything", "output_modalities=all", "chat eye draw " },
	{ "makes what nobody does", "output_modalities=video", "" },

	{ "a long context", "context=32000", "eye " },
	{ "longer", "context=32001", "" },

	{ "dear", "min_price=2", "eye " },
	{ "cheap", "max_price=1", "chat draw " },
	{ "between", "min_price=1&max_price=1.00", "chat " },
	{ "free", "max_price=0&max_output_price=0", "draw " },
	{ "dear output", "min_output_price=4", "chat " },
	{ "finer than can be charged", "min_price=1.0000001", "chat eye " },

	{ "a family", "arch=Claude", "eye " },
	{ "its beginning", "arch=c", "eye " },
	{ "authors", "model_authors=b,c", "draw " },
	{ "a beginning of an author", "model_authors=", "chat eye draw " },
	{ "a provider", "providers=sandbox2", "chat draw " },
	{ "its other name", "providers=box", "chat eye " },
	{ "no such provider", "providers=none", "" },
	{ "distillable", "distillable=true", "chat " },
	{ "not known to be", "distillable=false", "eye draw " },
	{ "keeps nothing", "zdr=true", "chat draw " },
	{ "whatever it keeps", "zdr=false", "chat eye draw " },
	{ "where", "region=eu", "chat eye " },
	{ "both in one endpoint", "region=eu&zdr=true", "" },
	{ "both in another", "region=us&zdr=true&providers=sandbox", "chat " },

	{ "new", "max_age_days=2", "chat " },
	{ "a day less", "max_age_days=1", "" },
	{ "old", "min_age_days=10", "eye draw " },
	{ "neither", "min_age_days=3&max_age_days=10", "eye " },
	{ "what nobody measured", "min_coding_index=0", "" },
	{ "nor how tools fared", "max_tool_success_rate=1", "" },
};

EACH(model_filter, chooses, queries)
{
	struct model_filter filter;
	struct fault why = { 0 };
	const char *query = row->query;

	if (!strstr(query, "output_modalities"))
		query = arena_print(shelf.arena, "%s&output_modalities=all",
				    query);
	cr_assert(model_filter_read(shelf.arena, query, now, &filter, &why),
		  "%s: %s", row->label, why.text);
	cr_expect_str_eq(chosen(&filter, NULL), row->want, "%s: %s", row->label,
			 chosen(&filter, NULL));
}

/* Without a word about output it is text: embeddings are no chat. */
Test(model_filter, chooses_what_writes_where_nothing_is_said)
{
	struct model_filter filter;

	cr_assert(model_filter_read(shelf.arena, "", now, &filter, NULL));
	cr_expect_str_eq(chosen(&filter, NULL), "chat eye draw ");
	shelf_run(&shelf, "UPDATE model SET output_modalities = 'embeddings'"
			  " WHERE id = 'a/eye'");
	cr_expect_str_eq(chosen(&filter, NULL), "chat draw ");
}

/* What a key may not use does not show through a filter. */
static const struct {
	const char *label, *providers, *query, *want;
} narrowed[] = {
	{ "by its provider", "[\"sandbox2\"]", "", "chat draw " },
	{ "one of another", "[\"sandbox2\"]", "providers=sandbox", "" },
	{ "what another's endpoint has", "[\"sandbox2\"]", "region=us", "" },
	{ "what another keeps", "[\"sandbox2\"]", "zdr=true", "draw " },
};

EACH(model_filter, looks_at_what_the_key_may_use_alone, narrowed)
{
	struct key key = { .allowed_models = "",
			   .allowed_providers = row->providers };
	struct model_filter filter;

	cr_assert(
		model_filter_read(shelf.arena, row->query, now, &filter, NULL));
	cr_expect_str_eq(chosen(&filter, &key), row->want, "%s", row->label);
}

static const struct {
	const char *query, *names;
} wrong[] = {
	{ "category=none", "category must be one of programming," },
	{ "category=programming,legal", "category must" },
	{ "input_modalities=text,smell", "input_modalities: 'smell'" },
	{ "output_modalities=x", "output_modalities: 'x'" },
	{ "context=0", "context must" },
	{ "context=-1", "context must" },
	{ "context=1.5", "context must" },
	{ "context=1e3", "context must" },
	{ "context=%201", "context must" },
	{ "context=99999999999999999999", "context must" },
	{ "min_price=x", "min_price must" },
	{ "max_price=-1", "max_price must" },
	{ "min_output_price=1,5", "min_output_price must" },
	{ "max_output_price=nan", "max_output_price must" },
	{ "max_output_price=99999999999999999999", "max_output_price must" },
	{ "distillable=1", "distillable must" },
	{ "zdr=yes", "zdr must" },
	{ "region=moon", "region must be one of eu,us" },
	{ "min_age_days=x", "min_age_days must" },
	{ "max_age_days=-1", "max_age_days must" },
	{ "min_intelligence_index=x", "min_intelligence_index must" },
	{ "max_tool_success_rate=-1", "max_tool_success_rate must" },
};

EACH(model_filter, names_what_is_wrong, wrong)
{
	struct model_filter filter = { .now_ms = 42 };
	struct fault why = { 0 };

	cr_expect_not(
		model_filter_read(shelf.arena, row->query, now, &filter, &why),
		"%s", row->query);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect(strstr(why.text, row->names), "%s: %s", row->query, why.text);
	cr_expect_eq(filter.now_ms, 42, "%s", row->query);
}

static const struct {
	const char *query;
	bool ages;
} times[] = {
	{ "", false },
	{ "zdr=true", false },
	{ "min_age_days=0", true },
	{ "max_age_days=5", true },
};

EACH(model_filter, knows_whether_it_ages, times)
{
	struct model_filter filter;

	cr_assert(
		model_filter_read(shelf.arena, row->query, now, &filter, NULL));
	cr_expect_eq(model_filter_ages(&filter), row->ages, "%s", row->query);
}
