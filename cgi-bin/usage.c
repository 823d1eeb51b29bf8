/*
 * usage - what was asked, and what it cost
 *
 *	GET /generation?id=    one request's record
 *	GET /activity          one after the other, or by the day
 *	GET /usage/summary     sums of a period, by provider, model and key
 *	GET /usage/timeseries  the same by the hour, day or month
 *
 * The last two also under /api, where ARouter's own clients look for them. Any
 * key sees what its account did, and nobody else's.
 */
#include "base/money_json.h"
#include "domain/generation_json.h"
#include "domain/key.h"
#include "domain/report_json.h"
#include "http/activity_page.h"
#include "http/activity_query.h"
#include "http/page.h"
#include "http/serve.h"
#include "store/store.h"

#include <string.h>

static bool find(struct exchange *x, struct db *db, const char *id,
		 json_t **json, struct fault *why)
{
	struct price price = { 0 };
	struct provider_names names;
	struct generation g;

	if (!generation_find(db, x->arena, id, x->key->account, &g, why))
		return false;
	if (strcmp(g.state, "settled") != 0)
		return fault_set(why, FAULT_NOT_FOUND,
				 "generation '%.100s' is still under way", id);
	if ((g.price && !price_find(db, g.price, &price, why)) ||
	    !provider_names_read(db, x->arena, &names, why))
		return false;
	*json = generation_json(&g, &price, &names);
	return true;
}

static bool generation(struct exchange *x, struct fault *why)
{
	const char *id = page_text(x, "id", NULL);
	json_t *json = NULL;
	struct db *db;
	bool ok;

	if (!id)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "id must be a generation's: ?id=gen-...");
	db = store_borrow(x->suite->store, why);
	ok = db && find(x, db, id, &json, why);
	store_return(x->suite->store, db);
	return ok && exchange_json(x, 200, json, why);
}

/* How finely; SLOT_ALL is never wished for. */
static bool read_slot(struct exchange *x, enum slot *slot, struct fault *why)
{
	static const char *const names[] = { "hourly", "daily", "monthly",
					     NULL };
	static const enum slot slots[] = { SLOT_HOUR, SLOT_DAY, SLOT_MONTH };
	const char *granularity = "daily";

	if (!page_choice(x, "granularity", names, &granularity, why))
		return false;
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], granularity))
			*slot = slots[i];
	return true;
}

static bool send(struct exchange *x, const struct activity_query *q,
		 json_t *json, struct fault *why)
{
	json_object_set_new(json, "start_time", time_json(q->from));
	json_object_set_new(json, "end_time", time_json(q->to));
	return exchange_json(x, 200, json, why);
}

static bool summary(struct exchange *x, struct fault *why)
{
	struct tally_query tallies;
	struct activity_query q;
	struct report report = { 0 };
	enum slot unused;
	struct db *db;

	if (!read_slot(x, &unused, why) || !activity_read(x, &q, why))
		return false;
	db = activity_look(x, &q, why);
	return db &&
	       activity_look_away(
		       x, db,
		       activity_tallies(&q, SLOT_ALL, &tallies, why) &&
			       report_read(db, x->arena, &tallies, &report,
					   why),
		       why) &&
	       send(x, &q, report_summary_json(x->arena, &report), why);
}

static bool timeseries(struct exchange *x, struct fault *why)
{
	struct tally_query tallies;
	struct activity_query q;
	struct point *points = NULL;
	enum slot slot = SLOT_DAY;
	struct db *db;
	size_t count = 0;

	if (!read_slot(x, &slot, why) || !activity_read(x, &q, why))
		return false;
	db = activity_look(x, &q, why);
	return db &&
	       activity_look_away(x, db,
				  activity_tallies(&q, slot, &tallies, why) &&
					  report_points(db, x->arena, &tallies,
							&points, &count, why),
				  why) &&
	       send(x, &q,
		    json_pack("{s:o}", "data_points",
			      report_points_json(points, count)),
		    why);
}

static const struct route routes[] = {
	{ "GET", "/generation", generation, NEED_KEY },
	{ "GET", "/activity", activity_page, NEED_KEY },
	{ "GET", "/usage/summary", summary, NEED_KEY },
	{ "GET", "/usage/timeseries", timeseries, NEED_KEY },
	{ "GET", "/api/usage/summary", summary, NEED_KEY },
	{ "GET", "/api/usage/timeseries", timeseries, NEED_KEY },
	{ 0 },
};

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "usage", .routes = routes },
		     argc, argv);
}
