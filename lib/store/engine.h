#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/db.h"
#include "store/later.h"

#include <sqlite3.h>
#include <stddef.h>

/*
 * What the files db*.c share and nobody else sees: the engine itself.
 */

/* A statement and where it stands. A kept one belongs to its connection for
 * good, and `open` says whether it is being read; any other is finalised by
 * rows_end(). `rc` is what the engine last said. */
struct rows {
	struct db *db;
	sqlite3_stmt *stmt;
	int rc;
	bool kept, open;
};

/* Prepared statements by the address of their text: open addressing in a
 * table whose size is a power of two and which is never more than half full. */
struct shelf {
	struct {
		const char *sql;
		struct rows *rows;
	} * places;
	size_t room, used;
};

/* What is to be added at the end of the change, in its order; and what the
 * change remembers. `made` counts all additions there ever were. */
struct later {
	struct kept **kept;
	size_t count, room;
	int64_t made;
	struct note *notes;
};

struct db {
	sqlite3 *handle;
	struct shelf shelf;
	struct later later;
	const char *path; /* of the caller's db_options; for messages */
	int64_t busy_wait_ms;
	int64_t busy_since_us; /* when the present wait for another began */
	_Atomic int64_t *waits;
	int64_t log_pages; /* in the write-ahead log, after our last commit */
	uint32_t dice;	   /* so that two waiters do not walk in step */
};

/* Put the engine's last words into WHY. */
bool db_failed(struct db *db, struct fault *why);

/* Wait for other writers in short sleeps, up to busy_wait_ms in all. */
void db_be_patient(struct db *db);

/* Do the same by hand, where the engine does not ask the handler: false when
 * the patience is at an end. ROUND counts from 0. */
bool db_wait(struct db *db, int round);

/* Forget what was to be added, and what was remembered; at the connection's
 * end, its memory too. */
void later_forget(struct db *db);
void later_done(struct db *db);

/* Forget all kept statements. */
void shelf_done(struct shelf *shelf);

#endif
