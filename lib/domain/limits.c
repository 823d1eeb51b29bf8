#include "domain/limits.h"

#include "domain/limits_work.h"

#include <stddef.h>

/* An answer without a bound needs so much of a limit: a tenth. */
enum { USEFUL_SHARE = 10 };

struct limits limits_from_row(struct rows *rows, int column)
{
	struct limit all[LIMITS_COLUMNS];

	for (int i = 0; i < LIMITS_COLUMNS; i++)
		all[i] = (struct limit){ !rows_null(rows, column + i),
					 rows_number(rows, column + i) };
	return (struct limits){ all[0], all[1], all[2] };
}

const int64_t *limit_value(const struct limit *limit)
{
	return limit->set ? &limit->most : NULL;
}

static struct quota quota(int64_t limit, int64_t remaining, int64_t reset_ms)
{
	return (struct quota){ true, limit, remaining > 0 ? remaining : 0,
			       reset_ms / 1000 };
}

/* Tell the one of which the least is left; of two the one that takes longer. */
static void tell(struct demand *d, struct quota q)
{
	if (!d->quota.set || q.remaining < d->quota.remaining ||
	    (q.remaining == d->quota.remaining && q.reset > d->quota.reset))
		d->quota = q;
}

static bool holds(struct demand *d, const struct bound *b, struct fault *why)
{
	struct quota q = quota(b->most, b->most - b->used, b->reset_ms);

	if (b->used > b->most) {
		d->quota = q;
		return limits_refuse(d, b, why);
	}
	tell(d, q);
	return true;
}

bool limits_check(struct demand *d, enum whose whose,
		  const struct limits *limits, const struct rate *rate,
		  struct fault *why)
{
	const struct limit *minute = &limits->requests_per_minute;
	const struct limit *day = &limits->requests_per_day;
	struct bound by_day = { .whose = whose,
				.kind = BOUND_DAY,
				.most = day->most,
				.used = rate->day_requests,
				.reset_ms = rate_end(rate->at, RATE_DAY_MS) };
	struct bound by_minute = { .whose = whose,
				   .kind = BOUND_MINUTE,
				   .most = minute->most,
				   .used = rate->minute_requests,
				   .reset_ms =
					   rate_end(rate->at, RATE_MINUTE_MS) };

	return (!day->set || holds(d, &by_day, why)) &&
	       (!minute->set || holds(d, &by_minute, why));
}

/* ----------------------------------------------------------------- tokens */

/* Whoever has a limit of tokens. */
struct payer {
	enum whose whose;
	int64_t most;
	const struct rate *rate;
	int64_t *counted;
};

/* The one who has the least left for this request. */
static const struct payer *poorest(const struct payer *payers, size_t n)
{
	const struct payer *least = payers;

	for (size_t i = 1; i < n; i++)
		if (payers[i].most - payers[i].rate->minute_tokens <
		    least->most - least->rate->minute_tokens)
			least = &payers[i];
	return least;
}

/* How much of the answer PAYER can bear: all, or what is left for one that has
 * no bound; -1: that is not enough. */
static int64_t bearable(const struct demand *d, const struct payer *payer)
{
	int64_t whole = payer->most - d->prompt;
	int64_t room = whole - payer->rate->minute_tokens;
	int64_t useful = payer->most / USEFUL_SHARE;

	if (d->output <= room)
		return d->output;
	if (!d->may_clamp)
		return -1;
	useful = useful < whole ? useful : whole;
	useful = useful > 1 ? useful : 1;
	return room >= useful ? room : -1;
}

static bool refuse_tokens(struct demand *d, const struct payer *payer,
			  struct fault *why)
{
	int64_t left = payer->most - payer->rate->minute_tokens;
	int64_t least = d->may_clamp && d->output > 1 ? 1 : d->output;
	struct bound b = { .whose = payer->whose,
			   .kind = BOUND_TOKENS,
			   .most = payer->most,
			   .used = payer->rate->minute_tokens,
			   .reset_ms =
				   rate_end(payer->rate->at, RATE_MINUTE_MS),
			   .hopeless = payer->most - d->prompt < least };

	d->quota = quota(b.most, left, b.reset_ms);
	return limits_refuse(d, &b, why);
}

/* Nothing is written before it is known that all can bear it. */
static bool grant(struct demand *d, const struct payer *payers, size_t n,
		  struct fault *why)
{
	for (size_t i = 0; i < n; i++) {
		int64_t most = bearable(d, &payers[i]);

		if (most < 0)
			return refuse_tokens(d, &payers[i], why);
		if (most < d->granted)
			d->granted = most;
	}
	return true;
}

static bool take_tokens(struct db *db, struct demand *d,
			const struct payer *payers, size_t n, struct fault *why)
{
	bool told = d->quota.set;
	const struct payer *p = poorest(payers, n);
	int64_t taken;

	if (n == 0)
		return true;
	if (!grant(d, payers, n, why))
		return false;
	taken = d->prompt + d->granted;
	for (size_t i = 0; i < n; i++) {
		if (!rate_add_tokens(db, payers[i].rate, taken, why))
			return false;
		*payers[i].counted = taken;
	}
	if (!told)
		tell(d, quota(p->most, p->most - p->rate->minute_tokens - taken,
			      rate_end(p->rate->at, RATE_MINUTE_MS)));
	return true;
}

/* -------------------------------------------------------------------- all */

static bool any(const struct limits *limits)
{
	return limits->requests_per_minute.set ||
	       limits->requests_per_day.set || limits->tokens_per_minute.set;
}

bool limits_take(struct db *db, struct demand *d, struct fault *why)
{
	const struct {
		enum whose whose;
		const char *kind, *id;
		const struct limits *limits;
		int64_t *counted;
	} all[] = {
		{ WHOSE_KEY, "key", d->key, &d->of_key, &d->for_key },
		{ WHOSE_ACCOUNT, "account", d->account, &d->of_account,
		  &d->for_account },
	};
	struct rate rates[2];
	struct payer payers[2];
	size_t n = 0;

	d->granted = d->output;
	d->for_key = d->for_account = -1;
	d->quota = (struct quota){ 0 };
	for (size_t i = 0; i < 2; i++) {
		const struct limits *limits = all[i].limits;

		if (!any(limits))
			continue;
		if (!rate_count(db, all[i].kind, all[i].id, d->at, &rates[i],
				why) ||
		    !limits_check(d, all[i].whose, limits, &rates[i], why))
			return false;
		if (limits->tokens_per_minute.set)
			payers[n++] =
				(struct payer){ all[i].whose,
						limits->tokens_per_minute.most,
						&rates[i], all[i].counted };
	}
	return limits_take_free(db, d, why) &&
	       take_tokens(db, d, payers, n, why);
}

bool limits_correct(struct db *db, const struct counted *c, int64_t used,
		    struct fault *why)
{
	struct rate_change by_key = { "key", c->key, c->at, used - c->for_key };
	struct rate_change by_account = { "account", c->account, c->at,
					  used - c->for_account };

	return (c->for_key < 0 || rate_correct(db, &by_key, why)) &&
	       (c->for_account < 0 || rate_correct(db, &by_account, why));
}
