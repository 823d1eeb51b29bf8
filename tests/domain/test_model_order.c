#include "domain/model_order.h"

#include "domain/tally.h"
#include "support/row.h"
#include "support/shelf.h"

#include <string.h>

/* Four models: what comes first, by what. */
static struct shelf shelf;

/* 2026-11-21T12:00:00Z, and the midnight before. */
static const int64_t now = 1795262400000;
#define DAY(n) "1795219200000 - 86400000 * " #n

static const char *const sown =
	"UPDATE model SET disabled = 1;"
	"INSERT INTO model (id, name, released_at, context) VALUES"
	" ('m/a', '', 4, 100), ('m/b', '', 3, NULL), ('m/c', '', 2, 300),"
	" ('m/d', '', 4, 200);"
	"INSERT INTO endpoint (id, model, provider, native, price) VALUES"
	" ('sandbox:a', 'm/a', 'sandbox', 'a', 900001),"
	" ('sandbox:b', 'm/b', 'sandbox', 'b', 900002),"
	" ('sandbox:c', 'm/c', 'sandbox', 'c', 900003),"
	" ('sandbox:d', 'm/d', 'sandbox', 'd', 900004);"
	"INSERT INTO price (id, endpoint, import, since, input, output) VALUES"
	" (900001, 'sandbox:a', 'imp-0000000000000000', 1, 5, 5),"
	" (900002, 'sandbox:b', 'imp-0000000000000000', 1, 0, 11),"
	" (900003, 'sandbox:c', 'imp-0000000000000000', 1, 0, 0),"
	" (900004, 'sandbox:d', 'imp-0000000000000000', 1, 9, 0);"
	/* b is quick to begin, a writes fast; buckets below 16 are exact */
	"INSERT INTO endpoint_minute (endpoint, measure, minute, bucket, count)"
	" VALUES ('sandbox:a', 1, 29921035, 9, 3),"
	" ('sandbox:b', 1, 29921035, 5, 3), ('sandbox:a', 2, 29921035, 15, 3),"
	" ('sandbox:b', 2, 29921035, 2, 3);"
	"INSERT INTO account (id, name, created_at) VALUES ('t', 't', 1);"
	"INSERT INTO api_key (hash, account, kind, name, label, created_at)"
	" VALUES ('k', 't', 'regular', '', '', 1);"
	"INSERT INTO tally_line (id, account, api_key, model, endpoint,"
	" provider) VALUES (1, 't', 'k', 'm/a', 'e', 'p'),"
	" (2, 't', 'k', 'm/b', 'e', 'p'), (3, 't', 'k', 'm/c', 'e', 'p'),"
	" (4, 't', 'k', 'm/c', 'f', 'p'), (5, 't', 'k', 'm/gone', 'e', 'p');"
	"INSERT INTO tally_sum (line, width, start, requests, charged, failed,"
	" prompt, cached, completion, reasoning, charge, cost) VALUES"
	" (1, 86400000, " DAY(
		0) ", 9, 0, 0, 10, 0, 10, 0, 0, 0),"
		   " (2, 86400000, " DAY(
			   6) ", 8, 0, 0, 99, 0, 99, 0, 0, 0),"
			      " (2, 86400000, " DAY(
				      7) ", 50, 0, 50, 900, 0, 900, 0, 0, 0),"
					 " (3, 86400000, " DAY(
						 29) ", 6, 0, 0, 7, 0, 7, 0, 0, 0),"
						     " (4, 86400000, " DAY(
							     29) ", 6, 0, 0, 7, 0, 7, 0, 0, 0),"
								 " (3, 86400000, " DAY(
									 30) ", 1000, 0, 0, 7, 0, 7, 0, 0, 0),"
									     " (1, 3600000, " DAY(
										     0) ", 500, 0, 0, 10, 0, 10, 0, 0, 0),"
											" (5, 86400000, " DAY(
												0) ", 999, 0, 0, 10, 0, 10, 0, 0, 0);";

static void open_shelf(void)
{
	shelf_open(&shelf);
	shelf_run(&shelf, sown);
}

static void close_shelf(void)
{
	shelf_close(&shelf);
}

TestSuite(model_order, .init = open_shelf, .fini = close_shelf, .timeout = 20);

static const char *ordered(enum model_order order)
{
	const struct catalog *catalog = catalog_read(shelf.db, 1, NULL);
	struct choices choices = { 0 };
	struct fault why = { 0 };
	const char *text = "";
	size_t count;
	const struct model *models = catalog_models(catalog, &count);

	choices.items = arena_take(shelf.arena, count * sizeof(struct choice));
	for (size_t i = 0; i < count; i++)
		choices.items[choices.count++] =
			(struct choice){ .model = &models[i],
					 .first = models[i].endpoints };
	cr_assert(model_order_sort(shelf.db, shelf.arena, order, now, &choices,
				   &why),
		  "%s", why.text);
	for (size_t i = 0; i < choices.count; i++)
		text = arena_print(shelf.arena, "%s%s", text,
				   choices.items[i].model->id + 2);
	catalog_put(catalog);
	return text;
}

static const struct {
	const char *sort, *want;
	bool live;
} orders[] = {
	{ "", "adbc", false },
	{ "newest", "adbc", false },
	{ "pricing-low-to-high", "cdab", false },
	{ "pricing-high-to-low", "badc", false },
	{ "context-high-to-low", "cdab", false },
	{ "throughput-high-to-low", "abdc", true },
	{ "latency-low-to-high", "badc", true },
	{ "top-weekly", "badc", true },
	{ "most-popular", "cabd", true },
	{ "intelligence-high-to-low", "adbc", false },
	{ "coding-high-to-low", "adbc", false },
	{ "agentic-high-to-low", "adbc", false },
	{ "design-arena-elo-high-to-low", "adbc", false },
};

EACH(model_order, puts_first_what_is_asked_for, orders)
{
	enum model_order order;

	cr_assert(model_order_read(row->sort, &order, NULL), "%s", row->sort);
	cr_expect_eq(model_order_is_live(order), row->live, "%s", row->sort);
	cr_expect_str_eq(ordered(order), row->want, "%s: %s", row->sort,
			 ordered(order));
}

Test(model_order, sorts_nothing)
{
	struct choices none = { 0 };

	cr_expect(model_order_sort(shelf.db, shelf.arena, ORDER_POPULAR, now,
				   &none, NULL));
}

static const struct {
	const char *sort;
} wrong[] = {
	{ "oldest" }, { "Newest" }, { "newest " }, { "' OR 1=1" }, { "," },
};

EACH(model_order, names_what_there_is, wrong)
{
	enum model_order order = ORDER_DEAR;
	struct fault why = { 0 };

	cr_expect_not(model_order_read(row->sort, &order, &why), "%s",
		      row->sort);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect(strstr(why.text, "sort: ") && strstr(why.text, "top-weekly"),
		  "%s", why.text);
	cr_expect_eq(order, ORDER_DEAR);
}
