#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/sheet.h"
#include "domain/health.h"
#include "domain/rate.h"
#include "domain/sweep.h"
#include "domain/usage.h"

enum { DAYS = 365 };
static const int64_t day_ms = 86400000;

static const struct column columns[] = {
	{ "holders", "dead processes", CELL_NUMBER },
	{ "generations", "generations settled", CELL_NUMBER },
	{ "freed", "held and given back", CELL_DOLLARS },
	{ "days", "days until a record is old", CELL_NUMBER },
	{ "older", "old records", CELL_NUMBER },
	{ 0 },
};

static bool run(struct call *c, struct fault *why)
{
	const struct given *days = given(c, "days");
	int64_t now = clock_now_ms(), count = days->set ? days->number : DAYS;
	struct sheet s = sheet_new(c->arena, columns);
	struct swept swept;
	struct health_cleaning cleaning = { .now_ms = now };
	int64_t older, yesterday = now - 2 * day_ms;

	if (!call_open(c, why) ||
	    !sweep(c->store, c->arena, now, &swept, why) ||
	    !store_commit(c->store, health_clean, &cleaning, why) ||
	    !store_commit(c->store, rate_forget, &yesterday, why) ||
	    !usage_older(c->db, now - count * day_ms, &older, why))
		return false;
	store_tidy(c->store);
	sheet_number(&s, swept.holders);
	sheet_number(&s, swept.generations);
	sheet_number(&s, swept.freed);
	sheet_number(&s, count);
	sheet_number(&s, older);
	sheet_print_one(c, &s);
	return true;
}

static const struct option options[] = {
	{ .name = "days",
	  .value = "N",
	  .kind = OPTION_COUNT,
	  .help = "tell how many records are older than that; 365 if not said",
	  .least = 0,
	  .most = 36500 },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "",
	  .summary = "Settle what dead processes left, and tidy the database",
	  .notes = "The programs do the same as they go; this is for a quiet "
		   "time, or a timer. No record is ever deleted.",
	  .example = "turnpike housekeep",
	  .options = options,
	  .run = run },
	{ 0 },
};

const struct topic HOUSEKEEP_TOPIC = {
	"housekeep",
	"Settle what dead processes left, and tidy the database",
	commands,
};
