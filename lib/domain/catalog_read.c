/* The part of catalog.h that reads the tables. */
#include "domain/catalog_work.h"

#include "base/keep.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The columns of catalog_endpoints behind the price's. */
enum { ZDR = 10 + PRICE_KINDS, MODERATED, IMPLICIT_CACHING, REGION };

int64_t catalog_version_now(struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_VERSION, "");
	int64_t version = rows_next(rows) ? rows_number(rows, 0) : 0;

	return rows_end(rows, why) ? version : -1;
}

static enum known known(struct rows *rows, int column)
{
	if (rows_null(rows, column))
		return KNOWN_NOT;
	return rows_number(rows, column) ? KNOWN_YES : KNOWN_NO;
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
			.trains = known(rows, 6),
			.privacy_url = keep(a, rows_text(rows, 7)),
			.terms_url = keep(a, rows_text(rows, 8)),
			.status_url = keep(a, rows_text(rows, 9)),
			.headquarters = keep(a, rows_text(rows, 10)),
			.datacenters = keep(a, rows_text(rows, 11)),
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

static struct model model_from(struct arena *a, struct rows *rows)
{
	return (struct model){
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
		.canonical_slug = keep(a, rows_text(rows, 11)),
		.hugging_face_id = keep(a, rows_text(rows, 12)),
		.instruct_type = keep(a, rows_text(rows, 13)),
		.knowledge_cutoff = keep(a, rows_text(rows, 14)),
		.default_parameters = keep(a, rows_text(rows, 15)),
		.reasoning = keep(a, rows_text(rows, 16)),
		.categories = keep(a, rows_text(rows, 17)),
		.distillable = known(rows, 18),
	};
}

static bool read_models(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_MODELS, "");
	struct list list = { .size = sizeof(struct model) };

	while (rows_next(rows))
		*(struct model *)list_add(&list, c->arena) =
			model_from(c->arena, rows);
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

static int by_id(const void *id, const void *model)
{
	return strcmp(id, ((const struct model *)model)->id);
}

static struct model *model_of(const struct catalog *c, const char *id)
{
	return c->model_count ? bsearch(id, c->models, c->model_count,
					sizeof(*c->models), by_id)
			      : NULL;
}

static struct endpoint endpoint_from(struct arena *a, struct rows *rows,
				     const struct provider *provider)
{
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
		.zdr = rows_number(rows, ZDR) != 0,
		.moderated = rows_number(rows, MODERATED) != 0,
		.implicit_caching = rows_number(rows, IMPLICIT_CACHING) != 0,
		.region = keep(a, rows_text(rows, REGION)),
	};

	endpoint.price.id = rows_number(rows, 9);
	return endpoint;
}

/* Rows come by model, so that each model's endpoints stand together; where
 * they are is only known when all have been read, because the list moves as it
 * grows. */
static bool read_endpoints(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_ENDPOINTS, "");
	struct list list = { .size = sizeof(struct endpoint) };
	size_t at = 0;

	while (rows_next(rows)) {
		const struct provider *provider =
			provider_of(c, rows_text(rows, 5));
		struct model *model = model_of(c, rows_text(rows, 0));

		if (!provider || !model)
			continue;
		*(struct endpoint *)list_add(&list, c->arena) =
			endpoint_from(c->arena, rows, provider);
		model->endpoint_count++;
	}
	c->endpoints = list.items;
	c->endpoint_count = list.count;
	for (size_t i = 0; i < c->model_count; i++) {
		c->models[i].endpoints = c->endpoints + at;
		at += c->models[i].endpoint_count;
	}
	return rows_end(rows, why);
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct catalog_entry *)a)->name,
			  ((const struct catalog_entry *)b)->name);
}

const void *catalog_look_up(const struct catalog_index *index, const char *name)
{
	struct catalog_entry wanted = { .name = name };
	const struct catalog_entry *found =
		index->count ? bsearch(&wanted, index->entries, index->count,
				       sizeof(*index->entries), by_name)
			     : NULL;

	return found ? found->what : NULL;
}

static void enter(struct catalog *c, struct list *list, const char *name,
		  const void *what)
{
	*(struct catalog_entry *)list_add(list, c->arena) =
		(struct catalog_entry){ name, what };
}

static struct catalog_index sorted(const struct list *list)
{
	if (list->count)
		qsort(list->items, list->count, list->size, by_name);
	return (struct catalog_index){ list->items, list->count };
}

static bool index_models(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_ALIASES, "");
	struct list list = { .size = sizeof(struct catalog_entry) };

	for (size_t i = 0; i < c->model_count; i++)
		enter(c, &list, c->models[i].id, &c->models[i]);
	while (rows_next(rows)) {
		const struct model *model = model_of(c, rows_text(rows, 1));

		if (model)
			enter(c, &list, keep(c->arena, rows_text(rows, 0)),
			      model);
	}
	c->model_names = sorted(&list);
	return rows_end(rows, why);
}

/* Slugs and aliases; the names for people where they are not the same. */
static bool index_providers(struct catalog *c, struct db *db, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CATALOG_PROVIDER_ALIASES, "");
	struct list list = { .size = sizeof(struct catalog_entry) };

	for (size_t i = 0; i < c->provider_count; i++) {
		const struct provider *p = &c->providers[i];

		enter(c, &list, p->slug, p);
		if (strcasecmp(p->slug, p->name) != 0)
			enter(c, &list, p->name, p);
	}
	while (rows_next(rows)) {
		const struct provider *p = provider_of(c, rows_text(rows, 1));

		if (p)
			enter(c, &list, keep(c->arena, rows_text(rows, 0)), p);
	}
	c->provider_names = sorted(&list);
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
	c->version = catalog_version_now(db, why);
	if (c->version >= version && read_providers(c, db, why) &&
	    read_credentials(c, db, why) && read_models(c, db, why) &&
	    read_endpoints(c, db, why) && index_models(c, db, why) &&
	    index_providers(c, db, why))
		return c;
	fault_set(why, FAULT_INTERNAL, "the catalogue cannot be read");
	catalog_put(c);
	return NULL;
}
