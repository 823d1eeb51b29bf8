#include "domain/health.h"

#include "base/keep.h"
#include "domain/histogram.h"
#include "store/sql.h"

static const int64_t minute_ms = 60000;

/* In minutes, but for the last. LATE: a settlement is committed no later. */
enum { HOUR = 60, DAY = 24 * HOUR, KEPT = 2 * DAY, LATE = 10, ENOUGH = 100 };

static const int64_t windows[HEALTH_WINDOWS] = {
	[HEALTH_5_MINUTES] = 5,
	[HEALTH_30_MINUTES] = 30,
	[HEALTH_DAY] = DAY,
};

static bool is_failure(int64_t outcome)
{
	return outcome >= HEALTH_SERVER && outcome <= HEALTH_MISSING;
}

static bool read_outcomes(struct db *db, const char *endpoint, int64_t now,
			  struct health *health, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_HEALTH_OUTCOMES, "nnnt",
				   now - windows[HEALTH_5_MINUTES],
				   now - windows[HEALTH_30_MINUTES],
				   now - windows[HEALTH_DAY], endpoint);

	while (rows_next(rows)) {
		int64_t outcome = rows_number(rows, 0);

		for (int w = 0; w < HEALTH_WINDOWS; w++)
			if (outcome == HEALTH_OK)
				health->ok[w] += rows_number(rows, 1 + w);
			else if (is_failure(outcome))
				health->failed[w] += rows_number(rows, 1 + w);
	}
	return rows_end(rows, why);
}

static bool read_histogram(struct db *db, struct arena *a,
			   const struct health_question *q,
			   struct list *histogram, struct fault *why)
{
	struct rows *rows =
		db_ask(db, SQL_HEALTH_HISTOGRAM, "tnn", q->endpoint,
		       (int64_t)q->measure,
		       q->now_ms / minute_ms - windows[HEALTH_30_MINUTES]);

	*histogram = (struct list){ .size = sizeof(struct histogram_row) };
	while (rows_next(rows))
		*(struct histogram_row *)list_add(histogram, a) =
			(struct histogram_row){ rows_number(rows, 0),
						rows_number(rows, 1) };
	return rows_end(rows, why);
}

static int64_t percentile(const struct list *histogram, int percent)
{
	return histogram_percentile(histogram->items, histogram->count,
				    percent);
}

static struct percentiles rising(const struct list *histogram)
{
	if (!histogram->count)
		return (struct percentiles){ 0 };
	return (struct percentiles){ true, percentile(histogram, 50),
				     percentile(histogram, 75),
				     percentile(histogram, 90),
				     percentile(histogram, 99) };
}

static struct percentiles falling(const struct list *histogram)
{
	if (!histogram->count)
		return (struct percentiles){ 0 };
	return (struct percentiles){ true, percentile(histogram, 50),
				     percentile(histogram, 25),
				     percentile(histogram, 10),
				     percentile(histogram, 1) };
}

bool health_read(struct db *db, struct arena *a, const char *endpoint,
		 int64_t now_ms, struct health *health, struct fault *why)
{
	struct health_question times = { endpoint, HEALTH_FIRST_TOKEN, now_ms };
	struct health_question speeds = { endpoint, HEALTH_SPEED, now_ms };
	struct list first_token, speed;
	struct health found = { 0 };

	if (!read_outcomes(db, endpoint, now_ms / minute_ms, &found, why) ||
	    !read_histogram(db, a, &times, &first_token, why) ||
	    !read_histogram(db, a, &speeds, &speed, why))
		return false;
	found.first_token = rising(&first_token);
	found.speed = falling(&speed);
	*health = found;
	return true;
}

bool health_median(struct db *db, struct arena *a,
		   const struct health_question *question, int64_t *median,
		   struct fault *why)
{
	struct list histogram;

	if (!read_histogram(db, a, question, &histogram, why))
		return false;
	*median = histogram.count ? percentile(&histogram, 50) : -1;
	return true;
}

int64_t health_uptime(const struct health *health, enum health_window window)
{
	int64_t all = health->ok[window] + health->failed[window];

	return all ? (10000 * health->ok[window] + all / 2) / all : -1;
}

int health_status(const struct health *h)
{
	int64_t up = health_uptime(h, HEALTH_30_MINUTES);
	int64_t asked = h->ok[HEALTH_30_MINUTES] + h->failed[HEALTH_30_MINUTES];

	if (asked < ENOUGH || up >= 9500)
		return 0;
	return up >= 8000 ? -1 : -2;
}

static bool fold(struct db *db, int64_t now, struct fault *why)
{
	int64_t before = now - LATE;

	return db_do(db, why, SQL_HEALTH_FOLD, "n", before) &&
	       db_do(db, why, SQL_HEALTH_FOLDED, "nn", before, now + HOUR);
}

bool health_clean(struct db *db, void *cleaning, struct fault *why)
{
	struct health_cleaning *c = cleaning;

	int64_t now = c->now_ms / minute_ms;

	if (!fold(db, now, why) ||
	    !db_do(db, why, SQL_HEALTH_CLEAN, "n", now - KEPT))
		return false;
	c->rows = db_changed(db);
	return true;
}
