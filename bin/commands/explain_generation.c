/* What became of a generation, to the last nano-dollar. */
#include "base/money.h"
#include "base/wide.h"
#include "bin/commands/explain.h"
#include "bin/commands/record.h"
#include "domain/account.h"
#include "domain/generation.h"
#include "domain/key.h"
#include "domain/price.h"
#include "domain/price_origin.h"
#include "domain/transfer.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum {
	RATE_DIGITS = 6, /* dollars a million tokens, in pico-dollars a token */
};

/* All that there is to tell. */
struct story {
	struct call *call;
	struct generation g;
	struct account account;
	struct key key;	    /* hash NULL: it has been deleted */
	struct price price; /* id 0: none */
	struct price_origin origin;
	struct transfer *transfers;
	size_t transfer_count;
	wide pico; /* what tokens and prices come to */
};

static bool find_key(struct story *s, struct fault *why)
{
	struct call *c = s->call;
	struct fault gone = { 0 };

	return key_show(c->db, c->arena, s->g.api_key, NULL, &s->key, &gone) ||
	       gone.kind == FAULT_NOT_FOUND ||
	       fault_set(why, gone.kind, "%s", gone.text);
}

static bool read_story(struct story *s, const char *id, struct fault *why)
{
	struct call *c = s->call;

	if (!generation_find(c->db, c->arena, id, NULL, &s->g, why) ||
	    !account_find(c->db, c->arena, s->g.account, &s->account, why) ||
	    !find_key(s, why) ||
	    !transfer_of(c->db, c->arena, id, &s->transfers, &s->transfer_count,
			 why))
		return false;
	return !s->g.price ||
	       (price_find(c->db, s->g.price, &s->price, why) &&
		price_origin(c->db, c->arena, s->g.price, &s->origin, why));
}

static const struct column facts[] = {
	{ NULL, "generation", CELL_TEXT },
	{ NULL, "asked", CELL_TEXT },
	{ NULL, "by", CELL_TEXT },
	{ NULL, "at", CELL_TIME },
	{ NULL, "endpoint", CELL_TEXT },
	{ NULL, "outcome", CELL_TEXT },
	{ NULL, "finish", CELL_TEXT },
	{ NULL, "status", CELL_NUMBER },
	{ NULL, "error", CELL_TEXT },
	{ NULL, "first token", CELL_TEXT },
	{ NULL, "whole", CELL_TEXT },
	{ NULL, "held", CELL_DOLLARS },
	{ NULL, "cost", CELL_DOLLARS },
	{ NULL, "charged", CELL_DOLLARS },
	{ 0 },
};

static const char *duration(struct arena *a, int64_t ms)
{
	return ms < 0 ? NULL : arena_print(a, "%" PRId64 " ms", ms);
}

static const char *outcome(struct arena *a, const struct generation *g)
{
	if (!strcmp(g->state, "held"))
		return arena_print(a, "under way, held by %s", g->holder);
	return arena_print(a, "%s%s%s", g->outcome,
			   g->estimated ? ", tokens estimated" : "",
			   g->disputed ? ", disputed" : "");
}

static void print_facts(const struct story *s)
{
	struct arena *a = s->call->arena;
	struct sheet sheet = sheet_new(a, facts);
	const struct generation *g = &s->g;
	bool settled = strcmp(g->state, "held") != 0;

	sheet_text(&sheet, g->id);
	sheet_text(&sheet,
		   arena_print(a, "%s (%s%s)", g->model_asked, g->operation,
			       g->streamed ? ", streamed" : ""));
	sheet_text(&sheet,
		   arena_print(a, "account %s, key %s (%.12s)", s->account.name,
			       s->key.hash ? s->key.name : "deleted",
			       g->api_key));
	sheet_time(&sheet, g->at);
	sheet_text(&sheet, arena_print(a, "%s for %s", g->endpoint, g->model));
	sheet_text(&sheet, outcome(a, g));
	sheet_some(&sheet, g->finish);
	sheet_maybe(&sheet, g->status ? &g->status : NULL);
	sheet_some(&sheet, g->error);
	sheet_text(&sheet, duration(a, g->first_token_ms));
	sheet_text(&sheet, duration(a, g->total_ms));
	sheet_number(&sheet, g->held);
	sheet_maybe(&sheet, settled ? &g->cost : NULL);
	sheet_maybe(&sheet, settled ? &g->charge : NULL);
	sheet_print_list(&sheet);
}

