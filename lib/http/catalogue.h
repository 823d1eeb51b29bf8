#ifndef HTTP_CATALOGUE_H
#define HTTP_CATALOGUE_H

#include "domain/catalog.h"
#include "domain/view.h"
#include "http/exchange.h"

/* What programs that show the catalogue have in common. */

/* The catalogue as it is now, put back with the request's arena; and what of
 * it the caller may use. */
const struct catalog *catalogue_now(struct exchange *x,
				    struct catalog_cache *cache,
				    struct fault *why);
struct view catalogue_view(struct exchange *x);

/* The model that the rest of the path names. FAULT_NOT_FOUND. */
const struct model *catalogue_find(struct exchange *x,
				   const struct catalog *catalog,
				   const char *id,
				   const struct endpoint **first,
				   struct fault *why);

/*
 * Answer with the models that the caller may use and the query asks for: how
 * many they are, or a page of them, or all where the query has neither offset
 * nor limit. OUTPUTS takes the place of the query's output_modalities, unless
 * it is NULL.
 */
bool catalogue_list(struct exchange *x, struct catalog_cache *cache,
		    const char *outputs, struct fault *why);
bool catalogue_count(struct exchange *x, struct catalog_cache *cache,
		     struct fault *why);

/* Answer with the endpoints of the model ID that the caller may use; with all
 * that keep nothing of what they are sent; with the providers. */
bool catalogue_endpoints(struct exchange *x, struct catalog_cache *cache,
			 const char *id, struct fault *why);
bool catalogue_zdr(struct exchange *x, struct catalog_cache *cache,
		   struct fault *why);
bool catalogue_providers(struct exchange *x, struct catalog_cache *cache,
			 struct fault *why);

#endif
