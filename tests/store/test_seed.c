#include "base/arena.h"
#include "store/db.h"
#include "store/sql.h"

#include "support/row.h"

#include <string.h>

static const struct db_options options = {
	.path = ":memory:",
	.journal = "wal",
	.synchronous = "normal",
};

static void sow(struct db *db)
{
	struct fault why = { 0 };

	cr_assert(db_begin(db, &why), "%s", why.text);
	for (size_t i = 0; i < SQL_SEED_STEPS; i++)
		cr_assert(db_run(db, SQL_SEED[i], &why), "%s", why.text);
	cr_assert(db_end(db, true, &why), "%s", why.text);
}

static struct db *seeded(void)
{
	struct fault why = { 0 };
	struct db *db;

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	sow(db);
	return db;
}

static int64_t number(struct db *db, const char *sql)
{
	struct fault why = { 0 };
	struct rows *rows = db_ask(db, sql, "");
	int64_t found = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, &why), "%s: %s", sql, why.text);
	return found;
}

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
	struct db *db = seeded();

	cr_expect_eq(number(db, row->sql), 0, "%s", row->rule);
	db_close(db);
}

Test(seed, has_the_main_models)
{
	static const char count[] =
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
	struct db *db = seeded();

	cr_expect_eq(number(db, count), 8);
	cr_expect_eq(number(db, free), 0, "free is an explicit zero");
	cr_expect_eq(number(db, price), 2000000, "two dollars per million");
	cr_expect_gt(number(db, groq), 3);
	db_close(db);
}

Test(seed, a_second_run_changes_nothing)
{
	static const char changes[] = "SELECT total_changes()";
	struct db *db = seeded();
	int64_t before = number(db, changes);

	cr_assert_gt(before, 0);
	sow(db);
	cr_expect_eq(number(db, changes), before);
	db_close(db);
}

Test(seed, leaves_what_the_operator_changed)
{
	static const char changes[] = "SELECT total_changes()";
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
	struct db *db = seeded();
	struct fault why = { 0 };
	int64_t before;

	cr_assert(db_run(db, edits, &why), "%s", why.text);
	before = number(db, changes);
	sow(db);
	cr_expect_eq(number(db, changes), before);
	cr_expect_eq(number(db, kept), 1);
	db_close(db);
}

Test(seed, tells_processes_that_the_catalogue_is_new)
{
	static const char version[] =
		"SELECT number FROM version WHERE topic = 'catalogue'";
	struct fault why = { 0 };
	struct db *db;
	int64_t before;

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	before = number(db, version);
	sow(db);
	cr_expect_gt(number(db, version), before);
	db_close(db);
}
