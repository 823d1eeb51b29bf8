#include "store/engine.h"

#include <assert.h>

int64_t db_log_pages(const struct db *db)
{
	return db->log_pages;
}

/*
 * Up to version 3.51.2 the engine has a race (sqlite.org/wal.html, "The
 * WAL-reset bug"): a checkpoint reads how long the log is; before it goes on,
 * a writer finds that everything in the log is home and begins it anew; and
 * the checkpoint then marks as many pages of the new log as home, which loses
 * them. Frequent checkpoints beside steady commits, which is how we run, are
 * the way to meet it.
 *
 * A guard closes the window whatever the version. Whoever has a change or a
 * look open stands in the log, and then no writer can begin it anew; or
 * stands in the database file alone, because nothing was left to bring home,
 * and then no checkpoint can mark anything.
 */
bool db_checkpoint(struct db *db, const struct db *guard, struct db_log *log,
		   struct fault *why)
{
	int logged = 0, home = 0;
	int rc;

	assert(guard != db && db_changing(guard));
	rc = sqlite3_wal_checkpoint_v2(
		db->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &logged, &home);
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return db_failed(db, why);
	*log = (struct db_log){ .pages = logged < 0 ? 0 : logged,
				.home = home < 0 ? 0 : home };
	return true;
}
