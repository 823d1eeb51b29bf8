#ifndef STORE_DB_BACKUP_H
#define STORE_DB_BACKUP_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Told from time to time how far a copy has come; false gives it up. */
struct backup_ear {
	bool (*progress)(void *who, int64_t done, int64_t all);
	void *who;
};

/*
 * Copy the whole database, as it is now, into the file PATH while others go on
 * reading and writing it; with the rollback journal, writers wait meanwhile.
 * The copy is one file, for its owner alone (mode 0600); it has been checked
 * and is on the disk when it gets its name. FAULT_CONFLICT when PATH is there
 * and not REPLACE, or is the database itself. After any fault nothing is left
 * of the copy, and what was there before stays.
 */
bool db_backup(struct db *db, const char *path, bool replace,
	       const struct backup_ear *ear, struct fault *why);

#endif
