#ifndef DOMAIN_CATALOG_H
#define DOMAIN_CATALOG_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "domain/credential.h"
#include "domain/price.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What can be asked for, as it was at one version of the catalogue: all
 * models, endpoints and providers that are not disabled, with their current
 * prices. It never changes; processes keep one and read another when the
 * version in the database is no longer its own. Counts of tokens are 0 where
 * they are not known; lists of words are comma lists, as in the database.
 */
struct catalog;

enum { CATALOG_ID_ROOM = 256 }; /* a longer id is no model's */

/* Yes, no, and nobody has said. */
enum known {
	KNOWN_NOT,
	KNOWN_NO,
	KNOWN_YES,
};

struct provider {
	const char *slug, *name, *kind, *base_url, *quirks;
	bool needs_credential;
	enum known trains; /* on what it is sent */
	const char *privacy_url, *terms_url, *status_url; /* or "" */
	const char *headquarters, *datacenters; /* country codes, or "" */
	struct credential *credentials; /* not disabled, heaviest first */
	size_t credential_count;
};

struct endpoint {
	const char *id, *native, *quantization, *parameters;
	const struct provider *provider;
	int64_t context, output_limit, rank;
	struct price price; /* id 0: not known */
	bool zdr;	    /* keeps nothing of what it is sent */
	bool moderated, implicit_caching;
	const char *region; /* "eu", "us", or "" */
};

struct model {
	const char *id, *name, *description;
	int64_t released_at; /* milliseconds since 1970 */
	int64_t context, output_limit, expires_at;
	const char *input_modalities, *output_modalities, *parameters;
	const char *tokenizer;
	const char *canonical_slug, *hugging_face_id, *instruct_type;
	const char *knowledge_cutoff;		    /* "2025-01-31", or "" */
	const char *default_parameters, *reasoning; /* JSON objects, or "" */
	const char *categories;
	enum known distillable;
	const struct endpoint *endpoints; /* by rank */
	size_t endpoint_count;
};

/* Read it whole, as it is at VERSION or later. NULL: see WHY. */
struct catalog *catalog_read(struct db *db, int64_t version, struct fault *why);
int64_t catalog_version(const struct catalog *catalog);

/* One for each process; threads share it. */
struct catalog_cache;

struct catalog_cache *catalog_cache_new(void);
void catalog_cache_free(struct catalog_cache *cache);

/* The catalogue at VERSION (key.h tells it), or newer; what it points to
 * lives until it is put back. */
const struct catalog *catalog_get(struct catalog_cache *cache, struct db *db,
				  int64_t version, struct fault *why);

/* The same for somebody who has not been told the version. */
const struct catalog *catalog_latest(struct catalog_cache *cache, struct db *db,
				     struct fault *why);
const struct catalog *catalog_keep(const struct catalog *catalog);
void catalog_put(const struct catalog *catalog);

/* Put it back when the arena goes. */
void catalog_bind(struct arena *a, const struct catalog *catalog);

/* A cached one if it has this version, without asking the database. */
const struct catalog *catalog_cached(struct catalog_cache *cache,
				     int64_t version);

/*
 * The model called ID: "author/slug", an alias, or a slug alone, which is
 * OpenAI's. Without regard to case. What follows a '+' is a parameter for
 * providers with the quirk "parametrised" and is not looked at. NULL when
 * there is none.
 */
const struct model *catalog_find(const struct catalog *catalog, const char *id);

/* All models by id, all endpoints by their model, all providers by slug. */
const struct model *catalog_models(const struct catalog *catalog,
				   size_t *count);
const struct endpoint *catalog_endpoints(const struct catalog *catalog,
					 size_t *count);
const struct provider *catalog_providers(const struct catalog *catalog,
					 size_t *count);

/* The provider with that slug, name or alias, without regard to case. */
const struct provider *catalog_provider(const struct catalog *catalog,
					const char *name);

/*
 * What a process has made of the catalogue, and wants to keep as long as it:
 * made when first asked for, unmade with it. Two threads may make one each at
 * the same time; both get the same. There is one for a catalogue: all calls in
 * a process pass the same functions.
 */
void *catalog_companion(const struct catalog *catalog,
			void *(*make)(const struct catalog *catalog),
			void (*unmake)(void *companion));

/* Up to MOST ids that are close to what was misspelt, the closest first;
 * returns how many. */
size_t catalog_closest(const struct catalog *catalog, const char *id,
		       const char **closest, size_t most);

/* Is WORD one of the comma list LIST? */
bool catalog_has(const char *list, const char *word);

#endif
