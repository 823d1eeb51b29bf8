/* The part of import_work.h that finds the endpoints. */
#include "domain/import_work.h"

#include "store/sql.h"

#include <string.h>

void import_drop(struct import_work *w, const char *row, const char *reason)
{
	w->change->skipped++;
	import_tally(&w->change->tallies, w->arena,
		     &(struct import_tally){ reason, row, 1, true });
}

static bool read_providers(struct import_work *w)
{
	struct rows *rows = db_ask(w->db, SQL_IMPORT_PROVIDERS, "");

	while (rows_next(rows))
		*(struct import_called *)list_add(&w->providers, w->arena) =
			(struct import_called){
				keep(w->arena, rows_text(rows, 0)),
				keep(w->arena, rows_text(rows, 1))
			};
	return rows_end(rows, w->why);
}

static const char *slug_of(const struct import_work *w, const char *name)
{
	const struct import_called *called = w->providers.items;

	for (size_t i = 0; i < w->providers.count; i++)
		if (!strcmp(called[i].name, name))
			return called[i].slug;
	return NULL;
}

/* A provider for the operator to complete: without an address of its own it
 * cannot be enabled. */
static bool add_provider(struct import_work *w, const struct import_row *row)
{
	const char *url = row->base_url ? row->base_url : "";
	size_t len = strlen(url);

	while (len && url[len - 1] == '/')
		len--;
	*(struct import_called *)list_add(&w->providers, w->arena) =
		(struct import_called){ row->provider, row->provider };
	w->change->providers_added++;
	return import_record(w) &&
	       db_do(w->db, w->why, SQL_IMPORT_ADD_PROVIDER, "tttn",
		     row->provider,
		     row->provider_name ? row->provider_name : row->provider,
		     arena_copy(w->arena, url, len), w->change->at);
}

/* The slug of the row's provider; NULL, and the row is skipped, when it has
 * none, or when *OK is false. */
static const char *provider_of(struct import_work *w,
			       const struct import_row *row, bool *ok)
{
	const char *slug = slug_of(w, row->provider);

	if (slug)
		return slug;
	if (!w->change->all)
		import_drop(w, row->native,
			    arena_print(w->arena,
					"there is no provider '%s' here",
					row->provider));
	else if (!import_good_slug(row->provider))
		import_drop(w, row->native,
			    "its provider's name cannot be a slug");
	else
		*ok = add_provider(w, row);
	return *ok ? slug_of(w, row->provider) : NULL;
}

/* Find out which endpoint each row is about. */
bool import_aim(struct import_work *w)
{
	const struct import_row *rows = w->change->list->rows.items;
	bool ok = read_providers(w);

	for (size_t i = 0; ok && i < w->change->list->rows.count; i++) {
		const char *slug = provider_of(w, &rows[i], &ok);

		if (!slug)
			continue;
		if (!import_good_native(rows[i].native)) {
			import_drop(w, rows[i].native,
				    "its name cannot be an id");
			continue;
		}
		*(struct import_target *)list_add(&w->targets, w->arena) =
			(struct import_target){ arena_print(w->arena, "%s:%s",
							    slug,
							    rows[i].native),
						slug, &rows[i], i };
	}
	return ok;
}
