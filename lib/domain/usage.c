#include "domain/usage.h"

#include "store/sql.h"

#include <stdio.h>

bool usage_sum(struct db *db, const char *account, const char *key,
	       int64_t since_ms, struct usage *usage, struct fault *why)
{
	struct rows *rows =
		db_ask(db, SQL_USAGE_SUM, "ntt", since_ms, account, key);
	struct usage sum = { 0 };

	if (rows_next(rows))
		sum = (struct usage){
			.generations = rows_number(rows, 0),
			.open = rows_number(rows, 1),
			.prompt = rows_number(rows, 2),
			.completion = rows_number(rows, 3),
			.charge = rows_number(rows, 4),
			.cost = rows_number(rows, 5),
			.held = rows_number(rows, 6),
		};
	if (!rows_end(rows, why))
		return false;
	*usage = sum;
	return true;
}

/* A generation's id begins with its second, in as many digits until 2286. */
bool usage_older(struct db *db, int64_t at_ms, int64_t *count,
		 struct fault *why)
{
	char id[32];
	struct rows *rows;
	int64_t found = 0;

	snprintf(id, sizeof(id), "gen-%010lld", (long long)(at_ms / 1000));
	rows = db_ask(db, SQL_USAGE_OLDER, "t", id);
	if (rows_next(rows))
		found = rows_number(rows, 0);
	if (!rows_end(rows, why))
		return false;
	*count = found;
	return true;
}
