#ifndef DOMAIN_TRANSFER_H
#define DOMAIN_TRANSFER_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A movement of money as it stands in the books: AMOUNT nano-dollars, always
 * above 0, went from the book DEBIT to the book CREDIT. `generation` is "" for
 * what an operator moved by hand.
 */
struct transfer {
	const char *id, *debit, *credit, *kind, *generation, *note;
	int64_t amount, at;
};

/* What operators moved to or from an account's credit (NULL: anybody's),
 * newest first. */
struct transfer_page {
	const char *account;
	int64_t limit;
};
bool transfer_list(struct db *db, struct arena *a,
		   const struct transfer_page *page, struct transfer **list,
		   size_t *count, struct fault *why);

/* Those of one generation. */
bool transfer_of(struct db *db, struct arena *a, const char *generation,
		 struct transfer **list, size_t *count, struct fault *why);

#endif
