#include "domain/fsck.h"

#include "domain/generation.h"
#include "domain/holder.h"
#include "domain/price.h"
#include "store/sql.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Each query gives the rows that break its rule: a name and how. */
static const struct {
	const char *rule, *sql;
} rules[] = {
	{ "a balance is the sum of its transfers", SQL_FSCK_BALANCE },
	{ "all balances add up to nothing", SQL_FSCK_BOOKS },
	{ "a credit's hold is the sum of open generations",
	  SQL_FSCK_HELD_CREDIT },
	{ "a key's hold is the sum of open generations", SQL_FSCK_HELD_KEY },
	{ "no credit is passed", SQL_FSCK_OVERDRAWN },
	{ "a key's usage is the sum of its charges", SQL_FSCK_KEY_USAGE },
	{ "a settled generation has its charge", SQL_FSCK_CHARGE },
	{ "an overrun is booked", SQL_FSCK_OVERRUN },
	{ "a charge has its generation", SQL_FSCK_STRAY },
	{ "an hour's tally is the sum of its generations", SQL_FSCK_TALLY },
	{ "a day's tally is the sum of its hours", SQL_FSCK_TALLY_DAY },
	{ "each settled generation is tallied", SQL_FSCK_TALLY_ALL },
};

/* Going through all generations takes about as long as the rules together. */
enum {
	RULES = sizeof(rules) / sizeof(rules[0]),
	PARTS = 1000,
	STEPS = 2 * RULES * PARTS,
	SOMETIMES = 1024,
};

struct check {
	struct db *db;
	const struct fsck_ear *ear;
	struct fsck_result result;
	struct price price; /* the last one looked up */
	int64_t price_id, now;
	int64_t first; /* when the oldest generation began */
	struct fault *why;
	bool failed;
};

static void report(struct check *c, const char *rule, const char *row,
		   const char *detail)
{
	c->result.findings++;
	c->ear->found(c->ear->who, &(struct finding){ rule, row, detail });
}

static void progress(const struct check *c, int done)
{
	if (c->ear->progress)
		c->ear->progress(c->ear->who, done, STEPS);
}

static bool ask(struct check *c, size_t i)
{
	struct rows *rows = db_ask(c->db, rules[i].sql, "");

	while (rows_next(rows))
		report(c, rules[i].rule, rows_text(rows, 0),
		       rows_text(rows, 1));
	return rows_end(rows, c->why);
}

/* Nothing is charged for what failed, or broke off without any output through
 * the provider's fault; a swept one at most what was held. */
static bool follows(const struct generation *g, int64_t due)
{
	if (g->cost == due)
		return true;
	if (!strcmp(g->outcome, "swept") && due > g->held)
		return g->cost == g->held;
	return g->cost == 0 && strcmp(g->outcome, "cancelled") != 0 &&
	       tokens_completion(&g->tokens) == 0;
}

static void check_settled(struct check *c, const struct generation *g)
{
	char detail[96];
	int64_t due;

	if (g->price && g->price != c->price_id) {
		if (!price_find(c->db, g->price, &c->price, c->why)) {
			c->failed = true;
			return;
		}
		c->price_id = g->price;
	}
	due = g->price ? price_charge(&c->price, &g->tokens) : 0;
	if (follows(g, due))
		return;
	snprintf(detail, sizeof(detail),
		 "cost %lld, tokens and price give %lld", (long long)g->cost,
		 (long long)due);
	report(c, "a cost follows from tokens and price", g->id, detail);
}

static void check_held(struct check *c, const struct generation *g)
{
	enum holder_state state = holder_state(g->holder);

	if (state == HOLDER_DEAD)
		report(c, "a hold has a living owner", g->id, g->holder);
	else if (state == HOLDER_UNSEEN && g->expires_at < c->now)
		report(c, "a hold has not expired", g->id, g->holder);
}

/* Generations come by age, so that their age tells how many are left. */
static void progress_by_age(struct check *c, const struct generation *g)
{
	int64_t span = c->now - c->first;

	if (c->result.generations++ == 0)
		c->first = g->at;
	else if (c->result.generations % SOMETIMES == 0 && g->at <= c->now &&
		 g->at >= c->first && span > 0)
		progress(c,
			 RULES * PARTS + (int)((double)(g->at - c->first) /
					       (double)span * RULES * PARTS));
}

static bool check_one(void *who, const struct generation *g)
{
	struct check *c = who;

	progress_by_age(c, g);
	if (!strcmp(g->state, "held"))
		check_held(c, g);
	else
		check_settled(c, g);
	return !c->failed;
}

bool fsck(struct db *db, int64_t now_ms, const struct fsck_ear *ear,
	  struct fsck_result *result, struct fault *why)
{
	struct check c = { .db = db, .ear = ear, .now = now_ms, .why = why };

	for (int i = 0; i < RULES; i++) {
		progress(&c, i * PARTS);
		if (!ask(&c, (size_t)i))
			return false;
	}
	progress(&c, RULES * PARTS);
	if (!generation_each(db, check_one, &c, why) || c.failed)
		return false;
	progress(&c, STEPS);
	*result = c.result;
	return true;
}
