#include "domain/statement.h"

#include "base/keep.h"
#include "domain/tally.h"
#include "store/sql.h"

#include <string.h>

const char *const TRANSACTION_TYPES[] = { "usage", "credit", "refund",
					  "reversal", NULL };

/* What the books call a type, and what it is to an owner without a word of
 * the operator's. */
static const struct {
	const char *type, *kind, *description;
	size_t total;
} types[] = {
	{ "usage", "usage", "Usage", offsetof(struct statement_total, usage) },
	{ "credit", "grant", "Credit added",
	  offsetof(struct statement_total, credit) },
	{ "refund", "refund", "Credit taken back",
	  offsetof(struct statement_total, refund) },
	{ "reversal", "reversal", "Reversal",
	  offsetof(struct statement_total, reversal) },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

static const char *kind_of(const char *type)
{
	for (size_t i = 0; type && i < TYPES; i++)
		if (!strcmp(types[i].type, type))
			return types[i].kind;
	return type;
}

static size_t place_of(const char *kind)
{
	size_t i = 0;

	while (i < TYPES - 1 && strcmp(types[i].kind, kind) != 0)
		i++;
	return i;
}

/* The columns of statement_page, in their order. */
enum column {
	ID,
	KIND,
	AMOUNT,
	NOTE,
	GENERATION,
	AT,
	MODEL,
	PROMPT,
	COMPLETION,
};

static const char *description(struct arena *a, struct rows *rows)
{
	const char *note = rows_text(rows, NOTE);

	if (!rows_null(rows, GENERATION))
		return arena_print(a,
				   "%s - %lld input tokens, %lld output tokens",
				   rows_text(rows, MODEL),
				   (long long)rows_number(rows, PROMPT),
				   (long long)rows_number(rows, COMPLETION));
	return *note ? keep(a, note)
		     : types[place_of(rows_text(rows, KIND))].description;
}

static struct transaction from_row(struct arena *a, struct rows *rows)
{
	return (struct transaction){
		.id = keep(a, rows_text(rows, ID)),
		.type = types[place_of(rows_text(rows, KIND))].type,
		.description = description(a, rows),
		.generation = keep(a, rows_text(rows, GENERATION)),
		.amount = rows_number(rows, AMOUNT),
		.at = rows_number(rows, AT),
	};
}

static bool read_page(struct db *db, struct arena *a,
		      const struct statement_query *q, struct statement *s,
		      struct fault *why)
{
	struct list list = { .size = sizeof(struct transaction) };
	struct rows *rows =
		db_ask(db, SQL_STATEMENT_PAGE, "tnntnn", q->account, q->from,
		       q->to, kind_of(q->type), q->limit, q->offset);

	while (rows_next(rows))
		*(struct transaction *)list_add(&list, a) = from_row(a, rows);
	s->rows = list.items;
	s->count = list.count;
	return rows_end(rows, why);
}

static bool add_moves(struct db *db, const struct statement_query *q,
		      struct statement_total *total, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_STATEMENT_MOVES, "tnnt", q->account,
				   q->from, q->to, kind_of(q->type));

	while (rows_next(rows)) {
		size_t i = place_of(rows_text(rows, 0));
		int64_t amount = rows_number(rows, 2);

		total->count += rows_number(rows, 1);
		total->net += amount;
		*(int64_t *)((char *)total + types[i].total) += amount;
	}
	return rows_end(rows, why);
}

static void add_usage(void *who, const struct tally *tally)
{
	struct statement_total *total = who;

	total->count += tally->sums.charged;
	total->usage -= tally->sums.charge;
	total->net -= tally->sums.charge;
}

bool statement_read(struct db *db, struct arena *a,
		    const struct statement_query *q,
		    struct statement *statement, struct fault *why)
{
	struct tally_query tallies = { .account = q->account,
				       .from = q->from,
				       .to = q->to };
	bool usage = !q->type || !strcmp(q->type, "usage");

	*statement = (struct statement){ 0 };
	return read_page(db, a, q, statement, why) &&
	       add_moves(db, q, &statement->total, why) &&
	       (!usage || tally_each_slot(db, &tallies, add_usage,
					  &statement->total, why));
}
