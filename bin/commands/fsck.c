#include "domain/fsck.h"

#include "base/clock.h"
#include "bin/commands/command.h"
#include "bin/commands/sheet.h"

#include <inttypes.h>
#include <stdio.h>

/* What is heard while the books are read. */
struct hearing {
	struct call *call;
	struct sheet findings;
};

static void found(void *who, const struct finding *finding)
{
	struct hearing *h = who;
	struct arena *a = h->call->arena;

	progress_end(h->call);
	sheet_text(&h->findings, keep(a, finding->rule));
	sheet_text(&h->findings, keep(a, finding->row));
	sheet_text(&h->findings, keep(a, finding->detail));
}

static void step(void *who, int done, int all)
{
	struct hearing *h = who;

	progress(h->call, "checking", done, all);
}

static void print(const struct hearing *h, const struct fsck_result *result)
{
	if (wants_json(h->call)) {
		printf("{\"data\":{\"ok\":%s,\"generations\":%" PRId64
		       ",\"findings\":",
		       result->findings ? "false" : "true",
		       result->generations);
		sheet_print_array(&h->findings);
		printf("}}\n");
		return;
	}
	if (result->findings)
		sheet_print_table(&h->findings);
	printf("%" PRId64 " generations, %" PRId64 " findings: %s\n",
	       result->generations, result->findings,
	       result->findings ? "the books do not add up"
				: "the books are right");
}

static bool run(struct call *c, struct fault *why)
{
	static const struct column columns[] = {
		{ "rule", "broken rule", CELL_TEXT },
		{ "row", "row", CELL_TEXT },
		{ "detail", "how", CELL_TEXT },
		{ 0 },
	};
	struct hearing h = { .call = c,
			     .findings = sheet_new(c->arena, columns) };
	const struct fsck_ear ear = { .found = found,
				      .progress = step,
				      .who = &h };
	struct fsck_result result;

	if (!call_open(c, why) ||
	    !fsck(c->db, clock_now_ms(), &ear, &result, why))
		return false;
	progress_end(c);
	print(&h, &result);
	if (result.findings)
		c->status = STATUS_FAILED;
	return true;
}

static const struct command commands[] = {
	{ .name = "",
	  .arguments = "",
	  .summary = "Prove the books, and name each row that breaks a rule",
	  .notes = "It only looks, and may do so while requests are served. "
		   "The exit status is 1 when something is broken. What dead "
		   "processes left is put right by 'turnpike housekeep'.",
	  .example = "turnpike fsck",
	  .run = run },
	{ 0 },
};

const struct topic FSCK_TOPIC = {
	"fsck",
	"Prove the books",
	commands,
};