static const char *member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void add_failure(struct sheet *s, json_t *failure)
{
	int64_t status = json_integer_value(json_object_get(failure, "status"));

	sheet_text(s, member(failure, "endpoint"));
	sheet_maybe(s, status ? &status : NULL);
	sheet_number(s, json_integer_value(json_object_get(failure, "ms")));
	sheet_text(s, member(failure, "error"));
}

/* The attempts that did not answer, as the relay keeps them. */
static void print_failures(const struct story *s)
{
	static const struct column columns[] = {
		{ NULL, "failed before", CELL_TEXT },
		{ NULL, "status", CELL_NUMBER },
		{ NULL, "ms", CELL_NUMBER },
		{ NULL, "error", CELL_TEXT },
		{ 0 },
	};
	struct sheet sheet = sheet_new(s->call->arena, columns);
	json_t *list = json_loads(s->g.failures, 0, NULL), *item;
	size_t i;

	json_array_foreach (list, i, item)
		add_failure(&sheet, item);
	if (sheet_rows(&sheet)) {
		putchar('\n');
		sheet_print_table(&sheet);
	}
	json_decref(list);
}

static const struct column line_columns[] = {
	{ "kind", "what", CELL_TEXT },
	{ "count", "count", CELL_NUMBER },
	{ "price", NULL, CELL_FEE },
	{ NULL, "price", CELL_TEXT },
	{ "amount", "amount", CELL_FEE },
	{ "note", "", CELL_TEXT },
	{ 0 },
};

/* "$2.5 a million" for tokens, "$0.01" for what is counted one by one. */
static const char *price_text(struct arena *a, enum price_kind kind,
			      int64_t pico)
{
	if (kind == PRICE_REQUEST || kind == PRICE_SEARCH)
		return arena_print(a, "$%s", money_print(a, pico, PICO_DIGITS));
	return arena_print(a, "$%s a million",
			   money_print(a, pico, RATE_DIGITS));
}

static void add_line(struct story *s, struct sheet *lines, enum price_kind kind,
		     int64_t count)
{
	int64_t pico = price_of(&s->price, kind);
	bool own = s->price.pico[kind] != PRICE_UNKNOWN;

	if (count == 0 || (kind == PRICE_REQUEST && pico == 0))
		return;
	s->pico += (wide)count * pico;
	sheet_text(lines, price_name(kind));
	sheet_number(lines, count);
	sheet_number(lines, pico);
	sheet_text(lines, price_text(s->call->arena, kind, pico));
	sheet_number(lines, wide_narrow((wide)count * pico));
	sheet_text(lines, own ? "" : "no price of its own");
}

/* One line for each kind of token that there was. */
static struct sheet lines_of(struct story *s)
{
	const struct tokens *t = &s->g.tokens;
	const struct {
		enum price_kind kind;
		int64_t count;
	} parts[] = {
		{ PRICE_INPUT, t->fresh },
		{ PRICE_CACHE_READ, t->cache_read },
		{ PRICE_CACHE_WRITE_5M, t->cache_write_5m },
		{ PRICE_CACHE_WRITE_1H, t->cache_write_1h },
		{ PRICE_AUDIO_IN, t->audio_in },
		{ PRICE_IMAGE_IN, t->image_in },
		{ PRICE_OUTPUT, t->output },
		{ PRICE_REASONING, t->reasoning },
		{ PRICE_AUDIO_OUT, t->audio_out },
		{ PRICE_IMAGE_OUT, t->image_out },
		{ PRICE_SEARCH, t->searches },
		{ PRICE_REQUEST, 1 },
	};
	struct sheet lines = sheet_new(s->call->arena, line_columns);

	if (s->price.id && strcmp(s->g.state, "held") != 0)
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			add_line(s, &lines, parts[i].kind, parts[i].count);
	return lines;
}

