#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include "base/settings.h"
#include "store/db.h"

/*
 * A database file in a folder of its own, with one table of the tests',
 * tally (id, n), and a row (1, 0) in it. Whatever goes wrong fails the test.
 * Fill in what shall differ from the usual settings before opening.
 */
struct scratch {
	char folder[64], path[80];
	struct settings settings;
};

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* The same as db_open() takes it. */
struct db_options scratch_options(const struct scratch *scratch);

/* A connection of its own, and the table in it, if it is new there. */
struct db *scratch_db(const struct scratch *scratch);
void scratch_table(struct db *db);

/* The answer's first number, over a new connection. */
int64_t scratch_number(const struct scratch *scratch, const char *sql);

/* The size of the database's file with SUFFIX, -1 when there is none. */
int64_t scratch_bytes(const struct scratch *scratch, const char *suffix);

extern const char TALLY_ADD[]; /* :n, to row 1 */
extern const char TALLY_PUT[]; /* :id, :n */
extern const char TALLY_SUM[];

#endif
