#include "domain/price_origin.h"

#include "base/keep.h"
#include "store/sql.h"

bool price_origin(struct db *db, struct arena *a, int64_t id,
		  struct price_origin *origin, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_PRICE_ORIGIN, "n", id);
	struct price_origin read = { 0 };
	bool found = rows_next(rows);

	if (found)
		read = (struct price_origin){
			.since = rows_number(rows, 0),
			.endpoint = keep(a, rows_text(rows, 1)),
			.import = keep(a, rows_text(rows, 2)),
			.source = keep(a, rows_text(rows, 3)),
			.shape = keep(a, rows_text(rows, 4)),
		};
	if (!rows_end(rows, why))
		return false;
	if (!found)
		return fault_set(why, FAULT_NOT_FOUND, "no price row %lld",
				 (long long)id);
	*origin = read;
	return true;
}
