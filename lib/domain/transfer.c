#include "domain/transfer.h"

#include "base/keep.h"
#include "store/sql.h"

#include <string.h>

static bool gather(struct rows *rows, struct arena *a, struct transfer **list,
		   size_t *count, struct fault *why)
{
	struct list found = { .size = sizeof(struct transfer) };

	while (rows_next(rows))
		*(struct transfer *)list_add(&found, a) = (struct transfer){
			.id = keep(a, rows_text(rows, 0)),
			.debit = keep(a, rows_text(rows, 1)),
			.credit = keep(a, rows_text(rows, 2)),
			.amount = rows_number(rows, 3),
			.kind = keep(a, rows_text(rows, 4)),
			.generation = keep(a, rows_text(rows, 5)),
			.note = keep(a, rows_text(rows, 6)),
			.at = rows_number(rows, 7),
		};
	if (!rows_end(rows, why))
		return false;
	*list = found.items;
	*count = found.count;
	return true;
}

bool transfer_list(struct db *db, struct arena *a,
		   const struct transfer_page *page, struct transfer **list,
		   size_t *count, struct fault *why)
{
	return gather(
		db_ask(db, SQL_TRANSFER_LIST, "tn", page->account, page->limit),
		a, list, count, why);
}

/* The ledger names a generation's transfers after it: "gen-1-ab" has
 * "txn-1-ab", "txn-1-ab-overrun", and so on. */
bool transfer_of(struct db *db, struct arena *a, const char *generation,
		 struct transfer **list, size_t *count, struct fault *why)
{
	const char *rest = strncmp(generation, "gen-", 4) == 0 ? generation + 4
							       : generation;

	return gather(db_ask(db, SQL_TRANSFER_OF, "t",
			     arena_print(a, "txn-%s", rest)),
		      a, list, count, why);
}
