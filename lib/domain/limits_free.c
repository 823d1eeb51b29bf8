/* The limits of free models, which an account has by the credit it was given.
 */
#include "domain/limits_work.h"
#include "store/sql.h"

#include <stdio.h>
#include <string.h>

bool limits_free(const struct settings *settings, const char *model)
{
	const char *of = settings->free_models;
	size_t len = strcspn(model, "+");

	if (!of || !strcmp(of, "none"))
		return false;
	return !strcmp(of, "all") ||
	       (len >= 5 && !strncasecmp(model + len - 5, ":free", 5));
}

/* What the account was ever given, in nano-dollars. */
static bool bought(struct db *db, const char *account, int64_t *nano,
		   struct fault *why)
{
	char book[RATE_SUBJECT];
	struct rows *rows;
	int64_t sum = 0;

	snprintf(book, sizeof(book), "credit:%s", account);
	rows = db_ask(db, SQL_LIMITS_BOUGHT, "t", book);
	if (rows_next(rows))
		sum = rows_number(rows, 0);
	if (!rows_end(rows, why))
		return false;
	*nano = sum;
	return true;
}

static bool free_limits(struct db *db, const char *account,
			const struct settings *s, struct limits *limits,
			struct fault *why)
{
	const int64_t dollar = 1000000000;
	int64_t nano;
	bool rich;

	if (!bought(db, account, &nano, why))
		return false;
	rich = nano / dollar >= s->free_bought;
	*limits = (struct limits){
		.requests_per_minute = { true, s->free_per_minute },
		.requests_per_day = { true, rich ? s->free_per_day_bought
						 : s->free_per_day },
	};
	return true;
}

bool limits_take_free(struct db *db, struct demand *d, struct fault *why)
{
	struct rate rate;
	struct limits limits;

	return !d->free ||
	       (free_limits(db, d->account, d->free, &limits, why) &&
		rate_count(db, "free", d->account, d->at, &rate, why) &&
		limits_check(d, WHOSE_FREE, &limits, &rate, why));
}

bool limits_free_today(struct db *db, const char *account,
		       const struct settings *settings, int64_t now_ms,
		       struct free_today *today, struct fault *why)
{
	struct limits limits;
	int64_t used;

	if (!free_limits(db, account, settings, &limits, why) ||
	    !rate_today(db, "free", account, now_ms, &used, why))
		return false;
	*today = (struct free_today){ limits.requests_per_day.most, used };
	return true;
}
