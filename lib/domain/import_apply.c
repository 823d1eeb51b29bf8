/* The half of import.h that applies. */
#include "domain/import.h"

#include "domain/import_work.h"
#include "store/sql.h"

#include <stdlib.h>
#include <string.h>

enum { RANK_MAKER = 10, RANK_OTHER = 100, RANK_RESELLER = 200 };

/* The endpoint as it is. */
struct present {
	bool there;
	const char *model;
	struct price price;
};

static const int64_t *maybe(const int64_t *number)
{
	return *number ? number : NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct import_target *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static bool find_present(struct import_work *w, const struct import_target *t,
			 struct present *present)
{
	struct rows *rows = db_ask(w->db, SQL_IMPORT_ENDPOINT, "t", t->id);

	*present = (struct present){ .price = import_no_price() };
	if (rows_next(rows)) {
		present->there = true;
		present->model = keep(w->arena, rows_text(rows, 0));
		present->price = price_from_row(rows, 2);
		present->price.id = rows_number(rows, 1);
	}
	return rows_end(rows, w->why);
}

/* The model that has this id or alias; *MODEL stays when none has. */
static bool find_model(struct import_work *w, const char *id,
		       const char **model)
{
	struct rows *rows = db_ask(w->db, SQL_IMPORT_MODEL, "t", id);

	if (rows_next(rows))
		*model = keep(w->arena, rows_text(rows, 0));
	return rows_end(rows, w->why);
}

static bool add_model(struct import_work *w, const struct import_target *t,
		      const char *id)
{
	const struct import_row *row = t->row;
	int64_t released = row->released_at ? row->released_at : w->change->at;

	w->change->models_added++;
	return import_record(w) &&
	       db_do(w->db, w->why, SQL_IMPORT_ADD_MODEL, "tttnmmttttm", id,
		     row->name ? row->name : row->native, row->description,
		     released, maybe(&row->context), maybe(&row->output_limit),
		     row->input_modalities, row->output_modalities,
		     row->parameters, row->tokenizer, maybe(&row->expires_at));
}

static int64_t rank_of(const struct import_target *t, const char *model)
{
	if (!strcmp(t->slug, "openrouter"))
		return RANK_RESELLER;
	return import_speaks_for(t->slug, model) ? RANK_MAKER : RANK_OTHER;
}

static bool add_endpoint(struct import_work *w, const struct import_target *t,
			 struct present *present)
{
	const struct import_row *row = t->row;
	const char *id =
		row->model ? row->model
			   : import_model_id(w->arena, t->slug, row->native);
	bool known;

	if (!find_model(w, id, &present->model))
		return false;
	known = present->model != NULL;
	if (!known) {
		present->model = id;
		if (!add_model(w, t, id))
			return false;
	}
	return import_record(w) &&
	       db_do(w->db, w->why, SQL_IMPORT_ADD_ENDPOINT, "ttttmmtn", t->id,
		     present->model, t->slug, row->native, maybe(&row->context),
		     maybe(&row->output_limit), known ? row->parameters : NULL,
		     rank_of(t, present->model));
}

/* Does the row speak for its model's maker? Only one does in a list, or two
 * names for the same model would take turns at every import. */
static bool speaks(struct import_work *w, const struct import_target *t,
		   const char *model)
{
	const char **spoken_for = w->spoken_for.items;

	if (!import_speaks_for(t->slug, model))
		return false;
	for (size_t i = 0; i < w->spoken_for.count; i++)
		if (!strcmp(spoken_for[i], model))
			return false;
	*(const char **)list_add(&w->spoken_for, w->arena) = model;
	return true;
}

/* Facts, not prices; *CHANGED when there were new ones. */
static bool fill(struct import_work *w, const struct import_target *t,
		 const struct present *present, bool *changed)
{
	const struct import_row *row = t->row;
	const int64_t own = speaks(w, t, present->model);

	if (!db_do(w->db, w->why, SQL_IMPORT_FILL_MODEL, "nmmmtt", own,
		   maybe(&row->context), maybe(&row->output_limit),
		   maybe(&row->expires_at), row->tokenizer, present->model))
		return false;
	*changed = db_changed(w->db) > 0;
	if (!db_do(w->db, w->why, SQL_IMPORT_FILL_ENDPOINT, "mmt",
		   maybe(&row->context), maybe(&row->output_limit), t->id))
		return false;
	*changed |= db_changed(w->db) > 0;
	return !*changed || import_record(w);
}

/* Is the price another one now? Kinds that the list cannot tell are kept. */
static bool reprice(const struct import_work *w, const struct import_target *t,
		    const struct present *present, struct price *price)
{
	bool changed = false;

	*price = present->price;
	if (t->row->price.pico[PRICE_INPUT] == PRICE_UNKNOWN)
		return false;
	for (int kind = 0; kind < PRICE_KINDS; kind++) {
		int64_t pico = t->row->price.pico[kind];

		if (!(w->change->list->kinds >> kind & 1) ||
		    price->pico[kind] == pico)
			continue;
		price->pico[kind] = pico;
		changed = true;
	}
	return changed;
}

static bool apply_row(struct import_work *w, const struct import_target *t)
{
	struct present present;
	struct price price;
	bool changed = false;

	if (!find_present(w, t, &present))
		return false;
	if (!present.there && !t->row->model &&
	    !import_model_id(w->arena, t->slug, t->row->native)) {
		import_drop(w, t->id, "no id can be made of its name");
		return true;
	}
	if (!present.there && !add_endpoint(w, t, &present))
		return false;
	if (!fill(w, t, &present, &changed))
		return false;
	if (reprice(w, t, &present, &price)) {
		changed = true;
		if (!import_add_price(w, t->id, &price))
			return false;
	}
	if (price.pico[PRICE_INPUT] == PRICE_UNKNOWN)
		w->change->unpriced++;
	if (!present.there)
		w->change->added++;
	else if (changed)
		w->change->changed++;
	else
		w->change->unchanged++;
	return true;
}

static bool apply_rows(struct import_work *w)
{
	const struct import_target *targets = w->targets.items;
	const struct import_change *c = w->change;

	if (w->targets.count)
		qsort(w->targets.items, w->targets.count, sizeof(*targets),
		      by_id);
	for (size_t i = 0; i < w->targets.count; i++) {
		if (i && !strcmp(targets[i].id, targets[i - 1].id))
			import_drop(w, targets[i].id, "it is listed twice");
		else if (!apply_row(w, &targets[i]))
			return false;
		if (c->progress)
			c->progress(c->who, i + 1, w->targets.count);
	}
	return true;
}

static bool apply_aliases(struct import_work *w)
{
	const struct import_alias *aliases = w->change->list->aliases.items;

	for (size_t i = 0; i < w->change->list->aliases.count; i++) {
		if (!db_do(w->db, w->why, SQL_IMPORT_ALIAS, "tt",
			   aliases[i].alias, aliases[i].model) ||
		    (db_changed(w->db) > 0 && !import_record(w)))
			return false;
	}
	return true;
}

/* What was skipped as it was read counts as well. */
static void count_skipped(struct import_work *w)
{
	const struct import_list *list = w->change->list;
	const struct import_tally *tallies = list->tallies.items;

	for (size_t i = 0; i < list->tallies.count; i++) {
		w->change->skipped += tallies[i].skipped ? tallies[i].count : 0;
		import_tally(&w->change->tallies, w->arena, &tallies[i]);
	}
}

bool import_apply(struct db *db, void *change, struct fault *why)
{
	struct import_change *c = change;
	struct import_work w = {
		.db = db,
		.arena = c->arena,
		.change = c,
		.providers = { .size = sizeof(struct import_called) },
		.targets = { .size = sizeof(struct import_target) },
		.spoken_for = { .size = sizeof(const char *) },
		.why = why,
	};

	*c->id = '\0';
	c->models_added = c->providers_added = 0;
	c->added = c->changed = c->unchanged = c->skipped = c->unpriced = 0;
	c->tallies = (struct list){ .size = sizeof(struct import_tally) };
	count_skipped(&w);
	return import_last_price(&w) && import_aim(&w) && apply_rows(&w) &&
	       apply_aliases(&w);
}
