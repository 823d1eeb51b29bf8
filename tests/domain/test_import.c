#include "domain/import.h"

#include "support/row.h"
#include "support/shelf.h"

#include <stdio.h>
#include <string.h>

static const int64_t NOON = 1790000000000;

static struct shelf shelf;

static void open_shelf(void)
{
	shelf_open(&shelf);
}

static void close_shelf(void)
{
	shelf_close(&shelf);
}

TestSuite(import, .init = open_shelf, .fini = close_shelf, .timeout = 20);

static struct span file_text(const char *name)
{
	char *text = arena_take(shelf.arena, 65536);
	FILE *file = fopen(
		arena_print(shelf.arena, "tests/data/prices/%s.json", name),
		"r");
	size_t len;

	cr_assert(file, "%s", name);
	len = fread(text, 1, 65536, file);
	fclose(file);
	cr_assert(len && len < 65536);
	return (struct span){ text, len };
}

static struct import_list read_list(struct span text)
{
	struct import_list list;
	struct fault why = { 0 };

	cr_assert(import_read(shelf.arena, text, &list, &why), "%s", why.text);
	return list;
}

static bool try(bool (*step)(struct db *, void *, struct fault *), void *what,
		struct fault *why)
{
	cr_assert(db_begin(shelf.db, why), "%s", why->text);
	return db_end(shelf.db, step(shelf.db, what, why), why);
}

static struct import_change apply(const struct import_list *list, bool all)
{
	struct import_change change = { .list = list,
					.source = "test.json",
					.all = all,
					.at = NOON,
					.arena = shelf.arena };
	struct fault why = { 0 };

	cr_assert(try(import_apply, &change, &why), "%s", why.text);
	return change;
}

static struct import_change apply_file(const char *name, bool all)
{
	struct import_list list = read_list(file_text(name));
	struct import_change change = apply(&list, all);

	change.list = NULL;
	return change;
}

static const struct {
	const char *label, *text, *shape;
} shapes[] = {
	{ "OpenRouter", "{\"data\":[]}", "openrouter" },
	{ "LiteLLM", "{\"x\":1,\"m\":{\"litellm_provider\":\"p\"}}",
	  "litellm" },
	{ "models.dev", " {\"p\":{\"models\":{}}} ", "models.dev" },
};

EACH(import, tells_lists_apart_by_shape, shapes)
{
	struct import_list list = read_list(span_of(row->text));

	cr_expect_str_eq(list.shape, row->shape, "%s", row->label);
}

static const char *const none[] = {
	"",
	"{",
	"[]",
	"{}",
	"7",
	"null",
	"\"data\"",
	"{\"data\":{}}",
	"{\"models\":[]}",
	"{\"a\":{\"models\":[]}}",
	"[{\"litellm_provider\":\"p\"}]",
	"{\"data\":[]} x",
};

EACH(import, refuses_what_is_no_list, none)
{
	struct import_list list = { .shape = "untouched" };
	struct fault why = { 0 };

	cr_expect_not(import_read(shelf.arena, span_of(*row), &list, &why),
		      "%s", *row);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect_str_eq(list.shape, "untouched");
}

/* What an endpoint costs, in the order of the columns; "-" is not known. */
static const char *prices_of(const char *endpoint)
{
	return shelf_text(
		&shelf,
		arena_print(
			shelf.arena,
			"SELECT p.input || ' ' || p.output || ' r' || "
			"coalesce(p.cache_read, '-') || ' w' || "
			"coalesce(p.cache_write_5m, '-') || ' h' || "
			"coalesce(p.cache_write_1h, '-') || ' t' || "
			"coalesce(p.reasoning, '-') || ' a' || "
			"coalesce(p.audio_in, '-') || coalesce(p.audio_out, "
			"'-') || ' i' || coalesce(p.image_in, '-') || "
			"coalesce(p.image_out, '-') || ' q' || "
			"coalesce(p.request, '-') || ' s' || "
			"coalesce(p.search, '-') FROM endpoint e JOIN price p "
			"ON p.id = e.price WHERE e.id = '%s'",
			endpoint));
}

