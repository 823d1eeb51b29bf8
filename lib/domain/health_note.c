/* The part of health.h that writes. */
#include "domain/health.h"

#include "base/scan.h"
#include "domain/histogram.h"
#include "store/later.h"
#include "store/sql.h"

#include <string.h>

static const int64_t minute_ms = 60000;

/* Which endpoint, and in which minute. */
struct note {
	struct db *db;
	const char *endpoint;
	int64_t minute;
};

static bool write_count(struct db *db, const struct addition *sum,
			struct fault *why)
{
	return db_do(db, why, SQL_HEALTH_COUNT, "tnnnn", sum->texts[0],
		     sum->places[0], sum->places[1], sum->places[2],
		     sum->numbers[0]);
}

static void count(const struct note *n, enum health_measure measure,
		  int64_t bucket)
{
	later_add(n->db,
		  &(struct addition){ .write = write_count,
				      .texts = { n->endpoint },
				      .places = { measure, n->minute, bucket },
				      .numbers = { 1 } });
}

/* STATUS is a failed attempt's; 0 when the provider sent none. */
static enum health_outcome of_status(int64_t status)
{
	switch (status) {
	case 0: return HEALTH_SILENT;
	case 401:
	case 402: return HEALTH_CREDENTIAL;
	case 403: return HEALTH_FORBIDDEN;
	case 404: return HEALTH_MISSING;
	case 429: return HEALTH_LIMITED;
	default: break;
	}
	if (status < 400)
		return HEALTH_BROKEN;
	return status < 500 ? HEALTH_REQUEST : HEALTH_SERVER;
}

/* The attempts that failed before any content, as relay/failure.c tells them.
 */
static void note_failures(struct note n, const struct settlement *s)
{
	struct arena *a;
	struct span root;
	struct scan_item item;

	if (!s->failures ||
	    !scan_text(span_of(s->failures), SCAN_DEPTH, &root, NULL))
		return;
	a = arena_new();
	for (struct scan_walk w = scan_walk(root); scan_next(&w, &item);) {
		struct span endpoint = scan_find(item.value, "endpoint");
		int64_t status = 0;

		n.endpoint = scan_string(a, endpoint).at;
		scan_int(scan_find(item.value, "status"), &status);
		if (n.endpoint)
			count(&n, HEALTH_OUTCOME, of_status(status));
	}
	arena_free(a);
}

/* What the endpoint that the client was told about came to; false when that
 * says nothing of it, or stands among the failures. */
static bool outcome_of(const struct settlement *s, enum health_outcome *outcome)
{
	bool error = s->finish && !strcmp(s->finish, "error");
	bool ended = s->finish && !error;

	*outcome = error ? HEALTH_BROKEN : HEALTH_OK;
	switch (s->outcome) {
	case OUTCOME_ANSWERED: return true;
	case OUTCOME_CUT: return error || ended;
	case OUTCOME_FAILED:
	case OUTCOME_CANCELLED:
	case OUTCOME_SWEPT: return false;
	}
	return false;
}

/* How long the endpoint itself took, of all that the client waited. */
static int64_t taken_ms(const struct settlement *s)
{
	return s->attempt_ms > 0 && s->attempt_ms <= s->total_ms ? s->attempt_ms
								 : s->total_ms;
}

static int64_t first_token_ms(const struct settlement *s)
{
	int64_t before = s->total_ms - taken_ms(s);

	if (s->first_token_ms < 0)
		return -1;
	return s->first_token_ms > before ? s->first_token_ms - before : 0;
}

/* In hundredths of a token per second; -1 where that would say nothing. */
static int64_t speed(const struct settlement *s)
{
	int64_t tokens = tokens_completion(&s->tokens), ms = taken_ms(s);

	if (s->outcome != OUTCOME_ANSWERED || s->estimated || tokens <= 0 ||
	    ms <= 0 || tokens > INT64_MAX / 100000)
		return -1;
	return tokens * 100000 / ms;
}

static void count_if(const struct note *n, enum health_measure measure,
		     int64_t value)
{
	if (value >= 0)
		count(n, measure, histogram_bucket(value));
}

void health_note(struct db *db, const struct settlement *s)
{
	struct note n = { db, s->endpoint, s->at / minute_ms };
	enum health_outcome outcome;

	if (!s->endpoint) /* the catalogue knows none */
		return;
	note_failures(n, s);
	if (outcome_of(s, &outcome))
		count(&n, HEALTH_OUTCOME, outcome);
	if (s->outcome == OUTCOME_FAILED)
		return;
	count_if(&n, HEALTH_FIRST_TOKEN, first_token_ms(s));
	count_if(&n, HEALTH_SPEED, speed(s));
}
