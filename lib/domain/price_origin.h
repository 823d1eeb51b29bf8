#ifndef DOMAIN_PRICE_ORIGIN_H
#define DOMAIN_PRICE_ORIGIN_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stdint.h>

/* Where a price row comes from: the list that was read in, and when. */
struct price_origin {
	int64_t since;
	const char *endpoint, *import, *source, *shape;
};

/* FAULT_NOT_FOUND. */
bool price_origin(struct db *db, struct arena *a, int64_t id,
		  struct price_origin *origin, struct fault *why);

#endif