static const struct {
	const char *file, *endpoint, *model, *prices;
} rows[] = {
	{ "openrouter", "openrouter:openai/gpt-4.1", "openai/gpt-4.1",
	  "2000000 8000000 r500000 w- h- t- a-- i-- q0 s10000000000" },
	{ "openrouter", "openrouter:anthropic/claude-sonnet-4.5",
	  "anthropic/claude-sonnet-4.5",
	  "3000000 15000000 r300000 w3750000 h6000000 t- a-- i-- q- s-" },
	{ "openrouter", "openrouter:acme/thinker:free", "acme/thinker:free",
	  "0 0 r- w- h- t0 a-- i-- q- s-" },
	{ "openrouter", "openrouter:acme/embed", "acme/embed",
	  "20000 0 r- w- h- t- a-- i-- q- s-" },
	{ "openrouter", "openrouter:acme/unpriced", "acme/unpriced", "-" },
	{ "litellm", "openai:gpt-4.1", "openai/gpt-4.1",
	  "2000000 8000000 r500000 w- h- t- a-- i-- q- s-" },
	{ "litellm", "anthropic:claude-sonnet-4-5-20250929",
	  "anthropic/claude-sonnet-4-5-20250929",
	  "3000000 15000000 r300000 w3750000 h6000000 t- a-- i-- q- "
	  "s10000000000" },
	{ "litellm", "google:gemini-9-flash", "google/gemini-9-flash",
	  "150000 600000 r- w- h- t3500000 a1000000- i-- q- s-" },
	{ "litellm", "groq:llama-3.3-70b-versatile",
	  "meta-llama/llama-3.3-70b-instruct",
	  "580000 790000 r- w- h- t- a-- i-- q- s-" },
	{ "litellm", "together:Acme/Big-Model", "acme/big-model",
	  "100000 100000 r- w- h- t- a-- i-- q- s-" },
	{ "litellm", "fireworks:accounts/fireworks/models/acme-v1p5",
	  "fireworks/acme-v1p5", "200000 200000 r- w- h- t- a-- i-- q- s-" },
	{ "litellm", "openai:text-embedding-9", "openai/text-embedding-9",
	  "20000 0 r- w- h- t- a-- i-- q- s-" },
	{ "litellm", "openai:gpt-audio-9", "openai/gpt-audio-9",
	  "2500000 10000000 r- w- h- t- a-- i-- q- s-" },
	{ "litellm", "openai:gpt-unpriced-9", "openai/gpt-unpriced-9", "-" },
	{ "models.dev", "openai:gpt-9", "openai/gpt-9",
	  "5000000 30000000 r500000 w- h- t- a-- i-- q- s-" },
	{ "models.dev", "openai:text-embedding-9", "openai/text-embedding-9",
	  "130000 0 r- w- h- t- a-- i-- q- s-" },
	{ "models.dev", "deepseek:deepseek-v4-pro", "deepseek/deepseek-v4-pro",
	  "435000 870000 r3625 w- h- t- a-- i-- q- s-" },
	{ "models.dev", "anthropic:claude-sonnet-4-5",
	  "anthropic/claude-sonnet-4.5",
	  "2900000 15000000 r300000 w3750000 h6000000 t- a-- i-- q- s-" },
	{ "models.dev", "together:zai-org/GLM-9", "z-ai/glm-9",
	  "1400000 4400000 r- w- h- t- a-- i-- q- s-" },
};

EACH(import, p18_keeps_prices_to_the_digit, rows)
{
	apply_file(row->file, false);
	cr_expect_str_eq(prices_of(row->endpoint), row->prices, "%s",
			 row->endpoint);
	cr_expect_str_eq(
		shelf_text(&shelf, arena_print(shelf.arena,
					       "SELECT model FROM endpoint "
					       "WHERE id = '%s'",
					       row->endpoint)),
		row->model, "%s", row->endpoint);
}

