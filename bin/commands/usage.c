#include "domain/usage.h"

#include "bin/commands/command.h"
#include "bin/commands/find.h"
#include "bin/commands/record.h"
#include "bin/commands/sheet.h"

#include <stdio.h>
#include <stdlib.h>

enum { LISTED = 20, LISTED_MOST = 100000 };

static const struct column totals[] = {
	{ "generations", "generations", CELL_NUMBER },
	{ "open", "under way", CELL_NUMBER },
	{ "tokens_prompt", "tokens in", CELL_NUMBER },
	{ "tokens_completion", "tokens out", CELL_NUMBER },
	{ "usage", "charged", CELL_DOLLARS },
	{ "upstream_inference_cost", "providers' cost", CELL_DOLLARS },
	{ "held", "held", CELL_DOLLARS },
	{ 0 },
};

static void add_total(struct sheet *s, const struct usage *sum)
{
	sheet_number(s, sum->generations);
	sheet_number(s, sum->open);
	sheet_number(s, sum->prompt);
	sheet_number(s, sum->completion);
	sheet_number(s, sum->charge);
	sheet_number(s, sum->cost);
	sheet_number(s, sum->held);
}

/* Whose generations, and from when. A key's account is what it is looked up
 * by. */
static bool take_options(struct call *c, struct generation_page *page,
			 struct fault *why)
{
	const struct given *limit = given(c, "limit");
	struct account account = { 0 };
	struct key key = { 0 };

	if (given(c, "account")->set &&
	    !find_account(c, given(c, "account")->text, &account, why))
		return false;
	if (given(c, "key")->set &&
	    !find_key(c, given(c, "key")->text, &key, why))
		return false;
	*page = (struct generation_page){
		.account = account.id ? account.id : key.account,
		.key = key.hash,
		.since_ms = given(c, "since")->number,
		.limit = limit->set ? limit->number : LISTED,
	};
	return true;
}

static void print(const struct call *c, const struct sheet *rows,
		  const struct sheet *total)
{
	if (wants_json(c)) {
		fputs("{\"data\":", stdout);
		sheet_print_array(rows);
		printf(",\"total\":%s}\n", sheet_row_json(total, 0));
		return;
	}
	if (sheet_rows(rows)) {
		sheet_print_table(rows);
		printf("\n");
	}
	sheet_print_list(total);
}

/* Names tell the second alone. */
static int newest_first(const void *a, const void *b)
{
	const struct generation *x = a, *y = b;

	return (y->at > x->at) - (y->at < x->at);
}

static bool run(struct call *c, struct fault *why)
{
	struct sheet rows = sheet_new(c->arena, RECORD_COLUMNS);
	struct sheet total = sheet_new(c->arena, totals);
	struct generation_page page;
	struct generation *all;
	struct usage sum;
	size_t count;

	if (!call_open(c, why) || !take_options(c, &page, why) ||
	    !generation_list(c->db, c->arena, &page, &all, &count, why) ||
	    !usage_sum(c->db, page.account, page.key, page.since_ms, &sum, why))
		return false;
	if (count)
		qsort(all, count, sizeof(*all), newest_first);
	for (size_t i = 0; i < count; i++)
		record_add(&rows, &all[i]);
	add_total(&total, &sum);
	print(c, &rows, &total);
	return true;
}

static const struct option options[] = {
	{ .name = "account",
	  .value = "ACCOUNT",
	  .kind = OPTION_TEXT,
	  .help = "only this one's" },
	{ .name = "key",
	  .value = "KEY",
	  .kind = OPTION_TEXT,
	  .help = "only this one's" },
	{ .name = "since",
	  .value = "TIME",
	  .kind = OPTION_SINCE,
	  .help = "only from then on, such as 2026-12-01 or 24h" },
	{ .name = "limit",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "list at most so many, the newest first; 20 if not said; the "
		  "sums are of all",
	  .least = 0,
	  .most = LISTED_MOST },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "",
	  .summary = "Show what was asked lately, and what it all comes to",
	  .notes = "Amounts are exact, to the billionth of a dollar.",
	  .example = "turnpike usage --account research --since 30d",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic USAGE_TOPIC = {
	"usage",
	"Show what was asked and what it cost",
	commands,
};
