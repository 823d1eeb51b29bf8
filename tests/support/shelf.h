#ifndef SUPPORT_SHELF_H
#define SUPPORT_SHELF_H

#include "base/arena.h"
#include "store/db.h"

#include <stdint.h>

/* A seeded catalogue in memory. Whatever goes wrong fails the test. */
struct shelf {
	struct db *db;
	struct arena *arena;
};

void shelf_open(struct shelf *shelf);
void shelf_close(struct shelf *shelf);
void shelf_sow(struct shelf *shelf);

void shelf_run(struct shelf *shelf, const char *sql);

/* The first row's first value; "-" when there is no row or it is null. */
int64_t shelf_number(struct shelf *shelf, const char *sql);
const char *shelf_text(struct shelf *shelf, const char *sql);

/* How many rows have been written since it was opened. */
int64_t shelf_writes(struct shelf *shelf);

#endif
