#include "store/sql.h"

#include "support/row.h"
#include "support/scratch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Databases in the field, with rows in them, take the steps that they lack. */

TestSuite(schema, .timeout = 60);

enum { BEFORE_PROXIED = 8, DUMP_MOST = 1 << 16 };

static struct scratch scratch;

static sqlite3 *open_raw(void)
{
	sqlite3 *raw;

	cr_assert_eq(sqlite3_open(scratch.path, &raw), SQLITE_OK);
	return raw;
}

static void run(sqlite3 *raw, const char *sql)
{
	char *trouble = NULL;

	cr_assert_eq(sqlite3_exec(raw, sql, NULL, NULL, &trouble), SQLITE_OK,
		     "%s: %.60s", trouble, sql);
}

/* A database as it was after so many STEPS. */
static sqlite3 *make_old(int steps)
{
	char stamp[64];
	sqlite3 *raw;

	scratch_open(&scratch);
	scratch_close(&scratch);
	cr_assert_eq(mkdir(scratch.folder, 0700), 0);
	raw = open_raw();
	run(raw, "PRAGMA foreign_keys = ON");
	for (int i = 0; i < steps; i++)
		run(raw, SQL_SCHEMA[i]);
	snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %d", steps);
	run(raw, stamp);
	return raw;
}

/* That one step alone: later ones may change what it keeps. */
static void take_step(void)
{
	sqlite3 *raw = open_raw();

	run(raw, "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE");
	run(raw, SQL_SCHEMA[BEFORE_PROXIED]);
	run(raw, "COMMIT");
	sqlite3_close(raw);
}

/* All that a question is answered, as text. */
static char *dump(const char *question)
{
	char *text = calloc(1, DUMP_MOST);
	sqlite3 *raw = open_raw();
	sqlite3_stmt *asked;
	size_t len = 0;

	cr_assert_eq(sqlite3_prepare_v2(raw, question, -1, &asked, NULL),
		     SQLITE_OK, "%s: %s", question, sqlite3_errmsg(raw));
	while (sqlite3_step(asked) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(asked); i++) {
			const char *value =
				(const char *)sqlite3_column_text(asked, i);

			len += (size_t)snprintf(text + len, DUMP_MOST - len,
						"%s=%s|",
						sqlite3_column_name(asked, i),
						value ? value : "null");
			cr_assert_lt(len, DUMP_MOST);
		}
	sqlite3_finalize(asked);
	sqlite3_close(raw);
	return text;
}

static const char OWNERS[] =
	"INSERT INTO account (id, name, created_at) VALUES ('a', 'A', 0);"
	"INSERT INTO api_key (hash, account, kind, name, label, created_at)"
	" VALUES ('k', 'a', 'regular', 'K', '...', 0);"
	"INSERT INTO provider (slug, name, kind, base_url, created_at)"
	" VALUES ('p', 'P', 'openai', 'http://x', 0);"
	"INSERT INTO model (id, name, released_at) VALUES ('m', 'M', 0);"
	"INSERT INTO endpoint (id, model, provider, native, price)"
	" VALUES ('p:m', 'm', 'p', 'm', 1);"
	"INSERT INTO import VALUES ('i', 'test', 'test', '', 0);"
	"INSERT INTO price (id, endpoint, import, since, input, output)"
	" VALUES (1, 'p:m', 'i', 0, 2, 3)";

/* Each column has a value of its own: its number, or a word where the schema
 * wants one. */
static void add_generation(sqlite3 *raw, const char *id, const char *state)
{
	char names[2048] = "", values[4096] = "", sql[8192];
	static const struct {
		const char *column, *value;
	} fixed[] = {
		{ "account", "'a'" },
		{ "api_key", "'k'" },
		{ "endpoint", "'p:m'" },
		{ "price", "1" },
	};
	sqlite3_stmt *columns;

	cr_assert_eq(sqlite3_prepare_v2(raw,
					"SELECT name, cid FROM"
					" pragma_table_info('generation')",
					-1, &columns, NULL),
		     SQLITE_OK);
	while (sqlite3_step(columns) == SQLITE_ROW) {
		const char *name =
			(const char *)sqlite3_column_text(columns, 0);
		char value[64];

		snprintf(value, sizeof(value), "%d",
			 100 + sqlite3_column_int(columns, 1));
		for (size_t i = 0; i < COUNT(fixed); i++)
			if (!strcmp(fixed[i].column, name))
				snprintf(value, sizeof(value), "%s",
					 fixed[i].value);
		if (!strcmp(name, "id") || !strcmp(name, "state"))
			snprintf(value, sizeof(value), "'%s'",
				 *name == 'i' ? id : state);
		snprintf(names + strlen(names), sizeof(names) - strlen(names),
			 "%s%s", *names ? ", " : "", name);
		snprintf(values + strlen(values),
			 sizeof(values) - strlen(values), "%s%s",
			 *values ? ", " : "", value);
	}
	sqlite3_finalize(columns);
	snprintf(sql, sizeof(sql), "INSERT INTO generation (%s) VALUES (%s)",
		 names, values);
	run(raw, sql);
}