static const struct {
	const char *file, *reason, *example;
	int64_t count;
	bool skipped;
} reasons[] = {
	{ "openrouter", "a price is below zero", "openrouter/auto", 1, true },
	{ "openrouter", "a price is finer than a pico-dollar", "acme/fine", 1,
	  true },
	{ "openrouter", "a price is no number", "acme/words", 1, true },
	{ "openrouter", "a price is more than a dollar for one token",
	  "acme/gold", 1, true },
	{ "openrouter", "it does not answer with text", "acme/painter", 1,
	  true },
	{ "openrouter", "its name cannot be an id", "no slash", 3, true },
	{ "openrouter",
	  "other prices for long prompts or for some hours are not kept",
	  "anthropic/claude-sonnet-4.5", 1, false },
	{ "openrouter", "prices per image are not kept",
	  "anthropic/claude-sonnet-4.5", 1, false },
	{ "openrouter",
	  "no price is given: it cannot be used until the operator gives one",
	  "acme/unpriced", 1, false },
	{ "litellm", "the list's own example", "sample_spec", 1, true },
	{ "litellm", "neither chat nor embeddings", "dall-e-3", 2, true },
	{ "litellm", "no mode is given", "fireworks-ai-up-to-4b", 1, true },
	{ "litellm", "a pattern for names, not a model", "ft:gpt-4.1", 2,
	  true },
	{ "litellm", "a price is below zero", "debt", 1, true },
	{ "litellm", "a price is finer than a pico-dollar",
	  "mistral/mistral-new", 1, true },
	{ "litellm", "it is no object", "strange", 1, true },
	{ "litellm", "it is listed twice", "openai:gpt-4.1", 1, true },
	{ "litellm", "no id can be made of its name", "openai:us/gpt-4.1", 1,
	  true },
	{ "litellm", "there is no provider 'bedrock' here", "acme.model-v1", 1,
	  true },
	{ "litellm",
	  "other prices for long prompts or for some hours are not kept",
	  "claude-sonnet-4-5-20250929", 1, false },
	{ "models.dev", "it does not answer with text", "openai:gpt-image-9", 1,
	  true },
	{ "models.dev", "its name cannot be an id", "with space", 1, true },
	{ "models.dev", "a price is finer than a pico-dollar",
	  "togetherai:fine", 1, true },
	{ "models.dev", "there is no provider 'newcomer' here", "some/model", 1,
	  true },
	{ "models.dev", "there is no provider 'Bad Name' here", "m", 1, true },
	{ "models.dev", "prices of the kind 'cached_input' are not kept",
	  "togetherai:zai-org/GLM-9", 1, false },
	{ "models.dev",
	  "other prices for long prompts or for some hours are not kept",
	  "openai:gpt-9", 1, false },
};

EACH(import, counts_what_it_skips_by_the_reason, reasons)
{
	struct import_change change = apply_file(row->file, false);
	const struct import_tally *tallies = change.tallies.items;

	for (size_t i = 0; i < change.tallies.count; i++) {
		if (strcmp(tallies[i].reason, row->reason) != 0)
			continue;
		cr_expect_eq(tallies[i].skipped, row->skipped);
		cr_expect_eq(tallies[i].count, row->count, "%s: %d",
			     row->reason, (int)tallies[i].count);
		cr_expect_str_eq(tallies[i].example, row->example);
		return;
	}
	cr_expect(false, "%s: not counted", row->reason);
}

static const struct {
	const char *file;
	int64_t models_added, added, changed, unchanged, skipped, unpriced;
} counts[] = {
	{ "openrouter", 3, 3, 2, 0, 8, 1 },
	{ "litellm", 7, 7, 1, 1, 12, 1 },
	{ "models.dev", 5, 8, 1, 2, 5, 0 },
};

