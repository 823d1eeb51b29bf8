#include "domain/catalog.h"

#include "domain/catalog_work.h"

#include <stdlib.h>
#include <string.h>

/* What is const to its readers, for those who count them. */
static struct catalog *own(const struct catalog *catalog)
{
	const union {
		const struct catalog *theirs;
		struct catalog *ours;
	} either = { .theirs = catalog };

	return either.ours;
}

const struct catalog *catalog_keep(const struct catalog *catalog)
{
	struct catalog *c = own(catalog);

	atomic_fetch_add(&c->users, 1);
	return c;
}

void catalog_put(const struct catalog *catalog)
{
	struct catalog *c = own(catalog);

	if (!c || atomic_fetch_sub(&c->users, 1) > 1)
		return;
	if (c->companion)
		c->unmake(c->companion);
	arena_free(c->arena);
	free(c);
}

static void put(void *catalog)
{
	catalog_put(catalog);
}

void catalog_bind(struct arena *a, const struct catalog *catalog)
{
	arena_defer(a, put, own(catalog));
}

void *catalog_companion(const struct catalog *catalog,
			void *(*make)(const struct catalog *catalog),
			void (*unmake)(void *companion))
{
	struct catalog *c = own(catalog);
	void *mine, *there = NULL;

	if (c->companion)
		return c->companion;
	mine = make(c);
	c->unmake = unmake;
	if (atomic_compare_exchange_strong(&c->companion, &there, mine))
		return mine;
	unmake(mine);
	return there;
}

int64_t catalog_version(const struct catalog *catalog)
{
	return catalog->version;
}

const struct model *catalog_models(const struct catalog *catalog, size_t *count)
{
	*count = catalog->model_count;
	return catalog->models;
}

const struct endpoint *catalog_endpoints(const struct catalog *catalog,
					 size_t *count)
{
	*count = catalog->endpoint_count;
	return catalog->endpoints;
}

const struct provider *catalog_providers(const struct catalog *catalog,
					 size_t *count)
{
	*count = catalog->provider_count;
	return catalog->providers;
}

const struct provider *catalog_provider(const struct catalog *catalog,
					const char *name)
{
	return catalog_look_up(&catalog->provider_names, name);
}

const struct model *catalog_find(const struct catalog *catalog, const char *id)
{
	char name[CATALOG_ID_ROOM];
	const struct model *model;
	size_t len = strcspn(id, "+");

	if (len + sizeof("openai/") > sizeof(name))
		return NULL;
	memcpy(name, id, len);
	name[len] = '\0';
	model = catalog_look_up(&catalog->model_names, name);
	if (model || strchr(name, '/'))
		return model;
	memmove(name + strlen("openai/"), name, len + 1);
	memcpy(name, "openai/", strlen("openai/"));
	return catalog_look_up(&catalog->model_names, name);
}
