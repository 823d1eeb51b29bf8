#ifndef DOMAIN_ENDPOINT_JSON_H
#define DOMAIN_ENDPOINT_JSON_H

#include "base/arena.h"
#include "domain/catalog.h"
#include "domain/health.h"

#include <jansson.h>

/*
 * Endpoints and providers as clients see them: OpenRouter's objects with
 * ARouter's members in them. Times and speeds of HEALTH are told only when
 * OPEN is true; others are null then, as where nothing is known.
 */
json_t *endpoint_json(struct arena *a, const struct model *model,
		      const struct endpoint *endpoint,
		      const struct health *health, bool open);

/* MODELS is how many can be used there. */
json_t *provider_json(const struct provider *provider, size_t models);

#endif
