#ifndef DOMAIN_IMPORT_WORK_H
#define DOMAIN_IMPORT_WORK_H

#include "domain/import_shape.h"

/* An import under way: what the files that write have in common. */

/* What a list calls a provider, and what we do. */
struct import_called {
	const char *name, *slug;
};

/* A row, and the endpoint that it is about. */
struct import_target {
	const char *id, *slug;
	const struct import_row *row;
	size_t order;
};

struct import_work {
	struct db *db;
	struct arena *arena;
	struct import_change *change;
	struct list providers;	/* of struct import_called, by name */
	struct list targets;	/* of struct import_target */
	struct list spoken_for; /* models, of const char * */
	int64_t last_price;
	struct fault *why;
};

/* Skip what was read as ROW. */
void import_drop(struct import_work *w, const char *row, const char *reason);

/* Write the import's own row, unless that has been done, and make processes
 * read the catalogue again: before whatever changes first. */
bool import_record(struct import_work *w);

/* Find out which endpoint each row of the list is about, as w->targets. */
bool import_aim(struct import_work *w);

/* The highest number of a price so far; and a new price for an endpoint. */
bool import_last_price(struct import_work *w);
bool import_add_price(struct import_work *w, const char *endpoint,
		      const struct price *p);

#endif
