#ifndef DOMAIN_MODEL_JSON_H
#define DOMAIN_MODEL_JSON_H

#include "base/arena.h"
#include "domain/catalog.h"

#include <jansson.h>

/*
 * A model as clients see it: OpenRouter's model object with OpenAI's `object`
 * and `owned_by` in it. Prices are those of FIRST, its first endpoint in the
 * caller's view, as decimal text in dollars per token; without one they are
 * left out. BASE is what the web server has in front of /api, for links.
 */
json_t *model_json(struct arena *a, const struct model *model,
		   const struct endpoint *first, const char *base);

/* Its modalities and tokenizer. */
json_t *model_architecture(struct arena *a, const struct model *model);

/* The prices that are known, in OpenRouter's words. */
json_t *price_json(struct arena *a, const struct price *price);

#endif
