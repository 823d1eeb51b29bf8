#include "domain/activity.h"

#include "base/keep.h"
#include "domain/tally.h"
#include "store/sql.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char newest[] = "~"; /* behind every id */

static bool first_text(struct rows *rows, struct arena *a, const char **text,
		       struct fault *why)
{
	const char *found =
		rows_next(rows) ? keep(a, rows_text(rows, 0)) : NULL;

	if (!rows_end(rows, why))
		return false;
	*text = found ? found : *text;
	return true;
}

static bool resolve_key(struct db *db, struct arena *a,
			const struct activity_query *q, struct fault *why)
{
	struct rows *rows =
		db_ask(db, SQL_ACTIVITY_KEY, "tt", q->key, q->account);
	const char *found = NULL;

	return first_text(rows, a, &found, why) &&
	       (found ||
		fault_set(why, FAULT_NOT_FOUND, "no key '%.100s'", q->key));
}

bool activity_resolve(struct db *db, struct arena *a, struct activity_query *q,
		      struct fault *why)
{
	return (!q->key || resolve_key(db, a, q, why)) &&
	       (!q->model ||
		first_text(db_ask(db, SQL_ACTIVITY_MODEL, "t", q->model), a,
			   &q->model, why)) &&
	       (!q->provider ||
		first_text(db_ask(db, SQL_ACTIVITY_PROVIDER, "t", q->provider),
			   a, &q->provider, why));
}

static void add_total(void *who, const struct tally *tally)
{
	*(int64_t *)who += tally->sums.requests;
}

/* The days or hours that have any, in no order. */
struct finding {
	struct arena *arena;
	const struct tally_query *query;
	struct list list;
	int64_t total;
};

static void find_slot(void *who, const struct tally *tally)
{
	struct finding *f = who;
	int64_t from = tally->start, next = slot_next(f->query->slot, from);
	struct stretch *s = list_add(&f->list, f->arena);

	*s = (struct stretch){
		.from = from > f->query->from ? from : f->query->from,
		.until = (next < f->query->to ? next : f->query->to) - 1,
		.count = tally->sums.requests,
	};
	f->total += s->count;
}

static int later_first(const void *left, const void *right)
{
	const struct stretch *a = left, *b = right;

	return (a->from < b->from) - (a->from > b->from);
}

/* Sort, and put together what is of the same slot. */
static size_t merge(struct stretch *all, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(all, count, sizeof(*all), later_first);
	for (size_t i = 0; i < count; i++)
		if (kept && all[kept - 1].from == all[i].from)
			all[kept - 1].count += all[i].count;
		else
			all[kept++] = all[i];
	return kept;
}

static struct tally_query tallies_of(const struct activity_query *q,
				     enum slot slot)
{
	return (struct tally_query){
		.account = q->account,
		.from = q->from,
		.to = q->to,
		.key = q->key,
		.model = q->model,
		.provider = q->provider,
		.slot = slot,
	};
}

static bool open_days(struct db *db, struct activity *activity,
		      struct fault *why)
{
	struct tally_query daily = tallies_of(&activity->query, SLOT_DAY);
	struct finding f = { .arena = activity->arena,
			     .query = &daily,
			     .list = { .size = sizeof(struct stretch) } };

	if (!tally_each_slot(db, &daily, find_slot, &f, why))
		return false;
	activity->stretches = f.list.items;
	activity->left = merge(activity->stretches, f.list.count);
	activity->total = f.total;
	return true;
}

/* Is it a day, of which nothing has been read yet? */
static bool is_folded(const struct stretch *s)
{
	return s->count >= 0 && slot_start(SLOT_HOUR, s->from) !=
					slot_start(SLOT_HOUR, s->until);
}

/* Put its hours in the place of the first stretch. */
static bool unfold(struct db *db, struct activity *at, struct fault *why)
{
	struct tally_query hourly = tallies_of(&at->query, SLOT_HOUR);
	struct finding f = { .arena = at->arena,
			     .query = &hourly,
			     .list = { .size = sizeof(struct stretch) } };
	struct stretch *all;
	size_t hours;

	hourly.from = at->stretches->from;
	hourly.to = at->stretches->until + 1;
	if (!tally_each_slot(db, &hourly, find_slot, &f, why))
		return false;
	hours = merge(f.list.items, f.list.count);
	all = arena_take(at->arena, (hours + at->left) * sizeof(*all));
	if (hours)
		memcpy(all, f.list.items, hours * sizeof(*all));
	memcpy(all + hours, at->stretches + 1, (at->left - 1) * sizeof(*all));
	at->stretches = all;
	at->left += hours - 1;
	return true;
}

