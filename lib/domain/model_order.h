#ifndef DOMAIN_MODEL_ORDER_H
#define DOMAIN_MODEL_ORDER_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/catalog.h"
#include "domain/view.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A model that was chosen, and its first endpoint in the caller's view. */
struct choice {
	const struct model *model;
	const struct endpoint *first;
	bool known; /* whether KEY is */
	int64_t key;
};

struct choices {
	struct choice *items;
	size_t count;
};

/* What models can be put in order by. */
enum model_order {
	ORDER_NEWEST, /* also where nothing was said, and among equals */
	ORDER_CHEAP,
	ORDER_DEAR,
	ORDER_CONTEXT,
	ORDER_SPEED,
	ORDER_LATENCY,
	ORDER_WEEKLY,  /* everybody's tokens in seven days, today among them */
	ORDER_POPULAR, /* their requests in thirty that were answered */
	ORDER_RATING,  /* by what others have measured: no model has any */
};

/* OpenRouter's name for it; "" is ORDER_NEWEST. FAULT_BAD_REQUEST. */
bool model_order_read(const char *sort, enum model_order *order,
		      struct fault *why);

/* Does it change although the catalogue does not? */
bool model_order_is_live(enum model_order order);

/* What is not known goes last. CHOICES come in the order of their ids. DB is
 * asked for what is live only. */
bool model_order_sort(struct db *db, struct arena *a, enum model_order order,
		      int64_t now_ms, struct choices *choices,
		      struct fault *why);

#endif