EACH(import, applying_again_changes_nothing, counts)
{
	struct import_change first = apply_file(row->file, false), again;
	int64_t before = shelf_writes(&shelf);

	cr_expect_eq(first.models_added, row->models_added, "%s: %d", row->file,
		     (int)first.models_added);
	cr_expect_eq(first.added, row->added, "%s: %d", row->file,
		     (int)first.added);
	cr_expect_eq(first.changed, row->changed, "%s: %d", row->file,
		     (int)first.changed);
	cr_expect_eq(first.unchanged, row->unchanged, "%s: %d", row->file,
		     (int)first.unchanged);
	cr_expect_eq(first.skipped, row->skipped, "%s: %d", row->file,
		     (int)first.skipped);
	cr_expect_eq(first.unpriced, row->unpriced, "%s: %d", row->file,
		     (int)first.unpriced);
	again = apply_file(row->file, false);
	cr_expect_eq(shelf_writes(&shelf), before, "%s", row->file);
	cr_expect_str_eq(again.id, "");
	cr_expect_eq(again.added + again.changed + again.models_added, 0);
	cr_expect_eq(again.unchanged,
		     first.added + first.changed + first.unchanged);
	cr_expect_eq(again.skipped, first.skipped);
}

EACH(import, leaves_the_catalogue_whole, counts)
{
	static const char broken[] =
		"SELECT count(*) FROM pragma_foreign_key_check";
	static const char strangers[] =
		"SELECT count(*) FROM endpoint e WHERE price IS NOT NULL AND "
		"NOT EXISTS (SELECT 1 FROM price p WHERE p.id = e.price "
		"AND p.endpoint = e.id)";

	apply_file(row->file, true);
	cr_expect_eq(shelf_number(&shelf, broken), 0, "%s", row->file);
	cr_expect_eq(shelf_number(&shelf, strangers), 0, "%s", row->file);
}

Test(import, is_a_version_of_its_own)
{
	static const char price[] = "SELECT price FROM endpoint "
				    "WHERE id = 'groq:llama-3.3-70b-versatile'";
	static const char version[] =
		"SELECT number FROM version WHERE topic = 'catalogue'";
	static const char old[] =
		"SELECT count(*) FROM price "
		"WHERE endpoint = 'groq:llama-3.3-70b-versatile'";
	int64_t before = shelf_number(&shelf, version);
	int64_t price_before = shelf_number(&shelf, price);
	struct import_change change = apply_file("litellm", false);
	char hex[HASH_HEX + 1];
	struct span text = file_text("litellm");

	cr_expect_eq(shelf_number(&shelf, version), before + 1);
	cr_expect_neq(shelf_number(&shelf, price), price_before);
	cr_expect_geq(shelf_number(&shelf, price), 1000000);
	cr_expect_eq(shelf_number(&shelf, old), 2, "the old price stays");
	cr_assert_eq(strlen(change.id), 20, "%s", change.id);
	hash_hex(text.at, text.len, hex);
	cr_expect_str_eq(
		shelf_text(&shelf,
			   arena_print(shelf.arena,
				       "SELECT source || shape || hash || at "
				       "FROM import WHERE id = '%s'",
				       change.id)),
		arena_print(shelf.arena, "test.jsonlitellm%s%lld", hex,
			    (long long)NOON));
	cr_expect_eq(shelf_number(&shelf, "SELECT count(*) FROM import p "
					  "WHERE source = 'test.json'"),
		     1);
}

Test(import, P11_what_has_no_price_keeps_what_it_had_or_none)
{
	static const char text[] =
		"{\"openai\":{\"models\":{\"gpt-4.1\":{\"cost\":{\"input\":1}},"
		"\"gpt-10\":{},\"gpt-11\":{\"cost\":{\"output\":1}},"
		"\"gpt-12\":{\"cost\":{\"input\":0,\"output\":0}}}}}";
	struct import_list list = read_list(span_of(text));
	const char *before = prices_of("openai:gpt-4.1");
	struct import_change change = apply(&list, false);

	cr_expect_str_eq(prices_of("openai:gpt-4.1"), before);
	cr_expect_str_eq(prices_of("openai:gpt-10"), "-");
	cr_expect_str_eq(prices_of("openai:gpt-11"), "-");
	cr_expect_str_eq(prices_of("openai:gpt-12"),
			 "0 0 r- w- h- t- a-- i-- q- s-");
	cr_expect_eq(change.unpriced, 2);
}

