#ifndef DOMAIN_STATEMENT_H
#define DOMAIN_STATEMENT_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What came to an account's credit and what went from it: the transfers of its
 * book, newest first. What a request cost stands at the time when it was made.
 */
struct transaction {
	const char *id, *type, *description;
	const char *generation; /* "" when it is none's */
	int64_t amount;		/* nano-dollars; what went is below zero */
	int64_t at;
};

/* The types that there are, as "usage"; NULL ends them. */
extern const char *const TRANSACTION_TYPES[];

/* Made from FROM until before TO; TYPE is one of those, or NULL for all. */
struct statement_query {
	const char *account, *type;
	int64_t from, to, limit, offset;
};

/* All that the query asks for, whatever its page. */
struct statement_total {
	int64_t count;
	int64_t usage, credit, refund, reversal, net; /* sums of amounts */
};

struct statement {
	struct transaction *rows;
	size_t count;
	struct statement_total total;
};

bool statement_read(struct db *db, struct arena *a,
		    const struct statement_query *query,
		    struct statement *statement, struct fault *why);

#endif
