#include "domain/catalog.h"

#include "support/row.h"
#include "support/shelf.h"

#include <string.h>

static struct shelf shelf;

static void open_shelf(void)
{
	shelf_open(&shelf);
}

static void close_shelf(void)
{
	shelf_close(&shelf);
}

TestSuite(catalog, .init = open_shelf, .fini = close_shelf, .timeout = 20);

static const struct catalog *read_catalog(void)
{
	struct fault why = { 0 };
	const struct catalog *catalog = catalog_read(shelf.db, 1, &why);

	cr_assert(catalog, "%s", why.text);
	return catalog;
}

static const struct {
	const char *label, *asked, *model;
} names[] = {
	{ "its id", "openai/gpt-4.1", "openai/gpt-4.1" },
	{ "no author means OpenAI", "gpt-4.1", "openai/gpt-4.1" },
	{ "without regard to case", "OpenAI/GPT-4.1", "openai/gpt-4.1" },
	{ "its maker's name for it", "claude-sonnet-4-5-20250929",
	  "anthropic/claude-sonnet-4.5" },
	{ "an alias with an author", "anthropic/claude-sonnet-4-5",
	  "anthropic/claude-sonnet-4.5" },
	{ "parameters", "sandbox/lorem+tokens=5+pace=3", "sandbox/lorem" },
	{ "almost", "openai/gpt-4.1x", NULL },
	{ "the beginning of one", "openai/gpt-4.", NULL },
	{ "another author", "anthropic/gpt-4.1", NULL },
	{ "nothing", "", NULL },
	{ "an author alone", "openai/", NULL },
	{ "a slash", "/", NULL },
	{ "parameters alone", "+tokens=5", NULL },
	{ "white space", " openai/gpt-4.1", NULL },
};

EACH(catalog, finds_a_model_by_its_names, names)
{
	const struct catalog *catalog = read_catalog();
	const struct model *model = catalog_find(catalog, row->asked);

	cr_assert_eq(model != NULL, row->model != NULL, "%s", row->label);
	if (model)
		cr_expect_str_eq(model->id, row->model, "%s", row->label);
	catalog_put(catalog);
}

Test(catalog, does_not_find_what_is_longer_than_any_id)
{
	const struct catalog *catalog = read_catalog();

	for (size_t len = 200; len < 600; len++) {
		char *name = arena_take(shelf.arena, len + 1);

		memset(name, 'a', len);
		cr_expect_null(catalog_find(catalog, name));
	}
	catalog_put(catalog);
}

Test(catalog, has_everything_about_a_model)
{
	const struct catalog *catalog = read_catalog();
	const struct model *m = catalog_find(catalog, "openai/gpt-oss-120b");
	const struct endpoint *e;

	cr_assert(m);
	cr_expect_eq(m->context, 131072);
	cr_expect(catalog_has(m->parameters, "tools"));
	cr_assert_gt(m->endpoint_count, 3);
	for (size_t i = 1; i < m->endpoint_count; i++)
		cr_expect_gt(m->endpoints[i].rank, m->endpoints[i - 1].rank);
	e = &m->endpoints[0];
	cr_expect_str_eq(e->id, "deepinfra:openai/gpt-oss-120b");
	cr_expect_str_eq(e->native, "openai/gpt-oss-120b");
	cr_expect_str_eq(e->provider->slug, "deepinfra");
	cr_expect_str_eq(e->provider->kind, "openai");
	cr_expect_gt(e->price.id, 0);
	cr_expect_eq(e->price.pico[PRICE_INPUT], 39000);
	cr_expect_eq(e->price.pico[PRICE_OUTPUT], 190000);
	cr_expect_eq(e->price.pico[PRICE_CACHE_READ], PRICE_UNKNOWN);
	catalog_put(catalog);
}

Test(catalog, lists_models_by_id_and_providers_by_slug)
{
	const struct catalog *catalog = read_catalog();
	size_t count;
	const struct model *m = catalog_models(catalog, &count);
	const struct provider *p;

	cr_assert_gt(count, 50);
	for (size_t i = 1; i < count; i++)
		cr_expect_lt(strcmp(m[i - 1].id, m[i].id), 0);
	p = catalog_providers(catalog, &count);
	cr_assert_gt(count, 10);
	for (size_t i = 1; i < count; i++)
		cr_expect_lt(strcmp(p[i - 1].slug, p[i].slug), 0);
	catalog_put(catalog);
}

Test(catalog, P11_knows_no_price_from_a_price_of_nothing)
{
	const struct catalog *catalog;
	const struct model *m;

	shelf_run(&shelf, "UPDATE endpoint SET price = 424242 "
			  "WHERE id = 'sandbox:echo'");
	catalog = read_catalog();
	m = catalog_find(catalog, "sandbox/free");
	cr_assert(m);
	cr_expect_gt(m->endpoints[0].price.id, 0);
	cr_expect_eq(m->endpoints[0].price.pico[PRICE_INPUT], 0);
	m = catalog_find(catalog, "sandbox/unpriced");
	cr_assert(m);
	cr_expect_eq(m->endpoints[0].price.id, 0);
	m = catalog_find(catalog, "sandbox/echo");
	cr_assert(m);
	cr_expect_eq(m->endpoints[0].price.id, 0, "a price row that is gone");
	catalog_put(catalog);
}

