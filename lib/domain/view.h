#ifndef DOMAIN_VIEW_H
#define DOMAIN_VIEW_H

#include "base/arena.h"
#include "domain/catalog.h"
#include "domain/key.h"
#include "domain/pattern.h"

#include <stdbool.h>

/*
 * What of the catalogue one caller may use: the models and providers that its
 * key allows, at endpoints that could be called now, because they have a price
 * and, where the provider asks for one, a credential. What is not in the view
 * is shown exactly as what does not exist.
 */
struct view {
	struct patterns models, providers;
};

/* KEY NULL: somebody without a key, where that is allowed. Lives in A. */
struct view view_of(struct arena *a, const struct key *key);

/* May this endpoint of an allowed model be used? */
bool view_has(const struct view *view, const struct endpoint *endpoint);

bool view_has_provider(const struct view *view,
		       const struct provider *provider);

/* The model's first endpoint in the view; NULL when the model is not in it. */
const struct endpoint *view_first(const struct view *view,
				  const struct model *model);

/* The model that a path or a request names, with its first endpoint: as
 * catalog_find(), and ":nitro", ":floor", ":online" and ":exacto" are left off,
 * which only say how it is to be called. */
const struct model *view_find(const struct view *view,
			      const struct catalog *catalog, const char *id,
			      const struct endpoint **first);

#endif
