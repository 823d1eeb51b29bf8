#include "store/sql.h"

#include "base/arena.h"
#include "store/db.h"

#include "support/row.h"

#include <ctype.h>
#include <sqlite3.h>
#include <string.h>

/*
 * The queries against the schema, without a row in it: the engine itself says
 * what it would do.
 */

TestSuite(sql, .timeout = 30);

/* A misspelt column would otherwise wait for the first client to find it. */
Test(sql, every_query_fits_the_schema)
{
	struct db_options options = {
		.path = ":memory:", .journal = "wal", .synchronous = "normal"
	};
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct db *db;

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	cr_assert_gt(SQL_QUERY_COUNT, 0);
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

/* What SQLite alone understands; the tables must be able to move. */
static const struct {
	const char *label, *word;
} dialect[] = {
	{ "rowid", "rowid" },
	{ "autoincrement", "autoincrement" },
	{ "insert or", "insert or " },
	{ "replace into", "replace into" },
	{ "ifnull", "ifnull" },
	{ "iif", "iif(" },
	{ "glob", " glob " },
	{ "strftime", "strftime" },
	{ "unixepoch", "unixepoch" },
	{ "typeof", "typeof" },
	{ "json functions", "json_" },
	{ "group_concat", "group_concat" },
	{ "last_insert", "last_insert" },
	{ "changes()", "changes(" },
	{ "engine's tables", "sqlite_" },
	{ "pragma", "pragma" },
	{ "double equals", "==" },
	{ "double quotes", "\"" },
	{ "backticks", "`" },
	{ "blobs", " x'" },
};

static bool says(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (!strncasecmp(text, word, len))
			return true;
	return false;
}

EACH(sql, no_query_speaks_the_dialect_of_one_engine, dialect)
{
	for (size_t i = 0; i < SQL_QUERY_COUNT; i++)
		cr_expect(!says(SQL_QUERIES[i].text, row->word), "%s: %s",
			  SQL_QUERIES[i].name, row->label);
}

/* Tables that grow with every request or key. */
static const char LARGE[] =
	"SELECT rootpage FROM sqlite_schema"
	" WHERE tbl_name IN ('generation', 'transfer', 'api_key', 'tally_sum',"
	"                    'endpoint_minute')"
	"   AND rootpage = ? AND coalesce(sql, '') NOT LIKE '% WHERE %'";

static sqlite3 *bare_schema(void)
{
	sqlite3 *handle;

	cr_assert_eq(sqlite3_open(":memory:", &handle), SQLITE_OK);
	sqlite3_exec(handle, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	for (size_t i = 0; i < SQL_SCHEMA_STEPS; i++)
		cr_assert_eq(
			sqlite3_exec(handle, SQL_SCHEMA[i], NULL, NULL, NULL),
			SQLITE_OK, "%s", sqlite3_errmsg(handle));
	return handle;
}

/* Is this the root of a large table, or of an index that has all its rows? */
static bool large(sqlite3 *handle, int root)
{
	sqlite3_stmt *stmt;
	bool found;

	cr_assert_eq(sqlite3_prepare_v2(handle, LARGE, -1, &stmt, NULL),
		     SQLITE_OK);
	sqlite3_bind_int(stmt, 1, root);
	found = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	return found;
}

static bool opcode(sqlite3_stmt *stmt, const char *name)
{
	return !strcmp((const char *)sqlite3_column_text(stmt, 1), name);
}

/*
 * Does QUERY go through a large table from one end? Its program then puts a
 * cursor on the first or last row of one. That sees through the names that a
 * query gives to tables, which the engine's plan for people does not.
 */
static bool goes_through(sqlite3 *handle, const char *query)
{
	enum { CURSORS = 64 };
	char *explain = sqlite3_mprintf("EXPLAIN %s", query);
	bool is_large[CURSORS] = { false }, through = false;
	sqlite3_stmt *stmt;

	cr_assert_eq(sqlite3_prepare_v2(handle, explain, -1, &stmt, NULL),
		     SQLITE_OK, "%s", sqlite3_errmsg(handle));
	/* Cursors are opened at the end of a program or before their use:
	 * hence twice. */
	for (int pass = 0; pass < 2; pass++, sqlite3_reset(stmt))
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			int cursor = sqlite3_column_int(stmt, 2);

			if (cursor < 0 || cursor >= CURSORS)
				continue;
			if (opcode(stmt, "OpenRead") ||
			    opcode(stmt, "OpenWrite"))
				is_large[cursor] = large(
					handle, sqlite3_column_int(stmt, 3));
			else if (opcode(stmt, "Rewind") ||
				 opcode(stmt, "Last") || opcode(stmt, "Count"))
				through = through || is_large[cursor];
		}
	sqlite3_finalize(stmt);
	sqlite3_free(explain);
	return through;
}

Test(sql, no_query_goes_through_a_large_table_unless_it_says_so)
{
	sqlite3 *handle = bare_schema();

	for (size_t i = 0; i < SQL_QUERY_COUNT; i++)
		if (!SQL_QUERIES[i].scans)
			cr_expect(!goes_through(handle, SQL_QUERIES[i].text),
				  "%s", SQL_QUERIES[i].name);
	sqlite3_close(handle);
}

/* The test above is worth what this one finds. */
static const struct {
	const char *label, *query;
	bool through;
} plans[] = {
	{ "by key", "SELECT at FROM generation AS g WHERE g.id = ?", false },
	{ "by index", "SELECT id FROM generation WHERE account = ? AND at > ?",
	  false },
	{ "by a partial index",
	  "SELECT id FROM generation WHERE state = 'held' AND holder = ?",
	  false },
	{ "a small table", "SELECT name FROM account", false },
	{ "no index", "SELECT id FROM generation AS g WHERE g.model = ?",
	  true },
	{ "all", "SELECT * FROM transfer AS t", true },
	{ "an index's end",
	  "SELECT id FROM generation ORDER BY id DESC LIMIT 1", true },
	{ "a count", "SELECT count(*) FROM api_key", true },
	{ "joined without an index",
	  "SELECT 1 FROM account a JOIN api_key k ON k.name = a.name", true },
	{ "an update", "UPDATE api_key SET held = 0 WHERE name = ?", true },
	{ "a reference looked for", "DELETE FROM book WHERE id = ?", true },
};

EACH(sql, plans_are_understood, plans)
{
	sqlite3 *handle = bare_schema();

	cr_expect_eq(goes_through(handle, row->query), row->through, "%s",
		     row->label);
	sqlite3_close(handle);
}
