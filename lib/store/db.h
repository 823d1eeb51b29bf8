#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One connection to the database; the only file that knows the engine is
 * db.c. Statements come from sql/query/ as SQL_* constants, are prepared once
 * for each connection and kept. A connection is used by one thread at a time;
 * store.h hands them out.
 */
struct db;
struct rows;

/* How a database is opened; names and meanings are those of settings.h. */
struct db_options {
	const char *path; /* ":memory:" serves the tests */
	const char *journal, *synchronous;
	int64_t busy_wait_ms;
};

/*
 * Open, bringing the schema up to date. FAULT_INTERNAL when the schema is newer
 * than this program, or when WAL is asked for on a network file system.
 */
bool db_open(const struct db_options *options, struct db **db,
	     struct fault *why);
void db_close(struct db *db);

/* Run one or more statements that give no rows and take no values. */
bool db_run(struct db *db, const char *sql, struct fault *why);

/*
 * A change is all or nothing: db_begin(), the steps, then db_end() with
 * whether they all went well. Returns whether the change now stands.
 * Requests do not call these: see store_commit().
 */
bool db_begin(struct db *db, struct fault *why);
bool db_end(struct db *db, bool went_well, struct fault *why);

/* One step among others of a change, which can fail alone. Inside db_begin().
 * Returns WENT_WELL unless the engine fails. */
bool db_step_begin(struct db *db, struct fault *why);
bool db_step_end(struct db *db, bool went_well, struct fault *why);

/*
 * Ask a question. KINDS holds one letter per value that follows, in the order
 * of the placeholders' first appearance (":name" may appear again):
 *	't' text (const char *; NULL is null)
 *	'n' number (int64_t)
 *	'm' maybe a number (const int64_t *; NULL is null)
 * Values are read before it returns. Go through with rows_next() until false,
 * then rows_end(), which reports any fault. SQL must be one of the SQL_*
 * constants: statements are kept by its address.
 */
struct rows *db_ask(struct db *db, const char *sql, const char *kinds, ...);
bool rows_next(struct rows *rows);
bool rows_end(struct rows *rows, struct fault *why);

/* Ask what gives no rows: an INSERT, UPDATE or DELETE. */
bool db_do(struct db *db, struct fault *why, const char *sql, const char *kinds,
	   ...);

/* As db_do(); also FAULT_NOT_FOUND, saying MISSING, when no row changed. */
bool db_must(struct db *db, struct fault *why, const char *missing,
	     const char *sql, const char *kinds, ...);

/* Rows changed by the last db_do(). */
int64_t db_changed(struct db *db);

const char *rows_text(struct rows *rows, int column); /* until rows_next() */
int64_t rows_number(struct rows *rows, int column);
bool rows_null(struct rows *rows, int column);

#endif
