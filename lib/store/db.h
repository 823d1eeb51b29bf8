#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One connection to the database; the only files that know the engine are
 * db.c and db_*.c. Statements come from sql/query/ as SQL_* constants, are
 * prepared once for each connection and kept. A connection is used by one
 * thread at a time; store.h hands them out.
 */
struct db;
struct rows;

/* How a database is opened; names and meanings are those of settings.h. */
struct db_options {
	const char *path; /* ":memory:" serves the tests */
	const char *journal, *synchronous;
	int64_t busy_wait_ms;
	_Atomic int64_t *waits; /* counts the sleeps meanwhile; may be NULL */
};

/*
 * Open, bringing the schema up to date; a new file is its owner's alone (mode
 * 0600). PATH must outlive the connection. FAULT_INTERNAL when the schema is
 * newer than this program, or when WAL is asked for on a network file system.
 * The threads of one process must not open a new file at the same time.
 */
bool db_open(const struct db_options *options, struct db **db,
	     struct fault *why);
void db_close(struct db *db);

/* From now on DB only reads: changes are faults. */
bool db_read_only(struct db *db, struct fault *why);

/* Run one or more statements that give no rows and take no values. */
bool db_run(struct db *db, const char *sql, struct fault *why);

/*
 * A change is all or nothing: db_begin(), the steps, then db_end() with
 * whether they all went well. Returns whether the change now stands.
 * Requests do not call these: see store_commit().
 */
bool db_begin(struct db *db, struct fault *why);
bool db_end(struct db *db, bool went_well, struct fault *why);

/*
 * Hold on to the present state: until db_end() the answers are all about it,
 * whatever others commit. For reading what must agree; blocks nobody.
 */
bool db_look(struct db *db, struct fault *why);

/* Is a change, or a look, open? The engine ends one by itself, undoing all of
 * it, when the disk is full or fails. */
bool db_changing(const struct db *db);

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
 * constants: statements are kept by its address. The same question may be
 * asked again while its rows are being read.
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

/* Rows changed and additions made (later.h) since it was opened, undone ones
 * among them: what two readings differ by. */
int64_t db_changes(struct db *db);

const char *rows_text(struct rows *rows, int column); /* until rows_next() */
int64_t rows_number(struct rows *rows, int column);
bool rows_null(struct rows *rows, int column);

/* How many pages the write-ahead log had after this connection's last commit,
 * or 0 when there is none. */
int64_t db_log_pages(const struct db *db);

/* How many pages the write-ahead log has, and how many of them are in the
 * database too. When all are, the next commit begins the log anew. */
struct db_log {
	int64_t pages, home;
};

/*
 * Bring what is in the write-ahead log home into the database, as far as
 * nobody reads older states. GUARD is another connection to the same file that
 * holds a change or a look open: db_log.c tells why. Does nothing, and says
 * true, while another process is at it. With the rollback journal there is
 * nothing to do.
 */
bool db_checkpoint(struct db *db, const struct db *guard, struct db_log *log,
		   struct fault *why);

#endif