Test(import, leaves_what_the_operator_decided)
{
	static const char kept[] =
		"SELECT count(*) FROM endpoint e JOIN model m ON m.id = e.model "
		"JOIN provider p ON p.slug = e.provider WHERE e.disabled = 1 "
		"AND e.rank = 3 AND m.name = 'Ours' AND m.disabled = 1 "
		"AND p.disabled = 1 AND p.base_url = 'http://here'";

	shelf_run(&shelf, "UPDATE endpoint SET disabled = 1, rank = 3 "
			  "WHERE id = 'anthropic:claude-sonnet-4-5';"
			  "UPDATE model SET name = 'Ours', disabled = 1 "
			  "WHERE id = 'anthropic/claude-sonnet-4.5';"
			  "UPDATE provider SET disabled = 1, base_url = "
			  "'http://here' WHERE slug = 'anthropic'");
	apply_file("models.dev", false);
	cr_expect_eq(shelf_number(&shelf, kept), 1);
}

Test(import, the_maker_is_believed_about_its_models)
{
	static const char context[] =
		"SELECT context FROM model "
		"WHERE id = 'anthropic/claude-sonnet-4.5'";
	static const char resold[] =
		"SELECT context FROM endpoint "
		"WHERE id = 'openrouter:anthropic/claude-sonnet-4.5'";

	apply_file("openrouter", false);
	cr_expect_eq(shelf_number(&shelf, context), 200000, "a reseller");
	cr_expect_eq(shelf_number(&shelf, resold), 1000000);
	apply_file("models.dev", false);
	cr_expect_eq(shelf_number(&shelf, context), 250000, "its maker");
}

Test(import, takes_the_facts_of_a_new_model)
{
	static const char all[] =
		"SELECT name || '|' || description || '|' || released_at || '|'"
		" || context || '|' || output_limit || '|' || input_modalities "
		"|| '|' || output_modalities || '|' || parameters || '|' || "
		"tokenizer || '|' || expires_at FROM model "
		"WHERE id = 'openai/gpt-4.1'";

	shelf_run(&shelf, "DELETE FROM model_alias; "
			  "UPDATE endpoint SET price = NULL; "
			  "DELETE FROM price; DELETE FROM endpoint; "
			  "DELETE FROM model");
	apply_file("openrouter", false);
	cr_expect_str_eq(shelf_text(&shelf, all),
			 "OpenAI: GPT-4.1|A \"flagship\" model \u2014 long "
			 "context.|1744651385000|1047576|32768|image,text,file|"
			 "text|max_tokens,tools,temperature|GPT|1807660800000");
}

Test(import, follows_aliases)
{
	static const char latest[] = "SELECT model FROM model_alias "
				     "WHERE alias = '~acme/thinker-latest'";
	static const char gone[] = "SELECT count(*) FROM model_alias "
				   "WHERE alias = '~acme/gone-latest'";

	apply_file("openrouter", false);
	cr_expect_str_eq(shelf_text(&shelf, latest), "acme/thinker:free");
	cr_expect_eq(shelf_number(&shelf, gone), 0);
}

