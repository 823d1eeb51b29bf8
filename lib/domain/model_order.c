#include "domain/model_order.h"

#include "base/clock.h"
#include "domain/health.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

static const int64_t day_ms = 86400000;

static const struct {
	const char *name;
	enum model_order order;
} names[] = {
	{ "newest", ORDER_NEWEST },
	{ "pricing-low-to-high", ORDER_CHEAP },
	{ "pricing-high-to-low", ORDER_DEAR },
	{ "context-high-to-low", ORDER_CONTEXT },
	{ "throughput-high-to-low", ORDER_SPEED },
	{ "latency-low-to-high", ORDER_LATENCY },
	{ "top-weekly", ORDER_WEEKLY },
	{ "most-popular", ORDER_POPULAR },
	{ "intelligence-high-to-low", ORDER_RATING },
	{ "coding-high-to-low", ORDER_RATING },
	{ "agentic-high-to-low", ORDER_RATING },
	{ "design-arena-elo-high-to-low", ORDER_RATING },
};

bool model_order_read(const char *sort, enum model_order *order,
		      struct fault *why)
{
	if (!*sort) {
		*order = ORDER_NEWEST;
		return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, sort)) {
			*order = names[i].order;
			return true;
		}
	return fault_set(why, FAULT_BAD_REQUEST,
			 "sort: '%.64s' is not one of newest, most-popular, "
			 "top-weekly, pricing-low-to-high, "
			 "pricing-high-to-low, context-high-to-low, "
			 "throughput-high-to-low, latency-low-to-high, "
			 "intelligence-high-to-low, coding-high-to-low, "
			 "agentic-high-to-low, design-arena-elo-high-to-low",
			 sort);
}

bool model_order_is_live(enum model_order order)
{
	return order == ORDER_SPEED || order == ORDER_LATENCY ||
	       order == ORDER_WEEKLY || order == ORDER_POPULAR;
}

/* Smaller keys come first. */
static void know(struct choice *c, int64_t key)
{
	c->known = true;
	c->key = key;
}

static void know_fact(struct choice *c, enum model_order order)
{
	const int64_t *pico = c->first->price.pico;

	switch (order) {
	case ORDER_CHEAP:
		know(c, pico[PRICE_INPUT] + pico[PRICE_OUTPUT]);
		break;
	case ORDER_DEAR:
		know(c, -(pico[PRICE_INPUT] + pico[PRICE_OUTPUT]));
		break;
	case ORDER_CONTEXT:
		if (c->model->context)
			know(c, -c->model->context);
		break;
	default: break;
	}
}

static bool know_health(struct db *db, struct arena *a, enum model_order order,
			int64_t now_ms, struct choice *c, struct fault *why)
{
	bool speed = order == ORDER_SPEED;
	struct health_question question = {
		.endpoint = c->first->id,
		.measure = speed ? HEALTH_SPEED : HEALTH_FIRST_TOKEN,
		.now_ms = now_ms,
	};
	int64_t median;

	if (!health_median(db, a, &question, &median, why))
		return false;
	if (median >= 0)
		know(c, speed ? -median : median);
	return true;
}

static int by_id(const void *id, const void *choice)
{
	return strcmp(id, ((const struct choice *)choice)->model->id);
}

/* What everybody has asked in so many days, today among them.
 * The choices are still in the catalogue's order. */
static bool know_popularity(struct db *db, enum model_order order,
			    int64_t now_ms, struct choices *choices,
			    struct fault *why)
{
	enum { WEEK = 7, MONTH = 30, REQUESTS = 1, TOKENS = 2 };
	bool weekly = order == ORDER_WEEKLY;
	int64_t days = weekly ? WEEK : MONTH;
	struct rows *rows =
		db_ask(db, SQL_MODEL_POPULARITY, "n",
		       clock_day_start(now_ms) - (days - 1) * day_ms);

	while (rows_next(rows)) {
		struct choice *c =
			bsearch(rows_text(rows, 0), choices->items,
				choices->count, sizeof(*choices->items), by_id);

		if (c)
			know(c, -rows_number(rows, weekly ? TOKENS : REQUESTS));
	}
	return rows_end(rows, why);
}

static int three_ways(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_key(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	int order = y->known - x->known;

	if (!order && x->known)
		order = three_ways(x->key, y->key);
	if (!order)
		order = three_ways(y->model->released_at,
				   x->model->released_at);
	return order ? order : strcmp(x->model->id, y->model->id);
}

bool model_order_sort(struct db *db, struct arena *a, enum model_order order,
		      int64_t now_ms, struct choices *choices,
		      struct fault *why)
{
	bool health = order == ORDER_SPEED || order == ORDER_LATENCY;
	bool popularity = order == ORDER_WEEKLY || order == ORDER_POPULAR;

	if (popularity && choices->count &&
	    !know_popularity(db, order, now_ms, choices, why))
		return false;
	for (size_t i = 0; i < choices->count; i++) {
		know_fact(&choices->items[i], order);
		if (health &&
		    !know_health(db, a, order, now_ms, &choices->items[i], why))
			return false;
	}
	if (choices->count)
		qsort(choices->items, choices->count, sizeof(*choices->items),
		      by_key);
	return true;
}
