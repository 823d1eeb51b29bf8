#ifndef RELAY_PROXY_AIM_H
#define RELAY_PROXY_AIM_H

#include "base/arena.h"
#include "domain/catalog.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a proxied request goes, and with what. */

/*
 * May it be asked for? Not where PATH could lead upwards, whatever the provider
 * makes of its encoding; nor where QUERY has what belongs in no query.
 */
bool aim_is_sound(struct arena *a, const char *path, const char *query);

/*
 * The address of PATH at BASE_URL, below it as a rule: "/x" at "https://h/v1"
 * is "https://h/v1/x". A path that has a version of its own stands in place of
 * the base URL's ("/v1beta/x" at "https://h/openai/v1" is
 * "https://h/openai/v1beta/x"), and one that begins with all of the base URL's
 * path in place of that. QUERY loses `key`, which is ours.
 */
const char *aim_url(struct arena *a, const char *base_url, const char *path,
		    const char *query);

/* The header line that carries the provider's credential to PATH. */
const char *aim_credential(struct arena *a, const struct provider *provider,
			   const char *path, const char *secret);

/* May this line of a provider's head go to the client? Then *NAME and *VALUE
 * are its parts, in memory of A. */
bool aim_passes_back(struct arena *a, const char *line, size_t len,
		     const char **name, const char **value);

#endif
