#ifndef DOMAIN_CATALOG_WORK_H
#define DOMAIN_CATALOG_WORK_H

#include "domain/catalog.h"

#include <stdatomic.h>

/* The inside of a catalogue: for the files that read and search it. */

/* A name and what it stands for. */
struct catalog_entry {
	const char *name;
	const void *what;
};

/* Names, sorted without regard to case. */
struct catalog_index {
	struct catalog_entry *entries;
	size_t count;
};

struct catalog {
	struct arena *arena;
	atomic_int users;
	int64_t version;
	struct provider *providers;
	struct model *models;
	const struct endpoint *endpoints;
	size_t provider_count, model_count, endpoint_count;
	struct catalog_index model_names, provider_names;

	/* See catalog_companion(). */
	_Atomic(void *) companion;
	void (*_Atomic unmake)(void *companion);
};

/* The version in the database; below 0: see WHY. */
int64_t catalog_version_now(struct db *db, struct fault *why);

/* What NAME stands for, or NULL. */
const void *catalog_look_up(const struct catalog_index *index,
			    const char *name);

#endif
