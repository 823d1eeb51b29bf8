#include "domain/report.h"

#include "base/keep.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct arena *arena;
	struct list list;
};

static bool continues(const struct list *list, const struct tally *tally)
{
	const struct tally *last = list->items;

	if (!list->count)
		return false;
	last += list->count - 1;
	return last->line == tally->line && last->start == tally->start;
}

static void read_one(void *who, const struct tally *tally)
{
	struct reading *r = who;
	struct tally *rows = r->list.items;

	if (continues(&r->list, tally))
		sums_add(&rows[r->list.count - 1].sums, &tally->sums);
	else
		*(struct tally *)list_add(&r->list, r->arena) = *tally;
}

bool report_read(struct db *db, struct arena *a,
		 const struct tally_query *query, struct report *report,
		 struct fault *why)
{
	struct reading r = { a, { .size = sizeof(struct tally) } };

	if (!tally_each(db, a, query, read_one, &r, why))
		return false;
	*report = (struct report){ r.list.items, r.list.count };
	return true;
}

int report_by_provider(const struct tally *a, const struct tally *b)
{
	return strcmp(a->provider, b->provider);
}

int report_by_model(const struct tally *a, const struct tally *b)
{
	int order = strcmp(a->model, b->model);

	return order ? order : strcmp(a->provider, b->provider);
}

int report_by_key(const struct tally *a, const struct tally *b)
{
	return strcmp(a->api_key, b->api_key);
}

int report_by_day(const struct tally *a, const struct tally *b)
{
	int order = (a->start < b->start) - (a->start > b->start);

	if (!order)
		order = strcmp(a->model, b->model);
	return order ? order : strcmp(a->endpoint, b->endpoint);
}

static int adapt(const void *a, const void *b, void *order)
{
	return (*(report_order **)order)(a, b);
}

void report_group(struct report *report, report_order *order)
{
	struct tally *rows = report->rows;
	size_t kept = 0;

	if (report->count)
		qsort_r(rows, report->count, sizeof(*rows), adapt, &order);
	for (size_t i = 0; i < report->count; i++)
		if (kept && order(&rows[kept - 1], &rows[i]) == 0)
			sums_add(&rows[kept - 1].sums, &rows[i].sums);
		else
			rows[kept++] = rows[i];
	report->count = kept;
}

static int by_charge(const void *left, const void *right)
{
	const struct tally *a = left, *b = right;
	int order = (a->sums.charge < b->sums.charge) -
		    (a->sums.charge > b->sums.charge);

	return order ? order
		     : (a->sums.requests < b->sums.requests) -
			       (a->sums.requests > b->sums.requests);
}

void report_rank(struct report *report)
{
	if (report->count)
		qsort(report->rows, report->count, sizeof(*report->rows),
		      by_charge);
}

struct sums report_total(const struct report *report)
{
	struct sums total = { 0 };

	for (size_t i = 0; i < report->count; i++)
		sums_add(&total, &report->rows[i].sums);
	return total;
}

/* LAST is where the last sums went: those of a line come in the order of time,
 * so that the next mostly go into the next point. */
struct series {
	struct point *points;
	size_t count, last;
};

static int by_start(const void *left, const void *right)
{
	const struct point *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

static struct point *point_at(const struct series *s, int64_t start)
{
	struct point key = { .start = start };

	for (size_t i = s->last; i < s->count && i < s->last + 2; i++)
		if (s->points[i].start == start)
			return &s->points[i];
	return bsearch(&key, s->points, s->count, sizeof(*s->points), by_start);
}

static void plot(void *who, const struct tally *tally)
{
	struct series *s = who;
	struct point *found = point_at(s, tally->start);

	if (!found)
		return;
	s->last = (size_t)(found - s->points);
	sums_add(&found->sums, &tally->sums);
}

bool report_points(struct db *db, struct arena *a, const struct tally_query *q,
		   struct point **points, size_t *count, struct fault *why)
{
	struct list list = { .size = sizeof(struct point) };
	struct series series;

	for (int64_t at = q->from; at < q->to; at = slot_next(q->slot, at)) {
		struct point *p = list_add(&list, a);

		p->start = slot_start(q->slot, at);
		if (list.count > POINTS_MOST)
			return fault_set(why, FAULT_BAD_REQUEST,
					 "granularity must be coarser, or the "
					 "time shorter: no more than %d points",
					 POINTS_MOST);
	}
	series = (struct series){ .points = list.items, .count = list.count };
	if (!tally_each_slot(db, q, plot, &series, why))
		return false;
	*points = series.points;
	*count = series.count;
	return true;
}