static void fill_old(void)
{
	sqlite3 *raw = make_old(BEFORE_PROXIED);

	run(raw, OWNERS);
	add_generation(raw, "gen-1", "settled");
	add_generation(raw, "gen-2", "held");
	run(raw, "INSERT INTO generation (id, account, api_key, state, at,"
		 " holder, expires_at, held, prompt_estimate, operation,"
		 " streamed, model_asked, model, endpoint, provider)"
		 " VALUES ('gen-3', 'a', 'k', 'held', 1, 'h', 1, 1, 1, 'chat',"
		 " 0, 'm', 'm', 'p:m', 'p')");
	sqlite3_close(raw);
}

static const struct {
	const char *label, *question;
} kept[] = {
	{ "rows", "SELECT * FROM generation ORDER BY id" },
	{ "columns but for one", "SELECT name, type, dflt_value, pk,"
				 " \"notnull\" FROM"
				 " pragma_table_info('generation')"
				 " WHERE name <> 'endpoint'" },
	{ "indexes", "SELECT name, replace(replace(replace(sql, char(10), ''),"
		     " char(9), ''), ' ', '') AS text FROM sqlite_schema"
		     " WHERE tbl_name = 'generation' AND type = 'index'"
		     " ORDER BY name" },
	{ "references", "SELECT \"table\", \"from\", \"to\" FROM"
			" pragma_foreign_key_list('generation')"
			" ORDER BY \"from\"" },
	{ "strictness", "SELECT strict FROM pragma_table_list('generation')" },
};

EACH(schema, proxied_keeps_what_there_is, kept)
{
	char *before, *after;

	fill_old();
	before = dump(row->question);
	cr_assert_gt(strlen(before), 0, "%s", row->label);
	take_step();
	after = dump(row->question);
	cr_expect_str_eq(after, before, "%s", row->label);
	free(before);
	free(after);
	scratch_close(&scratch);
}

Test(schema, proxied_leaves_nothing_dangling)
{
	char *dangling;

	fill_old();
	take_step();
	dangling = dump("SELECT * FROM pragma_foreign_key_check");
	cr_expect_str_eq(dangling, "");
	free(dangling);
	scratch_close(&scratch);
}

static const struct {
	const char *label, *endpoint;
	bool kept;
} endpoints[] = {
	{ "known", "'p:m'", true },
	{ "none", "NULL", true },
	{ "unknown", "'p:x'", false },
};

EACH(schema, proxied_lets_a_generation_have_no_endpoint, endpoints)
{
	struct db *db;
	char sql[256];

	fill_old();
	db = scratch_db(&scratch);
	snprintf(sql, sizeof(sql),
		 "UPDATE generation SET endpoint = %s WHERE id = 'gen-1'",
		 row->endpoint);
	cr_expect_eq(db_run(db, sql, NULL), row->kept, "%s", row->label);
	db_close(db);
	scratch_close(&scratch);
}

/* A step that fails half way leaves the database as it was. */
Test(schema, proxied_is_taken_whole_or_not_at_all)
{
	struct db_options options;
	struct fault why = { 0 };
	sqlite3 *raw;
	struct db *db;

	fill_old();
	raw = open_raw();
	run(raw, "CREATE TABLE generation_anew (x)");
	sqlite3_close(raw);
	options = scratch_options(&scratch);
	cr_expect_not(db_open(&options, &db, &why));
	raw = open_raw();
	run(raw, "DROP TABLE generation_anew");
	sqlite3_close(raw);
	db_close(scratch_db(&scratch));
	cr_expect_eq(
		scratch_number(&scratch, "SELECT count(*) FROM generation"), 3);
	scratch_close(&scratch);
}
