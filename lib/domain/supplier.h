#ifndef DOMAIN_SUPPLIER_H
#define DOMAIN_SUPPLIER_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A provider as the operator sees it, disabled or not. The catalogue
 * (catalog.h) has those in use. Texts that are not set are "".
 */
struct supplier {
	const char *slug; /* lower-case letters, digits and "-_." */
	const char *name;
	const char *kind;	 /* the dialect that it speaks: "openai" */
	const char *base_url;	 /* up to and with /v1 */
	const char *quirks;	 /* comma list */
	const char *environment; /* the variable that its key is found in */
	bool needs_credential, disabled;
	int64_t created_at;
	int64_t credentials, endpoints; /* how many, those disabled left out */
};

/* By slug, whatever its case, or by an alias. FAULT_NOT_FOUND. */
bool supplier_find(struct db *db, struct arena *a, const char *slug,
		   struct supplier *supplier, struct fault *why);

/* All, by slug. */
bool supplier_list(struct db *db, struct arena *a, struct supplier **list,
		   size_t *count, struct fault *why);

/*
 * FAULT_BAD_REQUEST unless slug, kind, quirks, environment and address can be
 * what they should: an address is http or https with a host, without user,
 * query or fragment.
 */
bool supplier_valid(const struct supplier *supplier, struct fault *why);

/*
 * Steps for store_commit(), which make processes read the catalogue again.
 * supplier_create() says FAULT_CONFLICT when the slug or an alias like it is
 * there; supplier_change() writes all but the slug. Neither takes what is not
 * valid.
 */
struct supplier_change {
	struct supplier supplier;
	int64_t at;
};
bool supplier_create(struct db *db, void *change, struct fault *why);
bool supplier_change(struct db *db, void *change, struct fault *why);

#endif
