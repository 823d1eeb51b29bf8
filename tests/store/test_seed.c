#include "support/row.h"
#include "support/shelf.h"

static struct shelf shelf;

static void open_shelf(void)
{
	shelf_open(&shelf);
}

static void close_shelf(void)
{
	shelf_close(&shelf);
}

TestSuite(seed, .init = open_shelf, .fini = close_shelf, .timeout = 20);

/* What must not be: each question counts the rows that break its rule. */
static const struct {
	const char *rule, *sql;
} rules[] = {
	{ "references hold", "SELECT count(*) FROM pragma_foreign_key_check" },
	{ "a price is its endpoint's own",
	  "SELECT count(*) FROM endpoint e "
	  "WHERE e.price IS NOT NULL AND e.price NOT IN "
	  "(SELECT p.id FROM price p WHERE p.endpoint = e.id)" },
	{ "only one endpoint is meant to have no price",
	  "SELECT count(*) FROM endpoint "
	  "WHERE price IS NULL AND id <> 'sandbox:unpriced'" },
	{ "every price is somebody's",
	  "SELECT count(*) FROM price WHERE id NOT IN "
	  "(SELECT price FROM endpoint WHERE price IS NOT NULL)" },
	{ "prices leave room for those that are imported",
	  "SELECT count(*) FROM price WHERE id < 1 OR id >= 1000000" },
	{ "every model has an endpoint",
	  "SELECT count(*) FROM model "
	  "WHERE id NOT IN (SELECT model FROM endpoint)" },
	{ "an endpoint's id is its provider and its name there",
	  "SELECT count(*) FROM endpoint WHERE id <> provider || ':' || native" },
	{ "ids are lower case",
	  "SELECT count(*) FROM model WHERE id GLOB '*[^a-z0-9._/-]*'" },
	{ "ids are an author and a slug",
	  "SELECT count(*) FROM model WHERE id NOT LIKE '_%/_%' "
	  "OR id LIKE '%/%/%'" },
	{ "provider slugs are lower case",
	  "SELECT count(*) FROM provider WHERE slug GLOB '*[^a-z0-9-]*'" },
	{ "addresses do not end in a slash",
	  "SELECT count(*) FROM provider "
	  "WHERE base_url LIKE '%/' OR base_url NOT LIKE 'http%://_%'" },
	{ "only the sandbox needs no credential",
	  "SELECT count(*) FROM provider WHERE (environment IS NULL OR "
	  "needs_credential = 0) <> (slug LIKE 'sandbox%')" },
	{ "no alias hides a model",
	  "SELECT count(*) FROM model_alias WHERE alias IN "
	  "(SELECT id FROM model) OR 'openai/' || alias IN "
	  "(SELECT id FROM model)" },
	{ "no alias hides a provider",
	  "SELECT count(*) FROM provider_alias "
	  "WHERE alias IN (SELECT slug FROM provider)" },
	{ "limits are not zero",
	  "SELECT (SELECT count(*) FROM model WHERE context < 1 OR "
	  "output_limit < 1) + (SELECT count(*) FROM endpoint "
	  "WHERE context < 1 OR output_limit < 1)" },
	{ "every model has a context",
	  "SELECT count(*) FROM model WHERE context IS NULL" },
	{ "what writes text says how much",
	  "SELECT count(*) FROM model WHERE output_modalities = 'text' "
	  "AND output_limit IS NULL" },
	{ "a cache read is not dearer than input",
	  "SELECT count(*) FROM price WHERE cache_read > input" },
	{ "Anthropic's caches have their prices",
	  "SELECT count(*) FROM price WHERE endpoint LIKE 'anthropic:%' AND "
	  "(cache_read IS NULL OR 4 * cache_write_5m IS NOT 5 * input OR "
	  "cache_write_1h IS NOT 2 * input)" },
	{ "all models have been released",
	  "SELECT count(*) FROM model WHERE released_at > "
	  "(SELECT max(at) FROM import)" },
	{ "an endpoint's rank is its own",
	  "SELECT count(*) FROM endpoint a JOIN endpoint b ON "
	  "a.model = b.model AND a.rank = b.rank AND a.id < b.id" },
	{ "parameters are words",
	  "SELECT count(*) FROM model WHERE parameters GLOB '*[^a-z_,]*'" },
};

EACH(seed, breaks_no_rule, rules)
{
	cr_expect_eq(shelf_number(&shelf, row->sql), 0, "%s", row->rule);
}

Test(seed, has_the_main_models)
{
	static const char authors[] =
		"SELECT count(DISTINCT substr(id, 1, instr(id, '/'))) "
		"FROM model WHERE id LIKE 'openai/%' OR id LIKE 'anthropic/%' "
		"OR id LIKE 'google/%' OR id LIKE 'deepseek/%' "
		"OR id LIKE 'mistralai/%' OR id LIKE 'x-ai/%' "
		"OR id LIKE 'meta-llama/%' OR id LIKE 'sandbox/%'";
	static const char free[] =
		"SELECT p.input + p.output FROM endpoint e "
		"JOIN price p ON p.id = e.price WHERE e.id = 'sandbox:free'";
	static const char price[] =
		"SELECT p.input FROM endpoint e JOIN price p ON p.id = e.price "
		"WHERE e.id = 'openai:gpt-4.1'";
	static const char groq[] =
		"SELECT count(*) FROM endpoint WHERE provider = 'groq'";

	cr_expect_eq(shelf_number(&shelf, authors), 8);
	cr_expect_eq(shelf_number(&shelf, free), 0, "an explicit zero");
	cr_expect_eq(shelf_number(&shelf, price), 2000000,
		     "two dollars per million");
	cr_expect_gt(shelf_number(&shelf, groq), 3);
}

Test(seed, a_second_run_changes_nothing)
{
	int64_t before = shelf_writes(&shelf);

	cr_assert_gt(before, 0);
	shelf_sow(&shelf);
	cr_expect_eq(shelf_writes(&shelf), before);
}

Test(seed, leaves_what_the_operator_changed)
{
	static const char edits[] =
		"UPDATE provider SET disabled = 1, base_url = 'http://here/v1' "
		"WHERE slug = 'openai';"
		"UPDATE model SET name = 'Ours' WHERE id = 'openai/gpt-4.1';"
		"UPDATE endpoint SET price = NULL, rank = 5 "
		"WHERE id = 'openai:gpt-4.1';"
		"UPDATE version SET number = 7 WHERE topic = 'catalogue'";
	static const char kept[] =
		"SELECT count(*) FROM provider p JOIN endpoint e ON "
		"e.provider = p.slug JOIN model m ON m.id = e.model "
		"JOIN version v ON v.topic = 'catalogue' "
		"WHERE p.disabled = 1 AND p.base_url = 'http://here/v1' "
		"AND m.name = 'Ours' AND e.price IS NULL AND e.rank = 5 "
		"AND v.number = 7";
	int64_t before;

	shelf_run(&shelf, edits);
	before = shelf_writes(&shelf);
	shelf_sow(&shelf);
	cr_expect_eq(shelf_writes(&shelf), before);
	cr_expect_eq(shelf_number(&shelf, kept), 1);
}

Test(seed, tells_processes_that_the_catalogue_is_new)
{
	static const char version[] =
		"SELECT number FROM version WHERE topic = 'catalogue'";

	cr_expect_gt(shelf_number(&shelf, version), 1);
}