Test(import, makes_unknown_providers_only_when_told)
{
	static const char provider[] =
		"SELECT name || '|' || base_url || '|' || disabled "
		"FROM provider WHERE slug = 'newcomer'";
	static const char model[] = "SELECT model FROM endpoint "
				    "WHERE id = 'newcomer:some/model'";
	struct import_change change;

	apply_file("models.dev", false);
	cr_expect_str_eq(shelf_text(&shelf, provider), "-");
	change = apply_file("models.dev", true);
	cr_expect_str_eq(shelf_text(&shelf, provider),
			 "Newcomer|https://api.newcomer.example/v1|1");
	cr_expect_str_eq(shelf_text(&shelf, model), "some/model");
	cr_expect_eq(change.providers_added, 1,
		     "not the one whose name is no "
		     "slug");
}

Test(import, takes_nothing_when_a_step_fails)
{
	struct import_list list = read_list(file_text("litellm"));
	struct import_change change = { .list = &list,
					.source = "test.json",
					.at = NOON,
					.arena = shelf.arena };
	struct fault why = { 0 };
	static const char rows_now[] =
		"SELECT (SELECT count(*) FROM price) + "
		"(SELECT count(*) FROM model) + (SELECT count(*) FROM import)";
	int64_t before = shelf_number(&shelf, rows_now);

	shelf_run(&shelf, "CREATE TRIGGER full BEFORE INSERT ON price "
			  "WHEN new.endpoint = 'together:Acme/Big-Model' "
			  "BEGIN SELECT raise(ABORT, 'full'); END");
	cr_expect_not(try(import_apply, &change, &why));
	cr_expect_eq(shelf_number(&shelf, rows_now), before);
}

static void count(void *who, size_t done, size_t of)
{
	size_t *told = who;

	cr_expect_eq(done, ++*told);
	cr_expect_leq(done, of);
}

Test(import, tells_how_far_it_is)
{
	struct import_list list = read_list(file_text("litellm"));
	size_t told = 0;
	struct import_change change = { .list = &list,
					.source = "test.json",
					.at = NOON,
					.arena = shelf.arena,
					.progress = count,
					.who = &told };
	struct fault why = { 0 };

	cr_assert(try(import_apply, &change, &why), "%s", why.text);
	cr_expect_gt(told, 5);
}

static struct import_price operators(const char *endpoint)
{
	struct import_price price = { .endpoint = endpoint, .at = NOON };

	for (int kind = 0; kind < PRICE_KINDS; kind++)
		price.price.pico[kind] = PRICE_UNKNOWN;
	price.price.pico[PRICE_INPUT] = 7;
	price.price.pico[PRICE_OUTPUT] = 0;
	return price;
}

Test(import, takes_the_operators_own_price)
{
	static const char version[] =
		"SELECT number FROM version WHERE topic = 'catalogue'";
	int64_t before = shelf_number(&shelf, version);
	struct import_price price = operators("sandbox:unpriced");
	struct fault why = { 0 };

	cr_assert(try(import_price, &price, &why), "%s", why.text);
	cr_expect_str_eq(prices_of("sandbox:unpriced"),
			 "7 0 r- w- h- t- a-- i-- q- s-");
	cr_expect_eq(shelf_number(&shelf, version), before + 1);
	cr_expect_eq(strncmp(price.id, "imp-", 4), 0);
}

Test(import, refuses_an_operators_price_that_cannot_be)
{
	struct import_price stranger = operators("openai:gpt-0");
	struct import_price half = operators("sandbox:unpriced");
	struct import_price debt = operators("sandbox:unpriced");
	struct fault one = { 0 }, two = { 0 }, three = { 0 };

	half.price.pico[PRICE_OUTPUT] = PRICE_UNKNOWN;
	debt.price.pico[PRICE_SEARCH] = -2;
	cr_expect_not(try(import_price, &stranger, &one));
	cr_expect_eq(one.kind, FAULT_NOT_FOUND);
	cr_expect_not(try(import_price, &half, &two));
	cr_expect_eq(two.kind, FAULT_BAD_REQUEST);
	cr_expect_not(try(import_price, &debt, &three));
	cr_expect_eq(three.kind, FAULT_BAD_REQUEST);
	cr_expect_str_eq(prices_of("sandbox:unpriced"), "-");
}