static const struct {
	const char *label, *sql, *model;
	size_t endpoints;
	bool there;
} disabled[] = {
	{ "a model", "UPDATE model SET disabled = 1 WHERE id = 'sandbox/spare'",
	  "sandbox/spare", 0, false },
	{ "an endpoint",
	  "UPDATE endpoint SET disabled = 1 "
	  "WHERE id = 'sandbox:fault+status=503'",
	  "sandbox/spare", 1, true },
	{ "a provider",
	  "UPDATE provider SET disabled = 1 WHERE slug = 'sandbox2'",
	  "sandbox/spare", 1, true },
	{ "the provider of all its endpoints",
	  "UPDATE provider SET disabled = 1 WHERE slug = 'sandbox'",
	  "sandbox/echo", 0, true },
	{ "nothing", "SELECT 1", "sandbox/spare", 2, true },
};

EACH(catalog, leaves_out_what_is_disabled, disabled)
{
	const struct catalog *catalog;
	const struct model *m;

	if (strncmp(row->sql, "SELECT", 6) != 0)
		shelf_run(&shelf, row->sql);
	catalog = read_catalog();
	m = catalog_find(catalog, row->model);
	cr_assert_eq(m != NULL, row->there, "%s", row->label);
	if (m)
		cr_expect_eq(m->endpoint_count, row->endpoints, "%s",
			     row->label);
	catalog_put(catalog);
}

Test(catalog, of_nothing_finds_nothing)
{
	static const struct db_options options = {
		.path = ":memory:",
		.journal = "wal",
		.synchronous = "normal",
	};
	const char *closest[3];
	const struct catalog *catalog;
	struct fault why = { 0 };
	struct db *empty;
	size_t count;

	cr_assert(db_open(&options, &empty, &why), "%s", why.text);
	catalog = catalog_read(empty, 1, &why);
	cr_assert(catalog, "%s", why.text);
	cr_expect_null(catalog_find(catalog, "openai/gpt-4.1"));
	catalog_models(catalog, &count);
	cr_expect_eq(count, 0);
	cr_expect_eq(catalog_closest(catalog, "gpt-4.1", closest, 3), 0);
	catalog_put(catalog);
	db_close(empty);
}

static const struct {
	const char *label, *asked, *first;
} misspelt[] = {
	{ "a letter too many", "openai/gpt-44.1", "openai/gpt-4.1" },
	{ "a letter missing", "anthropic/claude-sonet-4.5",
	  "anthropic/claude-sonnet-4.5" },
	{ "the wrong author", "google/claude-haiku-4.5",
	  "anthropic/claude-haiku-4.5" },
	{ "no author", "claude-haiku-4.5", "anthropic/claude-haiku-4.5" },
	{ "a beginning", "gemini-2.5-fl", "google/gemini-2.5-flash" },
	{ "nothing like it", "zzzzzzzzzzzzzzzz", NULL },
	{ "nothing", "", NULL },
};

EACH(catalog, tells_what_was_meant, misspelt)
{
	const struct catalog *catalog = read_catalog();
	const char *closest[3] = { 0 };
	size_t found = catalog_closest(catalog, row->asked, closest, 3);

	cr_assert_leq(found, 3);
	cr_expect_eq(found > 0, row->first != NULL, "%s: %zu, %s", row->label,
		     found, found ? closest[0] : "");
	if (found && row->first)
		cr_expect_str_eq(closest[0], row->first, "%s", row->label);
	cr_expect_eq(catalog_closest(catalog, row->asked, closest, 0), 0);
	catalog_put(catalog);
}

static const struct {
	const char *list, *word;
	bool has;
} words[] = {
	{ "a,b,c", "b", true },	    { "a,b,c", "c", true },
	{ "a", "a", true },	    { "", "a", false },
	{ "ab,bc", "b", false },    { "tools", "tool", false },
	{ "tool", "tools", false }, { "a,,b", "b", true },
};

EACH(catalog, finds_whole_words_only, words)
{
	cr_expect_eq(catalog_has(row->list, row->word), row->has, "%s in %s",
		     row->word, row->list);
}

static int64_t version(void)
{
	static const char sql[] =
		"SELECT number FROM version WHERE topic = 'catalogue'";

	return shelf_number(&shelf, sql);
}

Test(catalog, is_kept_until_its_version_is_old)
{
	struct catalog_cache *cache = catalog_cache_new();
	struct fault why = { 0 };
	const struct catalog *first, *same, *next, *late;
	int64_t before = version();

	cr_expect_null(catalog_cached(cache, before));
	first = catalog_get(cache, shelf.db, before, &why);
	cr_assert(first, "%s", why.text);
	same = catalog_get(cache, shelf.db, before, &why);
	cr_expect_eq(first, same);
	shelf_run(&shelf, "UPDATE model SET name = 'Changed' "
			  "WHERE id = 'sandbox/echo'; UPDATE version "
			  "SET number = number + 1 WHERE topic = 'catalogue'");
	next = catalog_get(cache, shelf.db, before + 1, &why);
	cr_assert(next, "%s", why.text);
	cr_expect_neq(next, first);
	cr_expect_str_eq(catalog_find(next, "sandbox/echo")->name, "Changed");
	cr_expect_str_eq(catalog_find(first, "sandbox/echo")->name,
			 "Sandbox: Echo", "a request in flight keeps its own");
	late = catalog_get(cache, shelf.db, before, &why);
	cr_expect_eq(late, next, "a newer one will do");
	catalog_put(first);
	catalog_put(same);
	catalog_put(next);
	catalog_put(late);
	catalog_cache_free(cache);
}

Test(catalog, that_is_newer_than_the_database_is_a_fault)
{
	struct catalog_cache *cache = catalog_cache_new();
	struct fault why = { 0 };

	cr_expect_null(catalog_get(cache, shelf.db, version() + 1, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	catalog_cache_free(cache);
}
