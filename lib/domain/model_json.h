#ifndef DOMAIN_MODEL_JSON_H
#define DOMAIN_MODEL_JSON_H

#include "base/arena.h"
#include "domain/catalog.h"

#include <jansson.h>

/*
 * A model as clients see it: OpenRouter's model object with OpenAI's `object`
 * and `owned_by` in it. Prices are those of its first endpoint, as decimal
 * text in dollars per token.
 */
json_t *model_json(struct arena *a, const struct model *model);

/* The prices that are known, in OpenRouter's words. */
json_t *price_json(struct arena *a, const struct price *price);

#endif
