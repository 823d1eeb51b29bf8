#include "http/catalogue.h"

#include "domain/key.h"
#include "store/store.h"

const struct catalog *catalogue_now(struct exchange *x,
				    struct catalog_cache *cache,
				    struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	const struct catalog *c = NULL;

	if (db && x->key)
		c = catalog_get(cache, db, x->key->catalogue_version, why);
	else if (db)
		c = catalog_latest(cache, db, why);
	store_return(x->suite->store, db);
	if (c)
		catalog_bind(x->arena, c);
	return c;
}

struct view catalogue_view(struct exchange *x)
{
	return view_of(x->arena, x->key);
}

const struct model *catalogue_find(struct exchange *x,
				   const struct catalog *catalog,
				   const char *id,
				   const struct endpoint **first,
				   struct fault *why)
{
	struct view view = catalogue_view(x);
	const struct model *model = view_find(&view, catalog, id, first);

	if (!model)
		fault_set(why, FAULT_NOT_FOUND, "no model '%.128s'", id);
	return model;
}
