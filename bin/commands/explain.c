#include "bin/commands/explain.h"

#include "bin/commands/find.h"
#include "bin/commands/sheet.h"
#include "domain/catalog.h"
#include "domain/route.h"

#include <stdio.h>

static void add_price(struct sheet *s, const struct price *price,
		      enum price_kind kind)
{
	if (!price->id || price->pico[kind] == PRICE_UNKNOWN)
		sheet_null(s);
	else
		sheet_number(s, price->pico[kind]);
}

static struct sheet taken(struct call *c, const struct plan *plan)
{
	static const struct column columns[] = {
		{ "model", "would be tried", CELL_TEXT },
		{ "endpoint", "endpoint", CELL_TEXT },
		{ "provider", "provider", CELL_TEXT },
		{ "native", "asked for", CELL_TEXT },
		{ "prompt", "in", CELL_RATE },
		{ "completion", "out", CELL_RATE },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	for (size_t i = 0; i < plan->count; i++) {
		const struct candidate *k = &plan->candidates[i];

		sheet_text(&s, k->model->id);
		sheet_text(&s, k->endpoint->id);
		sheet_text(&s, k->endpoint->provider->slug);
		sheet_text(&s, k->native);
		add_price(&s, &k->endpoint->price, PRICE_INPUT);
		add_price(&s, &k->endpoint->price, PRICE_OUTPUT);
	}
	return s;
}

static struct sheet left_out(struct call *c, const struct plan *plan)
{
	static const struct column columns[] = {
		{ "model", "left out", CELL_TEXT },
		{ "endpoint", "endpoint", CELL_TEXT },
		{ "reason", "because", CELL_TEXT },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	for (size_t i = 0; i < plan->passed_over_count; i++) {
		const struct passed_over *p = &plan->passed_over[i];

		sheet_text(&s, p->model->id);
		sheet_text(&s, p->endpoint->id);
		sheet_text(&s, left_out_text(p->why));
	}
	return s;
}

static void print(struct call *c, const struct plan *plan)
{
	struct sheet in = taken(c, plan), out = left_out(c, plan);

	if (wants_json(c)) {
		fputs("{\"data\":{\"candidates\":", stdout);
		sheet_print_array(&in);
		fputs(",\"left_out\":", stdout);
		sheet_print_array(&out);
		fputs("}}\n", stdout);
		return;
	}
	if (sheet_rows(&in))
		sheet_print_table(&in);
	if (sheet_rows(&in) && sheet_rows(&out))
		putchar('\n');
	if (sheet_rows(&out))
		sheet_print_table(&out);
}

bool explain_route(struct call *c, const char *model, struct fault *why)
{
	const struct given *named = given(c, "key");
	struct key key = { .allowed_models = "",
			   .allowed_providers = "",
			   .limit_reset = "",
			   .default_model = "" };
	struct wish wish = {
		.model = model,
		.key = &key,
		.kind = "openai",
		.prompt_tokens = given(c, "prompt-tokens")->number,
		.output_tokens = given(c, "max-tokens")->number,
	};
	struct plan plan = { 0 };
	struct catalog *catalog;
	bool ok;

	if (named->set && !find_key(c, named->text, &key, why))
		return false;
	catalog = catalog_read(c->db, 0, why);
	if (!catalog)
		return false;
	ok = route_plan(catalog, c->arena, &wish, &plan, why);
	if (ok || plan.count || plan.passed_over_count)
		print(c, &plan);
	catalog_put(catalog);
	return ok;
}

static bool run(struct call *c, struct fault *why)
{
	const struct given *model = given(c, "model");
	const char *generation = argument(c, 0);

	if (!generation && !model->set)
		return misused(c, why,
			       "GENERATION or --model MODEL is missing");
	if (generation && model->set)
		return misused(c, why,
			       "GENERATION and --model exclude each other");
	return call_open(c, why) &&
	       (generation ? explain_generation(c, generation, why)
			   : explain_route(c, model->text, why));
}

static const struct option options[] = {
	{ .name = "model",
	  .value = "MODEL",
	  .kind = OPTION_TEXT,
	  .help = "instead of a generation: who would be asked for this model, "
		  "and who not" },
	{ .name = "max-tokens",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "with --model: how long the answer may be",
	  .least = 1,
	  .most = 1000000000 },
	{ .name = "prompt-tokens",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "with --model: how long the prompt is",
	  .least = 0,
	  .most = 1000000000 },
	{ .name = "key",
	  .value = "KEY",
	  .kind = OPTION_TEXT,
	  .help = "with --model: by what this key may use" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "[GENERATION]",
	  .summary = "Explain a charge line by line, or the choice of a "
		     "provider",
	  .notes = "For a generation: what was asked, who answered, what "
		   "failed before, and how tokens and prices make the charge. "
		   "With --model: which endpoints would be tried, best first, "
		   "and why the others are left out.",
	  .example = "turnpike explain --model openai/gpt-5 --max-tokens 1000",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic EXPLAIN_TOPIC = {
	"explain",
	"Explain a charge, or the choice of a provider",
	commands,
};
