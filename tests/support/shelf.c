#include "support/shelf.h"

#include "base/hash.h"
#include "base/keep.h"
#include "store/sql.h"

#include <criterion/criterion.h>

void shelf_open(struct shelf *shelf)
{
	static const struct db_options options = {
		.path = ":memory:",
		.journal = "wal",
		.synchronous = "normal",
	};
	struct fault why = { 0 };

	hash_init();
	shelf->arena = arena_new();
	cr_assert(db_open(&options, &shelf->db, &why), "%s", why.text);
	shelf_sow(shelf);
}

void shelf_close(struct shelf *shelf)
{
	db_close(shelf->db);
	arena_free(shelf->arena);
}

void shelf_sow(struct shelf *shelf)
{
	struct fault why = { 0 };

	cr_assert(db_begin(shelf->db, &why), "%s", why.text);
	for (size_t i = 0; i < SQL_SEED_STEPS; i++)
		shelf_run(shelf, SQL_SEED[i]);
	cr_assert(db_end(shelf->db, true, &why), "%s", why.text);
}

void shelf_run(struct shelf *shelf, const char *sql)
{
	struct fault why = { 0 };

	cr_assert(db_run(shelf->db, sql, &why), "%s: %s", sql, why.text);
}

const char *shelf_text(struct shelf *shelf, const char *sql)
{
	struct fault why = { 0 };
	struct rows *rows = db_ask(shelf->db, sql, "");
	const char *text = rows_next(rows) && !rows_null(rows, 0)
				   ? keep(shelf->arena, rows_text(rows, 0))
				   : "-";

	cr_assert(rows_end(rows, &why), "%s: %s", sql, why.text);
	return text;
}

int64_t shelf_number(struct shelf *shelf, const char *sql)
{
	struct fault why = { 0 };
	struct rows *rows = db_ask(shelf->db, sql, "");
	int64_t number = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, &why), "%s: %s", sql, why.text);
	return number;
}

int64_t shelf_writes(struct shelf *shelf)
{
	static const char sql[] = "SELECT total_changes()";

	return shelf_number(shelf, sql);
}
