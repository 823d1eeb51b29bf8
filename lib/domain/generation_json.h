#ifndef DOMAIN_GENERATION_JSON_H
#define DOMAIN_GENERATION_JSON_H

#include "domain/generation.h"
#include "domain/price.h"
#include "domain/provider_names.h"

#include <jansson.h>

/*
 * One settled generation in the forms of both systems: OpenRouter's under
 * `data`, where usage is the charge; and ARouter's beside it, flat, where usage
 * is an object. Whatever else one has and the other has not is in both. PRICE
 * is what it was charged by; its id is 0 when there is none.
 */
json_t *generation_json(const struct generation *generation,
			const struct price *price,
			const struct provider_names *names);

#endif