static void open_whole(struct activity *activity)
{
	struct stretch *s = arena_take(activity->arena, sizeof(*s));

	*s = (struct stretch){ activity->query.from, activity->query.to - 1,
			       -1 };
	activity->stretches = s;
	activity->left = 1;
}

bool activity_open(struct db *db, struct arena *a,
		   const struct activity_query *q, int64_t skip,
		   struct activity *activity, struct fault *why)
{
	struct tally_query tallies = tallies_of(q, SLOT_ALL);

	*activity = (struct activity){
		.arena = a,
		.query = *q,
		.skip = skip,
	};
	memcpy(activity->before, newest, sizeof(newest));
	if (q->user || q->app) {
		activity->total = -1;
		open_whole(activity);
		return true;
	}
	if (skip || q->key || q->model || q->provider)
		return open_days(db, activity, why);
	open_whole(activity);
	return tally_each_slot(db, &tallies, add_total, &activity->total, why);
}

static struct rows *ask(struct db *db, const struct activity *at, size_t most)
{
	const struct activity_query *q = &at->query;
	const struct stretch *s = at->stretches;

	if (q->user)
		return db_ask(db, SQL_ACTIVITY_BY_USER,
			      "tnntttt"
			      "ttnn",
			      q->account, s->from, s->until, at->before, q->key,
			      q->model, q->provider, q->user, q->app,
			      (int64_t)most, at->skip);
	if (q->app)
		return db_ask(db, SQL_ACTIVITY_BY_APP,
			      "tnntttt"
			      "tnn",
			      q->account, s->from, s->until, at->before, q->key,
			      q->model, q->provider, q->app, (int64_t)most,
			      at->skip);
	return db_ask(db, SQL_ACTIVITY_BY_TIME, "tnnttttnn", q->account,
		      s->from, s->until, at->before, q->key, q->model,
		      q->provider, (int64_t)most, at->skip);
}

static void next_stretch(struct activity *at)
{
	at->stretches++;
	at->left--;
	memcpy(at->before, newest, sizeof(newest));
}

/* Go past whole stretches that are to be skipped. */
static void pass(struct activity *at)
{
	while (at->left && at->skip && at->stretches->count >= 0 &&
	       at->stretches->count <= at->skip) {
		at->skip -= at->stretches->count;
		next_stretch(at);
	}
}

/* The ids of the next in the first stretch, at most MOST. */
static bool gather(struct db *db, struct arena *a, struct activity *at,
		   size_t most, struct list *ids, struct fault *why)
{
	struct rows *rows = ask(db, at, most);
	size_t had = ids->count;

	while (rows_next(rows)) {
		const char *id = rows_text(rows, 0);

		*(const char **)list_add(ids, a) = keep(a, id);
		assert(strlen(id) < sizeof(at->before));
		snprintf(at->before, sizeof(at->before), "%s", id);
		at->stretches->until = rows_number(rows, 1);
	}
	if (!rows_end(rows, why))
		return false;
	at->skip = 0;
	if (ids->count - had < most)
		next_stretch(at);
	return true;
}

static bool find_all(struct db *db, struct arena *a, const char *account,
		     const struct list *ids, struct generation *found,
		     struct fault *why)
{
	for (size_t i = 0; i < ids->count; i++)
		if (!generation_find(db, a, ((const char **)ids->items)[i],
				     account, &found[i], why))
			return false;
	return true;
}

/* Go on in the first stretch: to its hours, or into them. */
static bool step(struct db *db, struct arena *a, struct activity *at,
		 size_t most, struct list *ids, struct fault *why)
{
	if (is_folded(at->stretches))
		return unfold(db, at, why);
	return gather(db, a, at, most, ids, why);
}

bool activity_next(struct db *db, struct arena *a, struct activity *at,
		   size_t most, struct activity_list *next, struct fault *why)
{
	struct list ids = { .size = sizeof(const char *) };
	struct generation *found;

	for (pass(at); at->left && ids.count < most; pass(at))
		if (!step(db, a, at, most - ids.count, &ids, why))
			return false;
	found = arena_take(a, (ids.count + 1) * sizeof(*found));
	if (!find_all(db, a, at->query.account, &ids, found, why))
		return false;
	*next = (struct activity_list){ found, ids.count };
	return true;
}
