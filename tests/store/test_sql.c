#include "base/arena.h"
#include "store/db.h"
#include "store/sql.h"

#include <criterion/criterion.h>

/* A misspelt column would otherwise wait for the first client to find it. */
static const struct db_options options = {
	.path = ":memory:",
	.journal = "wal",
	.synchronous = "normal",
};

Test(sql, every_query_fits_the_schema)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct db *db;

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	for (size_t i = 0; i < SQL_QUERY_COUNT; i++) {
		const struct sql_named *query = &SQL_QUERIES[i];
		struct fault unfit = { 0 };

		cr_expect(db_run(db, arena_print(a, "EXPLAIN %s", query->text),
				 &unfit),
			  "%s: %s", query->name, unfit.text);
	}
	db_close(db);
	arena_free(a);
}
