#include "store/engine.h"

#include "base/clock.h"

#include <time.h>

/* The engine's own words around a change; kept like any statement. */
static const char BEGIN[] = "BEGIN IMMEDIATE";
static const char LOOK[] = "BEGIN";
static const char GLANCE[] = "PRAGMA user_version";
static const char COMMIT[] = "COMMIT";
static const char ROLLBACK[] = "ROLLBACK";
static const char STEP[] = "SAVEPOINT step";
static const char KEEP[] = "RELEASE step";
static const char UNDO[] = "ROLLBACK TO step";

bool db_run(struct db *db, const char *sql, struct fault *why)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_failed(db, why);
	return true;
}

bool db_begin(struct db *db, struct fault *why)
{
	return db_do(db, why, BEGIN, "");
}

/* The engine takes its view of the state with the first question. */
bool db_look(struct db *db, struct fault *why)
{
	return db_do(db, why, LOOK, "") &&
	       (db_do(db, why, GLANCE, "") || db_end(db, false, why));
}

bool db_changing(const struct db *db)
{
	return !sqlite3_get_autocommit(db->handle);
}

bool db_end(struct db *db, bool went_well, struct fault *why)
{
	if (went_well && later_write(db, why) && db_do(db, why, COMMIT, ""))
		return true;
	later_forget(db);
	/* After some failures, a full disk for one, the engine has already
	 * undone everything by itself. */
	if (db_changing(db))
		(void)db_do(db, NULL, ROLLBACK, "");
	return false;
}

/* What earlier steps added is written first: it must not be undone with this
 * one, which may have all that is pending written at any time. */
bool db_step_begin(struct db *db, struct fault *why)
{
	return later_write(db, why) && db_do(db, why, STEP, "");
}

bool db_step_end(struct db *db, bool went_well, struct fault *why)
{
	if (!db_changing(db))
		return fault_set(why, FAULT_INTERNAL,
				 "database %s: %s; the whole change is undone",
				 db->path, sqlite3_errmsg(db->handle));
	if (!went_well) {
		later_forget(db);
		if (!db_do(db, why, UNDO, ""))
			return false;
	}
	return db_do(db, why, KEEP, "") && went_well;
}

/* Numbers that differ between processes and threads, not secrets. */
static uint32_t roll(struct db *db)
{
	db->dice ^= db->dice << 13;
	db->dice ^= db->dice >> 17;
	db->dice ^= db->dice << 5;
	return db->dice;
}

/* Sleep 0.1 to 0.2 ms in the first rounds, when the other is about to end its
 * commit, and up to 2 ms when it seems to be at something longer. */
bool db_wait(struct db *db, int round)
{
	const int64_t shortest_us = 100, longest_us = 1000;
	int64_t now = clock_ticks_us(), pause_us;

	if (round == 0)
		db->busy_since_us = now;
	if (now - db->busy_since_us >= db->busy_wait_ms * 1000)
		return false;
	if (db->waits)
		(*db->waits)++;
	pause_us = shortest_us * (1 + round / 8);
	if (pause_us > longest_us)
		pause_us = longest_us;
	pause_us += roll(db) % pause_us;
	nanosleep(&(struct timespec){ .tv_nsec = pause_us * 1000 }, NULL);
	return true;
}

static int busy(void *db, int round)
{
	return db_wait(db, round);
}

void db_be_patient(struct db *db)
{
	db->dice = (uint32_t)(uintptr_t)db ^ (uint32_t)clock_ticks_us();
	if (!db->dice)
		db->dice = 1;
	sqlite3_busy_handler(db->handle, busy, db);
}
