#include "domain/sweep.h"

#include "base/keep.h"
#include "domain/generation.h"
#include "domain/holder.h"
#include "domain/ledger.h"
#include "domain/price.h"
#include "store/sql.h"

static bool holders(struct db *db, struct arena *a, struct list *found,
		    struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_GENERATION_HOLDERS, "");

	while (rows_next(rows))
		*(const char **)list_add(found, a) =
			keep(a, rows_text(rows, 0));
	return rows_end(rows, why);
}

struct job {
	struct arena *arena;
	const char *holder;
	enum holder_state state;
	int64_t now;
	struct swept swept; /* what came of it */
};

static bool settle(struct db *db, struct job *job, const struct generation *g,
		   struct fault *why)
{
	struct price price = { 0 };
	struct settlement s = {
		.generation = g->id,
		.account = g->account,
		.key = g->api_key,
		.model = g->model,
		.endpoint = *g->endpoint ? g->endpoint : NULL,
		.provider = g->provider,
		.price = g->price,
		.outcome = OUTCOME_SWEPT,
		.tokens = { .fresh = g->prompt_estimate,
			    .output = g->output_known },
		.estimated = true,
		.error = "the process that served this request died",
		.at = job->now,
		.first_token_ms = -1,
		.total_ms = -1,
	};

	if (g->price && !price_find(db, g->price, &price, why))
		return false;
	s.cost = price_charge(&price, &s.tokens);
	if (s.cost > g->held)
		s.cost = g->held;
	if (!ledger_settle(db, &s, why))
		return false;
	job->swept.generations++;
	job->swept.freed += g->held - s.charge;
	return true;
}

static bool sweep_holder(struct db *db, void *what, struct fault *why)
{
	struct job *job = what;
	struct generation *list;
	size_t count;

	job->swept = (struct swept){ 0 };
	if (!generation_held(db, job->arena, job->holder, &list, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		if ((job->state == HOLDER_DEAD ||
		     list[i].expires_at < job->now) &&
		    !settle(db, job, &list[i], why))
			return false;
	return true;
}

bool sweep(struct store *store, struct arena *a, int64_t now_ms,
	   struct swept *swept, struct fault *why)
{
	struct list found = { .size = sizeof(const char *) };
	struct db *db = store_borrow(store, why);
	struct swept done = { 0 };
	bool ok;

	if (!db)
		return false;
	ok = holders(db, a, &found, why);
	store_return(store, db);
	for (size_t i = 0; ok && i < found.count; i++) {
		struct job job = { .arena = a,
				   .holder = ((const char **)found.items)[i],
				   .now = now_ms };

		job.state = holder_state(job.holder);
		if (job.state == HOLDER_ALIVE)
			continue;
		done.holders++;
		ok = store_commit(store, sweep_holder, &job, why);
		done.generations += job.swept.generations;
		done.freed += job.swept.freed;
	}
	if (ok && swept)
		*swept = done;
	return ok;
}
