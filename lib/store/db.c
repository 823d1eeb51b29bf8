#include "store/db.h"

#include "store/engine.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { SHELF_FIRST = 32 };

bool db_failed(struct db *db, struct fault *why)
{
	const char *words = sqlite3_errmsg(db->handle);

	if ((sqlite3_errcode(db->handle) & 0xff) != SQLITE_BUSY)
		return fault_set(why, FAULT_INTERNAL, "database %s: %s",
				 db->path, words);
	return fault_set(why, FAULT_INTERNAL,
			 "database %s: %s: another process kept it for longer "
			 "than busy_wait_ms = %lld",
			 db->path, words, (long long)db->busy_wait_ms);
}

/* Where SQL is, or where it would be. */
static size_t place(const struct shelf *shelf, const char *sql)
{
	size_t at = ((uintptr_t)sql * 0x9e3779b97f4a7c15u >> 32) &
		    (shelf->room - 1);

	while (shelf->places[at].sql && shelf->places[at].sql != sql)
		at = (at + 1) & (shelf->room - 1);
	return at;
}

static void widen(struct shelf *shelf)
{
	struct shelf old = *shelf;

	shelf->room = old.room ? old.room * 2 : SHELF_FIRST;
	shelf->places = calloc(shelf->room, sizeof(shelf->places[0]));
	if (!shelf->places)
		abort();
	for (size_t i = 0; i < old.room; i++)
		if (old.places[i].sql)
			shelf->places[place(shelf, old.places[i].sql)] =
				old.places[i];
	free(old.places);
}

void shelf_done(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->room; i++) {
		struct rows *rows = shelf->places[i].rows;

		if (!rows)
			continue;
		assert(!rows->open);
		sqlite3_finalize(rows->stmt);
		free(rows);
	}
	free(shelf->places);
}

static struct rows *prepare(struct db *db, const char *sql, bool kept)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (!rows)
		abort();
	rows->db = db;
	rows->kept = kept;
	rows->rc = sqlite3_prepare_v3(db->handle, sql, -1,
				      kept ? SQLITE_PREPARE_PERSISTENT : 0,
				      &rows->stmt, NULL);
	return rows;
}

/* The engine remembers the text up to its first semicolon. */
static bool same(const struct rows *rows, const char *sql)
{
	const char *known = sqlite3_sql(rows->stmt);

	return !strncmp(known, sql, strlen(known));
}

/* A statement that nobody is reading: the kept one, or, when that is in use
 * further up the stack or could not be prepared, one for this time only. */
static struct rows *statement(struct db *db, const char *sql)
{
	struct shelf *shelf = &db->shelf;
	struct rows *rows;
	size_t at;

	if (shelf->used * 2 >= shelf->room)
		widen(shelf);
	at = place(shelf, sql);
	rows = shelf->places[at].rows;
	assert(!rows || same(rows, sql));
	if (rows && rows->open)
		return prepare(db, sql, false);
	if (!rows) {
		rows = prepare(db, sql, true);
		if (rows->rc != SQLITE_OK) {
			rows->kept = false;
			return rows;
		}
		shelf->places[at].sql = sql;
		shelf->places[at].rows = rows;
		shelf->used++;
	}
	rows->rc = SQLITE_OK;
	rows->open = true;
	return rows;
}

/* KEEPING is whether the engine copies a text or may use it as it stands. */
static int bind(sqlite3_stmt *stmt, int at, char kind,
		sqlite3_destructor_type keeping, va_list *args)
{
	const int64_t *number;

	switch (kind) {
	case 't':
		return sqlite3_bind_text(stmt, at, va_arg(*args, const char *),
					 -1, keeping);
	case 'n': return sqlite3_bind_int64(stmt, at, va_arg(*args, int64_t));
	case 'm':
		number = va_arg(*args, const int64_t *);
		return number ? sqlite3_bind_int64(stmt, at, *number)
			      : sqlite3_bind_null(stmt, at);
	default:
		assert(kind == 't' || kind == 'n' || kind == 'm');
		return SQLITE_MISUSE;
	}
}

static void bind_all(struct rows *rows, const char *kinds,
		     sqlite3_destructor_type keeping, va_list *args)
{
	int places = 0;

	if (rows->rc != SQLITE_OK)
		return;
	for (; kinds[places] && rows->rc == SQLITE_OK; places++)
		rows->rc = bind(rows->stmt, places + 1, kinds[places], keeping,
				args);
	assert(rows->rc != SQLITE_OK ||
	       places == sqlite3_bind_parameter_count(rows->stmt));
}

struct rows *db_ask(struct db *db, const char *sql, const char *kinds, ...)
{
	struct rows *rows = statement(db, sql);
	va_list args;

	va_start(args, kinds);
	bind_all(rows, kinds, SQLITE_TRANSIENT, &args);
	va_end(args);
	return rows;
}

/* All is over when this returns, so texts need not be copied. */
static bool carry_out(struct db *db, struct fault *why, const char *sql,
		      const char *kinds, va_list *args)
{
	struct rows *rows = statement(db, sql);

	bind_all(rows, kinds, SQLITE_STATIC, args);
	rows_next(rows);
	return rows_end(rows, why);
}

bool db_do(struct db *db, struct fault *why, const char *sql, const char *kinds,
	   ...)
{
	va_list args;
	bool ok;

	va_start(args, kinds);
	ok = carry_out(db, why, sql, kinds, &args);
	va_end(args);
	return ok;
}

bool db_must(struct db *db, struct fault *why, const char *missing,
	     const char *sql, const char *kinds, ...)
{
	va_list args;
	bool ok;

	va_start(args, kinds);
	ok = carry_out(db, why, sql, kinds, &args);
	va_end(args);
	if (!ok)
		return false;
	if (!db_changed(db))
		return fault_set(why, FAULT_NOT_FOUND, "%s", missing);
	return true;
}

int64_t db_changed(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t db_changes(struct db *db)
{
	return sqlite3_total_changes64(db->handle) + db->later.made;
}

bool rows_next(struct rows *rows)
{
	if (rows->rc == SQLITE_OK || rows->rc == SQLITE_ROW)
		rows->rc = sqlite3_step(rows->stmt);
	return rows->rc == SQLITE_ROW;
}

bool rows_end(struct rows *rows, struct fault *why)
{
	bool ok = rows->rc == SQLITE_OK || rows->rc == SQLITE_ROW ||
		  rows->rc == SQLITE_DONE;

	/* Resetting repeats the statement's own failure as the connection's
	 * last, whatever was asked of it in between. */
	if (rows->stmt)
		sqlite3_reset(rows->stmt);
	if (!ok)
		db_failed(rows->db, why);
	rows->open = false;
	if (rows->kept) {
		sqlite3_clear_bindings(rows->stmt);
		return ok;
	}
	sqlite3_finalize(rows->stmt);
	free(rows);
	return ok;
}

const char *rows_text(struct rows *rows, int column)
{
	const unsigned char *text = sqlite3_column_text(rows->stmt, column);

	return text ? (const char *)text : "";
}

int64_t rows_number(struct rows *rows, int column)
{
	return sqlite3_column_int64(rows->stmt, column);
}

bool rows_null(struct rows *rows, int column)
{
	return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}
