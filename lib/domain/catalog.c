#include "domain/catalog.h"

#include "base/keep.h"
#include "store/sql.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A name and what it stands for. */
struct entry {
	const char *name;
	const struct model *model;
};

struct catalog {
	struct arena *arena;
	atomic_int users;
	int64_t version;
	struct provider *providers;
	struct model *models;
	struct entry *entries; /* ids and aliases, sorted without case */
	size_t provider_count, model_count, entry_count;
};

static int64_t version_now(struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_VERSION, "");
	int64_t version = rows_next(rows) ? rows_number(rows, 0) : 0;

	return rows_end(rows, why) ? version : -1;
}

static bool read_providers(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_PROVIDERS, "");
	struct list list = { .size = sizeof(struct provider) };
	struct arena *a = c->arena;

	while (rows_next(rows))
		*(struct provider *)list_add(&list, a) = (struct provider){
			.slug = keep(a, rows_text(rows, 0)),
			.name = keep(a, rows_text(rows, 1)),
			.kind = keep(a, rows_text(rows, 2)),
			.base_url = keep(a, rows_text(rows, 3)),
			.quirks = keep(a, rows_text(rows, 4)),
			.needs_credential = rows_number(rows, 5) != 0,
		};
	c->providers = list.items;
	c->provider_count = list.count;
	return rows_end(rows, why);
}

static bool read_credentials(struct catalog *c, struct db *db,
			     struct fault *why)
{
	for (size_t i = 0; i < c->provider_count; i++) {
		struct provider *p = &c->providers[i];
		size_t live = 0;

		if (!credential_list(db, c->arena, p->slug, &p->credentials,
				     &p->credential_count, why))
			return false;
		for (size_t j = 0; j < p->credential_count; j++)
			if (!p->credentials[j].disabled)
				p->credentials[live++] = p->credentials[j];
		p->credential_count = live;
	}
	return true;
}

static bool read_models(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_MODELS, "");
	struct list list = { .size = sizeof(struct model) };
	struct arena *a = c->arena;

	while (rows_next(rows))
		*(struct model *)list_add(&list, a) = (struct model){
			.id = keep(a, rows_text(rows, 0)),
			.name = keep(a, rows_text(rows, 1)),
			.description = keep(a, rows_text(rows, 2)),
			.released_at = rows_number(rows, 3),
			.context = rows_number(rows, 4),
			.output_limit = rows_number(rows, 5),
			.expires_at = rows_number(rows, 6),
			.input_modalities = keep(a, rows_text(rows, 7)),
			.output_modalities = keep(a, rows_text(rows, 8)),
			.parameters = keep(a, rows_text(rows, 9)),
			.tokenizer = keep(a, rows_text(rows, 10)),
		};
	c->models = list.items;
	c->model_count = list.count;
	return rows_end(rows, why);
}

static int by_slug(const void *slug, const void *provider)
{
	return strcmp(slug, ((const struct provider *)provider)->slug);
}

static const struct provider *provider_of(const struct catalog *c,
					  const char *slug)
{
	return c->provider_count
		       ? bsearch(slug, c->providers, c->provider_count,
				 sizeof(*c->providers), by_slug)
		       : NULL;
}

static struct endpoint endpoint_from(struct catalog *c, struct rows *rows,
				     const struct provider *provider)
{
	struct arena *a = c->arena;
	struct endpoint endpoint = {
		.id = keep(a, rows_text(rows, 1)),
		.native = keep(a, rows_text(rows, 2)),
		.quantization = keep(a, rows_text(rows, 3)),
		.parameters = keep(a, rows_text(rows, 4)),
		.provider = provider,
		.context = rows_number(rows, 6),
		.output_limit = rows_number(rows, 7),
		.rank = rows_number(rows, 8),
		.price = price_from_row(rows, 10),
	};

	endpoint.price.id = rows_number(rows, 9);
	return endpoint;
}

static int by_id(const void *id, const void *model)
{
	return strcmp(id, ((const struct model *)model)->id);
}

/* Rows come by model, so that each model's endpoints stand together; `first`
 * is a number until all have been read, because the list moves as it grows. */
static bool read_endpoints(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_ENDPOINTS, "");
	struct list list = { .size = sizeof(struct endpoint) };
	const struct endpoint *all;
	size_t at = 0;

	while (rows_next(rows)) {
		const struct provider *provider =
			provider_of(c, rows_text(rows, 5));
		struct model *model =
			c->model_count ? bsearch(rows_text(rows, 0), c->models,
						 c->model_count,
						 sizeof(*c->models), by_id)
				       : NULL;

		if (!provider || !model)
			continue;
		*(struct endpoint *)list_add(&list, c->arena) =
			endpoint_from(c, rows, provider);
		model->endpoint_count++;
	}
	all = list.items;
	for (size_t i = 0; i < c->model_count; i++) {
		c->models[i].endpoints = all + at;
		at += c->models[i].endpoint_count;
	}
	return rows_end(rows, why);
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct entry *)a)->name,
			  ((const struct entry *)b)->name);
}

static bool index_names(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_ALIASES, "");
	struct list list = { .size = sizeof(struct entry) };

	for (size_t i = 0; i < c->model_count; i++)
		*(struct entry *)list_add(&list, c->arena) =
			(struct entry){ c->models[i].id, &c->models[i] };
	while (rows_next(rows)) {
		const struct model *model =
			c->model_count ? bsearch(rows_text(rows, 1), c->models,
						 c->model_count,
						 sizeof(*c->models), by_id)
				       : NULL;

		if (model)
			*(struct entry *)list_add(&list, c->arena) =
				(struct entry){ keep(c->arena,
						     rows_text(rows, 0)),
						model };
	}
	c->entries = list.items;
	c->entry_count = list.count;
	if (c->entry_count)
		qsort(c->entries, c->entry_count, sizeof(*c->entries), by_name);
	return rows_end(rows, why);
}

struct catalog *catalog_read(struct db *db, int64_t version, struct fault *why)
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->arena = arena_new();
	atomic_init(&c->users, 1);
	/* The version first: what is read after it is that old or newer. */
	c->version = version_now(db, why);
	if (c->version >= version && read_providers(c, db, why) &&
	    read_credentials(c, db, why) && read_models(c, db, why) &&
	    read_endpoints(c, db, why) && index_names(c, db, why))
		return c;
	fault_set(why, FAULT_INTERNAL, "the catalogue cannot be read");
	catalog_put(c);
	return NULL;
}

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

int64_t catalog_version(const struct catalog *catalog)
{
	return catalog->version;
}

const struct model *catalog_models(const struct catalog *catalog, size_t *count)
{
	*count = catalog->model_count;
	return catalog->models;
}

const struct provider *catalog_providers(const struct catalog *catalog,
					 size_t *count)
{
	*count = catalog->provider_count;
	return catalog->providers;
}

static const struct model *find(const struct catalog *c, const char *name)
{
	struct entry wanted = { .name = name };
	const struct entry *found =
		c->entry_count ? bsearch(&wanted, c->entries, c->entry_count,
					 sizeof(*c->entries), by_name)
			       : NULL;

	return found ? found->model : NULL;
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
	model = find(catalog, name);
	if (model || strchr(name, '/'))
		return model;
	memmove(name + strlen("openai/"), name, len + 1);
	memcpy(name, "openai/", strlen("openai/"));
	return find(catalog, name);
}
