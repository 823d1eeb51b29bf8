#include "store/db_backup.h"

#include "store/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STEP_PAGES = 2048,     /* copied between two looks at the ear */
	STEP_ORDERS = 1000000, /* of the engine, while it checks */
	NAME_ROOM = PATH_MAX + 8,
};

/* The copy while it is made: under another name beside its own. */
struct copy {
	char name[NAME_ROOM];
	sqlite3 *handle;
	const struct backup_ear *ear;
	int64_t done, all; /* pages */
};

static bool go_on(const struct copy *copy)
{
	return copy->ear->progress(copy->ear->who, copy->done, copy->all);
}

static bool failed(const struct copy *copy, int rc, struct fault *why)
{
	if (rc == SQLITE_ABORT || rc == SQLITE_INTERRUPT)
		return fault_set(why, FAULT_GONE, "the copy was given up");
	return fault_set(why, FAULT_INTERNAL, "the copy %s: %s", copy->name,
			 sqlite3_errstr(rc));
}

static bool copy_pages(struct db *from, struct copy *copy, struct fault *why)
{
	sqlite3_backup *backup =
		sqlite3_backup_init(copy->handle, "main", from->handle, "main");
	int rc = backup ? SQLITE_OK : sqlite3_errcode(copy->handle);

	while (rc == SQLITE_OK) {
		rc = sqlite3_backup_step(backup, STEP_PAGES);
		copy->all = sqlite3_backup_pagecount(backup);
		copy->done = copy->all - sqlite3_backup_remaining(backup);
		if (rc == SQLITE_OK && !go_on(copy))
			rc = SQLITE_ABORT;
	}
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE || failed(copy, rc, why);
}

/* All pages must be of one state: while we hold on to it, what others commit
 * neither shows nor makes the engine begin again. */
static bool copy_state(struct db *from, struct copy *copy, struct fault *why)
{
	bool ok;

	if (!db_look(from, why))
		return false;
	ok = copy_pages(from, copy, why);
	return db_end(from, true, why) && ok;
}

static int may_stop(void *copy)
{
	return !go_on(copy);
}

/* "ok", or what is wrong with the copy, from the check's first row. */
static int hear(void *said, int columns, char **values, char **names)
{
	char *text = said;

	(void)names;
	if (!*text && columns > 0 && values[0])
		snprintf(text, 128, "%s", values[0]);
	return SQLITE_OK;
}

/* Copies hold their pages in one file: who restores one needs no other. */
static bool check(struct copy *copy, struct fault *why)
{
	char said[128] = "";
	int rc;

	sqlite3_progress_handler(copy->handle, STEP_ORDERS, may_stop, copy);
	rc = sqlite3_exec(copy->handle, "PRAGMA journal_mode = DELETE", NULL,
			  NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy->handle, "PRAGMA integrity_check", hear,
				  said, NULL);
	if (rc != SQLITE_OK)
		return failed(copy, rc, why);
	return !strcmp(said, "ok") ||
	       fault_set(why, FAULT_INTERNAL,
			 "the database is damaged, and so is its copy: %s",
			 said);
}

/* Nothing has to be undone in a file that is thrown away when it fails. */
static bool open_copy(struct copy *copy, struct fault *why)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE;
	int rc = sqlite3_open_v2(copy->name, &copy->handle, flags, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(copy->handle,
				  "PRAGMA journal_mode = OFF;"
				  "PRAGMA synchronous = OFF",
				  NULL, NULL, NULL);
	return rc == SQLITE_OK || failed(copy, rc, why);
}

static bool no_file(const char *path, struct fault *why)
{
	return fault_set(why, FAULT_INTERNAL, "%s: %s", path, strerror(errno));
}

static bool to_disk(const char *path, int flags, struct fault *why)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		no_file(path, why);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool folder_to_disk(const char *path, struct fault *why)
{
	char folder[NAME_ROOM];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(folder), "%.*s",
		 slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	return to_disk(folder, O_RDONLY | O_DIRECTORY, why);
}

static bool taken(const char *path, struct fault *why)
{
	return fault_set(why, FAULT_CONFLICT, "%s is there already", path);
}

/* Give the copy its name. File systems without an exclusive rename get one
 * that is not. */
static bool name_it(const struct copy *copy, const char *path, bool replace,
		    struct fault *why)
{
	unsigned flags = replace ? 0 : RENAME_NOREPLACE;

	if (!renameat2(AT_FDCWD, copy->name, AT_FDCWD, path, flags))
		return folder_to_disk(path, why);
	if (errno == EEXIST)
		return taken(path, why);
	if (errno != EINVAL && errno != ENOSYS)
		return no_file(path, why);
	return (!rename(copy->name, path) || no_file(path, why)) &&
	       folder_to_disk(path, why);
}

static bool may_write(const struct db *db, const char *path, bool replace,
		      struct fault *why)
{
	struct stat there, own;

	if (stat(path, &there) != 0)
		return errno == ENOENT || no_file(path, why);
	if (!stat(db->path, &own) && own.st_dev == there.st_dev &&
	    own.st_ino == there.st_ino)
		return fault_set(why, FAULT_CONFLICT,
				 "%s is the database itself", path);
	if (!S_ISREG(there.st_mode))
		return fault_set(why, FAULT_CONFLICT, "%s is no file", path);
	return replace || taken(path, why);
}

static bool make(struct db *db, struct copy *copy, const char *path,
		 bool replace, struct fault *why)
{
	bool ok = open_copy(copy, why) && copy_state(db, copy, why) &&
		  check(copy, why);

	sqlite3_close(copy->handle);
	return ok && to_disk(copy->name, O_RDWR, why) &&
	       name_it(copy, path, replace, why);
}

static void throw_away(const struct copy *copy)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[NAME_ROOM + 8];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", copy->name, tails[i]);
		unlink(name);
	}
}

bool db_backup(struct db *db, const char *path, bool replace,
	       const struct backup_ear *ear, struct fault *why)
{
	struct copy copy = { .ear = ear };
	int fd;

	if (!may_write(db, path, replace, why))
		return false;
	if (snprintf(copy.name, sizeof(copy.name), "%s.XXXXXX", path) >=
	    (int)sizeof(copy.name))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the copy's name is too long");
	fd = mkostemp(copy.name, O_CLOEXEC);
	if (fd < 0)
		return no_file(copy.name, why);
	close(fd);
	if (make(db, &copy, path, replace, why))
		return true;
	throw_away(&copy);
	return false;
}
