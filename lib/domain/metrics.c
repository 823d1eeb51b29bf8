#include "domain/metrics.h"

#include "base/clock.h"
#include "store/sql.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t day_ms = 86400000;

enum { OPEN_DAYS = 2, BOOK_ROOM = 128 };

struct metrics_memory {
	pthread_mutex_t lock;
	struct arena *arena; /* NULL: nothing is remembered */
	int64_t before;	     /* a day's beginning */
	struct list usage;   /* of the days before */
};

struct metrics_memory *metrics_memory_new(void)
{
	struct metrics_memory *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	pthread_mutex_init(&m->lock, NULL);
	return m;
}

void metrics_memory_free(struct metrics_memory *m)
{
	if (!m)
		return;
	if (m->arena)
		arena_free(m->arena);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

/* ------------------------------------------------------------------ usage */

struct days {
	int64_t from, to;
};

static struct metrics_usage usage_of(struct arena *a, struct rows *rows)
{
	return (struct metrics_usage){
		.model = keep(a, rows_text(rows, 0)),
		.provider = keep(a, rows_text(rows, 1)),
		.first = rows_number(rows, 2),
		.requests = rows_number(rows, 3),
		.failed = rows_number(rows, 4),
		.prompt = rows_number(rows, 5),
		.cached = rows_number(rows, 6),
		.completion = rows_number(rows, 7),
		.reasoning = rows_number(rows, 8),
		.charge = rows_number(rows, 9),
		.cost = rows_number(rows, 10),
	};
}

static bool read_days(struct db *db, struct arena *a, const char *account,
		      struct days days, struct list *usage, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_METRICS_USAGE, "tnn", account,
				   days.from, days.to);

	*usage = (struct list){ .size = sizeof(struct metrics_usage) };
	while (rows_next(rows))
		*(struct metrics_usage *)list_add(usage, a) = usage_of(a, rows);
	return rows_end(rows, why);
}

static void sum(struct metrics_usage *to, const struct metrics_usage *from)
{
	if (from->first < to->first)
		to->first = from->first;
	to->requests += from->requests;
	to->failed += from->failed;
	to->prompt += from->prompt;
	to->cached += from->cached;
	to->completion += from->completion;
	to->reasoning += from->reasoning;
	to->charge += from->charge;
	to->cost += from->cost;
}

static bool same(const struct metrics_usage *a, const struct metrics_usage *b)
{
	return !strcmp(a->model, b->model) && !strcmp(a->provider, b->provider);
}

/* Each of FROM joins its like in TO, or is new there. */
static void join(struct arena *a, struct list *to, const struct list *from)
{
	const struct metrics_usage *more = from->items;

	for (size_t i = 0; i < from->count; i++) {
		struct metrics_usage *all = to->items;
		size_t at = 0;

		while (at < to->count && !same(&all[at], &more[i]))
			at++;
		if (at < to->count) {
			sum(&all[at], &more[i]);
			continue;
		}
		all = list_add(to, a);
		*all = more[i];
		all->model = keep(a, more[i].model);
		all->provider = keep(a, more[i].provider);
	}
}

static bool remember(struct db *db, struct metrics_memory *m, int64_t before,
		     struct fault *why)
{
	struct arena *a;
	struct list usage;

	if (m->arena && m->before == before)
		return true;
	a = arena_new();
	if (!read_days(db, a, NULL, (struct days){ 0, before }, &usage, why)) {
		arena_free(a);
		return false;
	}
	if (m->arena)
		arena_free(m->arena);
	m->arena = a;
	m->before = before;
	m->usage = usage;
	return true;
}

/* Add the days before BEFORE. */
static bool add_old(struct db *db, struct arena *a, struct metrics_memory *m,
		    int64_t before, struct list *usage, struct fault *why)
{
	bool ok;

	pthread_mutex_lock(&m->lock);
	ok = remember(db, m, before, why);
	if (ok)
		join(a, usage, &m->usage);
	pthread_mutex_unlock(&m->lock);
	return ok;
}

static int by_first(const void *a, const void *b)
{
	const struct metrics_usage *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* What comes behind the first MOST is "other". */
static void bound_names(struct list *usage, int64_t most)
{
	struct metrics_usage *all = usage->items;
	size_t kept = 0;

	if (usage->count)
		qsort(all, usage->count, sizeof(*all), by_first);
	for (size_t i = 0; i < usage->count; i++) {
		size_t at = 0;

		if ((int64_t)i >= most)
			all[i].model = all[i].provider = "other";
		while (at < kept && !same(&all[at], &all[i]))
			at++;
		if (at < kept)
			sum(&all[at], &all[i]);
		else
			all[kept++] = all[i];
	}
	usage->count = kept;
}

static bool read_usage(struct db *db, struct arena *a,
		       struct metrics_memory *memory,
		       const struct metrics_scope *scope, struct list *usage,
		       struct fault *why)
{
	int64_t open = scope->account ? 0
				      : clock_day_start(scope->now_ms) -
						OPEN_DAYS * day_ms;

	if (!read_days(db, a, scope->account, (struct days){ open, INT64_MAX },
		       usage, why) ||
	    (open && !add_old(db, a, memory, open, usage, why)))
		return false;
	bound_names(usage, scope->labels);
	return true;
}

/* ----------------------------------------------------------- all the rest */

static bool read_health(struct db *db, struct arena *a, struct list *health,
			struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_METRICS_HEALTH, "");

	while (rows_next(rows))
		*(struct metrics_health *)list_add(health,
						   a) = (struct metrics_health){
			.provider = keep(a, rows_text(rows, 0)),
			.measure = (enum health_measure)rows_number(rows, 1),
			.bucket = rows_number(rows, 2),
			.count = rows_number(rows, 3),
		};
	return rows_end(rows, why);
}

static bool read_open(struct db *db, const char *account,
		      struct metrics *metrics, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_METRICS_OPEN, "t", account);

	if (rows_next(rows)) {
		metrics->open = rows_number(rows, 0);
		metrics->oldest_at = rows_number(rows, 1);
	}
	return rows_end(rows, why);
}

/* All books of credit lie between these two names. */
static bool read_credit(struct db *db, const char *account,
			struct metrics *metrics, struct fault *why)
{
	char first[BOOK_ROOM] = "credit:", last[BOOK_ROOM] = "credit;";
	struct rows *rows;

	if (account) {
		snprintf(first, sizeof(first), "credit:%s", account);
		snprintf(last, sizeof(last), "credit:%s", account);
	}
	rows = db_ask(db, SQL_METRICS_CREDIT, "tt", first, last);
	if (rows_next(rows)) {
		metrics->credit = rows_number(rows, 0);
		metrics->held = rows_number(rows, 1);
	}
	return rows_end(rows, why);
}

static bool read_overrun(struct db *db, struct metrics *metrics,
			 struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_METRICS_OVERRUN, "");

	if (rows_next(rows))
		metrics->overrun = rows_number(rows, 0);
	return rows_end(rows, why);
}

bool metrics_read(struct db *db, struct arena *a, struct metrics_memory *memory,
		  const struct metrics_scope *scope, struct metrics *metrics,
		  struct fault *why)
{
	struct metrics found = {
		.health = { .size = sizeof(struct metrics_health) },
	};

	if (!read_usage(db, a, memory, scope, &found.usage, why) ||
	    !read_open(db, scope->account, &found, why) ||
	    !read_credit(db, scope->account, &found, why) ||
	    (!scope->account && (!read_health(db, a, &found.health, why) ||
				 !read_overrun(db, &found, why))))
		return false;
	*metrics = found;
	return true;
}