/* Why the cost is not what tokens and price give; NULL when it is. */
static const char *exception(const struct story *s)
{
	const struct generation *g = &s->g;
	int64_t due = s->price.id ? price_charge(&s->price, &g->tokens) : 0;

	if (g->cost == due)
		return NULL;
	if (!strcmp(g->outcome, "swept") && g->cost == g->held)
		return "Of what a dead process left, no more is charged than "
		       "was held.";
	if (g->cost == 0 && tokens_completion(&g->tokens) == 0)
		return "Nothing came of it through no fault of the client's: "
		       "nothing is charged.";
	return "This is not what was booked: run 'turnpike fsck'.";
}

static void print_sum(const struct story *s)
{
	struct arena *a = s->call->arena;
	const char *except = exception(s);
	int64_t pico = wide_narrow(s->pico);

	printf("sum $%s, rounded to $%s\n", money_print(a, pico, PICO_DIGITS),
	       money_print(a, wide_narrow((s->pico + 500) / 1000),
			   NANO_DIGITS));
	if (except)
		printf("%s\n", except);
	if (s->g.cost > s->g.charge)
		printf("The operator bears what went beyond the hold: %s.\n",
		       money_dollars(a, s->g.cost - s->g.charge));
}

static void print_price(const struct story *s, const struct sheet *lines)
{
	if (!s->price.id || !strcmp(s->g.state, "held"))
		return;
	printf("\nPrice %" PRId64 " of %s, from %s (%s, %s):\n", s->price.id,
	       s->origin.endpoint, s->origin.import, s->origin.shape,
	       printable(s->call->arena, s->origin.source));
	if (sheet_rows(lines))
		sheet_print_table(lines);
	print_sum(s);
}

static struct sheet transfers_of(const struct story *s)
{
	static const struct column columns[] = {
		{ "id", "transfer", CELL_TEXT },
		{ "type", "kind", CELL_TEXT },
		{ "debit", "from", CELL_TEXT },
		{ "credit", "to", CELL_TEXT },
		{ "amount", "amount", CELL_DOLLARS },
		{ 0 },
	};
	struct sheet sheet = sheet_new(s->call->arena, columns);

	for (size_t i = 0; i < s->transfer_count; i++) {
		const struct transfer *t = &s->transfers[i];

		sheet_text(&sheet, t->id);
		sheet_text(&sheet, t->kind);
		sheet_text(&sheet, t->debit);
		sheet_text(&sheet, t->credit);
		sheet_number(&sheet, t->amount);
	}
	return sheet;
}

static void print_json(const struct story *s, const struct sheet *record,
		       const struct sheet *lines, const struct sheet *transfers)
{
	struct arena *a = s->call->arena;

	printf("{\"data\":%s,\"lines\":", sheet_row_json(record, 0));
	sheet_print_array(lines);
	printf(",\"sum\":\"%s\",\"price\":",
	       money_print(a, wide_narrow(s->pico), PICO_DIGITS));
	if (s->price.id)
		printf("{\"id\":%" PRId64 ",\"import\":%s,\"shape\":%s,"
		       "\"source\":%s}",
		       s->price.id, json_quoted(a, s->origin.import),
		       json_quoted(a, s->origin.shape),
		       json_quoted(a, s->origin.source));
	else
		fputs("null", stdout);
	fputs(",\"transfers\":", stdout);
	sheet_print_array(transfers);
	fputs("}\n", stdout);
}

bool explain_generation(struct call *c, const char *id, struct fault *why)
{
	struct story s = { .call = c };
	struct sheet record = sheet_new(c->arena, RECORD_COLUMNS);
	struct sheet lines, transfers;

	if (!read_story(&s, id, why))
		return false;
	lines = lines_of(&s);
	transfers = transfers_of(&s);
	record_add(&record, &s.g);
	if (wants_json(c)) {
		print_json(&s, &record, &lines, &transfers);
		return true;
	}
	print_facts(&s);
	print_failures(&s);
	print_price(&s, &lines);
	if (s.transfer_count) {
		putchar('\n');
		sheet_print_table(&transfers);
	}
	return true;
}
