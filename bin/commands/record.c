#include "bin/commands/record.h"

#include <jansson.h>
#include <string.h>

const struct column RECORD_COLUMNS[] = {
	{ "created_at", "time", CELL_TIME },
	{ "id", "generation", CELL_TEXT },
	{ "model", "model", CELL_TEXT },
	{ "provider_name", "provider", CELL_TEXT },
	{ "tokens_prompt", "in", CELL_NUMBER },
	{ "tokens_completion", "out", CELL_NUMBER },
	{ "total_cost", "charge", CELL_DOLLARS },
	{ "outcome", "outcome", CELL_TEXT },
	{ "native_tokens_prompt", NULL, CELL_NUMBER },
	{ "native_tokens_completion", NULL, CELL_NUMBER },
	{ "native_tokens_cached", NULL, CELL_NUMBER },
	{ "native_tokens_reasoning", NULL, CELL_NUMBER },
	{ "usage", NULL, CELL_DOLLARS },
	{ "upstream_inference_cost", NULL, CELL_DOLLARS },
	{ "held", NULL, CELL_DOLLARS },
	{ "state", NULL, CELL_TEXT },
	{ "cancelled", NULL, CELL_SWITCH },
	{ "estimated", NULL, CELL_SWITCH },
	{ "disputed", NULL, CELL_SWITCH },
	{ "finish_reason", NULL, CELL_TEXT },
	{ "native_finish_reason", NULL, CELL_TEXT },
	{ "status", NULL, CELL_NUMBER },
	{ "error", NULL, CELL_TEXT },
	{ "operation", NULL, CELL_TEXT },
	{ "model_asked", NULL, CELL_TEXT },
	{ "endpoint_id", NULL, CELL_TEXT },
	{ "upstream_id", NULL, CELL_TEXT },
	{ "streamed", NULL, CELL_SWITCH },
	{ "latency", NULL, CELL_NUMBER },
	{ "generation_time", NULL, CELL_NUMBER },
	{ "first_token_time", NULL, CELL_NUMBER },
	{ "workspace_id", NULL, CELL_TEXT },
	{ "api_key_hash", NULL, CELL_TEXT },
	{ "http_referer", NULL, CELL_TEXT },
	{ "title", NULL, CELL_TEXT },
	{ "external_user", NULL, CELL_TEXT },
	{ "session_id", NULL, CELL_TEXT },
	{ "user_agent", NULL, CELL_TEXT },
	{ "is_byok", NULL, CELL_SWITCH },
	{ "failures", NULL, CELL_JSON },
	{ 0 },
};

/* A number that is not known before the generation has been settled. */
static void add_settled(struct sheet *s, const struct generation *g,
			int64_t number)
{
	if (!strcmp(g->state, "held"))
		sheet_null(s);
	else
		sheet_number(s, number);
}

static void add_duration(struct sheet *s, int64_t ms)
{
	sheet_maybe(s, ms < 0 ? NULL : &ms);
}

static void add_main(struct sheet *s, const struct generation *g)
{
	bool held = !strcmp(g->state, "held");

	sheet_time(s, g->at);
	sheet_text(s, g->id);
	sheet_text(s, g->model);
	sheet_text(s, g->provider);
	add_settled(s, g, tokens_prompt(&g->tokens));
	add_settled(s, g, tokens_completion(&g->tokens));
	add_settled(s, g, g->charge);
	sheet_text(s, held ? "under way" : g->outcome);
}

static void add_amounts(struct sheet *s, const struct generation *g)
{
	add_settled(s, g, tokens_prompt(&g->tokens));
	add_settled(s, g, tokens_completion(&g->tokens));
	add_settled(s, g, g->tokens.cache_read);
	add_settled(s, g, g->tokens.reasoning);
	add_settled(s, g, g->charge);
	add_settled(s, g, g->cost);
	sheet_number(s, g->held);
}

static void add_ending(struct sheet *s, const struct generation *g)
{
	sheet_text(s, g->state);
	sheet_number(s, !strcmp(g->outcome, "cancelled"));
	sheet_number(s, g->estimated);
	sheet_number(s, g->disputed);
	sheet_some(s, g->finish);
	sheet_some(s, g->native_finish);
	sheet_maybe(s, g->status ? &g->status : NULL);
	sheet_some(s, g->error);
}

static void add_way(struct sheet *s, const struct generation *g)
{
	sheet_text(s, g->operation);
	sheet_text(s, g->model_asked);
	sheet_text(s, g->endpoint);
	sheet_some(s, g->upstream_id);
	sheet_number(s, g->streamed);
	add_duration(s, g->total_ms);
	add_duration(s, g->first_token_ms < 0 || g->total_ms < 0
				? -1
				: g->total_ms - g->first_token_ms);
	add_duration(s, g->first_token_ms);
}

static bool is_json(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	bool is = value != NULL;

	json_decref(value);
	return is;
}

void record_add(struct sheet *s, const struct generation *g)
{
	add_main(s, g);
	add_amounts(s, g);
	add_ending(s, g);
	add_way(s, g);
	sheet_text(s, g->account);
	sheet_text(s, g->api_key);
	sheet_some(s, g->referer);
	sheet_some(s, g->title);
	sheet_some(s, g->end_user);
	sheet_some(s, g->session);
	sheet_some(s, g->agent);
	sheet_number(s, false);
	sheet_text(s, is_json(g->failures) ? g->failures : "[]");
}
