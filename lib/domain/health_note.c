/* The part of health.h that writes. */
#include "domain/health.h"

#include "base/scan.h"
#include "domain/histogram.h"
#include "store/sql.h"

#include <string.h>

static const int64_t minute_ms = 60000;

/* Which endpoint, and in which minute. */
struct note {
	struct db *db;
	const char *endpoint;
	int64_t minute;
	struct fault *why;
};

static bool count(const struct note *n, enum health_measure measure,
		  int64_t bucket)
{
	return db_do(n->db, n->why, SQL_HEALTH_COUNT, "tnnn", n->endpoint,
		     (int64_t)measure, n->minute, bucket);
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
static bool note_failures(struct note n, const struct settlement *s)
{
	struct arena *a;
	struct span root;
	struct scan_item item;
	bool ok = true;

	if (!s->failures ||
	    !scan_text(span_of(s->failures), SCAN_DEPTH, &root, NULL))
		return true;
	a = arena_new();
	for (struct scan_walk w = scan_walk(root);
	     ok && scan_next(&w, &item);) {
		struct span endpoint = scan_find(item.value, "endpoint");
		int64_t status = 0;

		n.endpoint = scan_string(a, endpoint).at;
		scan_int(scan_find(item.value, "status"), &status);
		ok = !n.endpoint ||
		     count(&n, HEALTH_OUTCOME, of_status(status));
	}
	arena_free(a);
	return ok;
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

static bool count_if(const struct note *n, enum health_measure measure,
		     int64_t value)
{
	return value < 0 || count(n, measure, histogram_bucket(value));
}

bool health_note(struct db *db, const struct settlement *s, struct fault *why)
{
	struct note n = { db, s->endpoint, s->at / minute_ms, why };
	enum health_outcome outcome;

	if (!s->endpoint) /* the catalogue knows none */
		return true;
	return note_failures(n, s) &&
	       (!outcome_of(s, &outcome) ||
		count(&n, HEALTH_OUTCOME, outcome)) &&
	       (s->outcome == OUTCOME_FAILED ||
		(count_if(&n, HEALTH_FIRST_TOKEN, first_token_ms(s)) &&
		 count_if(&n, HEALTH_SPEED, speed(s))));
}
