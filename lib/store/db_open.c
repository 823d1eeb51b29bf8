#include "store/engine.h"

#include "store/mount.h"
#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What every connection has. Memory: a page cache of at most 256 KiB, which
 * grows with what is asked, some 8 KiB for each statement that it has been
 * asked, and 80 KiB besides; temporary tables, which we have none of, would be
 * in memory too. Nothing of the file is mapped but the log's index. What is
 * deleted is not overwritten: none of it is a secret in the clear. After its
 * reset a log that had grown behind a slow reader is cut to 16 MiB.
 */
static const char EVERY_CONNECTION[] = "PRAGMA foreign_keys = ON;"
				       "PRAGMA trusted_schema = OFF;"
				       "PRAGMA secure_delete = OFF;"
				       "PRAGMA cache_size = -256;"
				       "PRAGMA mmap_size = 0;"
				       "PRAGMA temp_store = MEMORY;"
				       "PRAGMA wal_autocheckpoint = 0;"
				       "PRAGMA journal_size_limit = 16777216";

/* A small change touches few bytes of each page: small pages make a short log
 * and many of them fit in the cache. Only a new file takes this up. */
static const char NEW_FILE[] = "PRAGMA page_size = 1024";

static const struct {
	const char *setting, *pragma, *answer;
	bool log;
} journals[] = {
	{ "wal", "PRAGMA journal_mode = WAL", "wal", true },
	{ "rollback", "PRAGMA journal_mode = TRUNCATE", "truncate", false },
};

static bool in_memory(const char *path)
{
	return !strcmp(path, ":memory:");
}

/*
 * Make the file, for the owner's eyes only whatever the umask; its log and
 * index take over its mode. One that exists is left as it is, and not opened:
 * closing it would drop the locks that the engine holds on it.
 */
static bool create(const char *path, struct fault *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return errno == EEXIST ||
		       fault_set(why, FAULT_INTERNAL, "%s: %s", path,
				 strerror(errno));
	ok = fchmod(fd, 0600) == 0 ||
	     fault_set(why, FAULT_INTERNAL, "%s: %s", path, strerror(errno));
	close(fd);
	return ok;
}

static int committed(void *db, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	((struct db *)db)->log_pages = pages;
	return SQLITE_OK;
}

/* The engine's count of its memory, which nobody asks for, costs a lock that
 * all threads share at every allocation. */
static void spare_locks(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool connect(struct db *db, struct fault *why)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE;

	if (sqlite3_open_v2(db->path, &db->handle, flags, NULL) != SQLITE_OK)
		return db_failed(db, why);
	if (sqlite3_db_readonly(db->handle, "main") == 1)
		return fault_set(why, FAULT_INTERNAL,
				 "database %s may only be read by this user",
				 db->path);
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
			  NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	db_be_patient(db);
	if (!db_run(db, EVERY_CONNECTION, why))
		return false;
	sqlite3_wal_hook(db->handle, committed, db);
	return true;
}

/*
 * Enter the journal mode. Two processes that enter it at once on a new file
 * can get in each other's way where the engine does not ask its busy handler;
 * so that is waited out here.
 */
static bool enter_journal(struct db *db, const char *pragma, const char *answer,
			  struct fault *why)
{
	for (int round = 0;; round++) {
		struct rows *rows = db_ask(db, pragma, "");
		struct fault not_yet = { 0 };
		bool right =
			rows_next(rows) && !strcmp(rows_text(rows, 0), answer);
		bool ok = rows_end(rows, &not_yet);
		bool locked =
			(sqlite3_errcode(db->handle) & 0xff) == SQLITE_BUSY;

		if (ok && right)
			return true;
		if (ok)
			return fault_set(why, FAULT_INTERNAL,
					 "database %s cannot have journal "
					 "mode '%s'",
					 db->path, answer);
		if (!locked || !db_wait(db, round))
			return fault_set(why, not_yet.kind, "%s", not_yet.text);
	}
}

static bool choose_journal(struct db *db, const char *setting,
			   struct fault *why)
{
	for (size_t i = 0; i < sizeof(journals) / sizeof(journals[0]); i++) {
		if (strcmp(journals[i].setting, setting) != 0)
			continue;
		return (!journals[i].log || mount_is_local(db->path, why)) &&
		       db_run(db, NEW_FILE, why) &&
		       enter_journal(db, journals[i].pragma, journals[i].answer,
				     why);
	}
	return fault_set(why, FAULT_INTERNAL,
			 "journal = %s: there is only wal and rollback",
			 setting);
}

/* Each schema file is one step; user_version counts the steps taken. */
static bool steps_taken(struct db *db, size_t *taken, struct fault *why)
{
	struct rows *rows = db_ask(db, "PRAGMA user_version", "");
	size_t found = rows_next(rows) ? (size_t)rows_number(rows, 0) : 0;

	if (!rows_end(rows, why))
		return false;
	if (found > SQL_SCHEMA_STEPS)
		return fault_set(why, FAULT_INTERNAL,
				 "database %s has schema %zu and this program "
				 "knows only %zu: install the newer release",
				 db->path, found, SQL_SCHEMA_STEPS);
	*taken = found;
	return true;
}

static bool take_steps(struct db *db, struct fault *why)
{
	char stamp[64];
	size_t taken = 0;

	if (!steps_taken(db, &taken, why))
		return false;
	for (size_t i = taken; i < SQL_SCHEMA_STEPS; i++)
		if (!db_run(db, SQL_SCHEMA[i], why))
			return false;
	(void)snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %zu",
		       SQL_SCHEMA_STEPS);
	return db_run(db, stamp, why);
}

/* The steps are counted again inside the change, for another process may have
 * taken them in the meantime. */
static bool upgrade(struct db *db, struct fault *why)
{
	size_t taken = 0;

	if (!steps_taken(db, &taken, why))
		return false;
	if (taken == SQL_SCHEMA_STEPS)
		return true;
	return db_begin(db, why) && db_end(db, take_steps(db, why), why);
}

static bool set_synchronous(struct db *db, const char *setting,
			    struct fault *why)
{
	if (!strcmp(setting, "full"))
		return db_run(db, "PRAGMA synchronous = FULL", why);
	if (!strcmp(setting, "normal"))
		return db_run(db, "PRAGMA synchronous = NORMAL", why);
	return fault_set(why, FAULT_INTERNAL,
			 "synchronous = %s: there is only normal and full",
			 setting);
}

static bool set_up(struct db *db, const struct db_options *options,
		   struct fault *why)
{
	bool file = !in_memory(options->path);

	return (!file || create(options->path, why)) && connect(db, why) &&
	       set_synchronous(db, options->synchronous, why) &&
	       (!file || choose_journal(db, options->journal, why)) &&
	       upgrade(db, why);
}

bool db_open(const struct db_options *options, struct db **db,
	     struct fault *why)
{
	static pthread_once_t before_first = PTHREAD_ONCE_INIT;
	struct db *opened = calloc(1, sizeof(*opened));

	if (!opened)
		abort();
	pthread_once(&before_first, spare_locks);
	opened->path = options->path;
	opened->busy_wait_ms = options->busy_wait_ms;
	opened->waits = options->waits;
	if (!set_up(opened, options, why)) {
		db_close(opened);
		return false;
	}
	*db = opened;
	return true;
}

bool db_read_only(struct db *db, struct fault *why)
{
	return db_run(db, "PRAGMA query_only = ON", why);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	later_done(db);
	shelf_done(&db->shelf);
	sqlite3_close(db->handle);
	free(db);
}
