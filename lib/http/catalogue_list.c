/* The part of catalogue.h that lists. */
#include "http/catalogue.h"

#include "base/clock.h"
#include "base/version.h"
#include "domain/key.h"
#include "domain/menu.h"
#include "domain/model_filter.h"
#include "domain/model_order.h"
#include "http/page.h"
#include "http/tag.h"
#include "store/store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 500, PAGE_MOST = 1000 };

/* What a query asks for. */
struct wanted {
	struct model_filter filter;
	enum model_order order;
	bool paged;
	int64_t offset, limit;
};

/* What it came to. */
struct found {
	const struct catalog *catalog;
	struct view view;
	struct choices choices;
};

static bool read_page(struct exchange *x, struct wanted *w, struct fault *why)
{
	w->paged = exchange_query(x, "offset") || exchange_query(x, "limit");
	if (!page_number(x, "offset", 0, &w->offset, why) ||
	    !page_number(x, "limit", PAGE, &w->limit, why))
		return false;
	return (w->limit >= 1 && w->limit <= PAGE_MOST) ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "limit must be a number from 1 to %d", PAGE_MOST);
}

static bool read_query(struct exchange *x, const char *outputs,
		       struct wanted *w, struct fault *why)
{
	const char *sort = exchange_query(x, "sort");

	if (!model_filter_read(x->arena, x->query, clock_now_ms(), &w->filter,
			       why) ||
	    !model_order_read(sort ? sort : "", &w->order, why))
		return false;
	if (outputs)
		w->filter.outputs = outputs;
	return read_page(x, w, why);
}

/* All that the answer follows from. */
static const char *origin(struct exchange *x, const struct catalog *c)
{
	return arena_print(x->arena, "%s\n%" PRId64 "\n%s\n%s\n%s\n%s",
			   TURNPIKE_VERSION, catalog_version(c), x->path,
			   x->query, x->key ? x->key->allowed_models : "",
			   x->key ? x->key->allowed_providers : "");
}

static void choose(struct exchange *x, const struct wanted *w,
		   struct found *found)
{
	size_t count;
	const struct model *models = catalog_models(found->catalog, &count);

	found->view = catalogue_view(x);
	found->choices.items =
		arena_take(x->arena, count * sizeof(struct choice));
	for (size_t i = 0; i < count; i++) {
		const struct endpoint *first =
			view_first(&found->view, &models[i]);

		if (first && model_filter_fits(&w->filter, found->catalog,
					       &found->view, &models[i], first))
			found->choices.items[found->choices.count++] =
				(struct choice){ .model = &models[i],
						 .first = first };
	}
}

static bool sort(struct exchange *x, const struct wanted *w,
		 struct found *found, struct fault *why)
{
	struct db *db = NULL;
	bool ok;

	if (model_order_is_live(w->order)) {
		db = store_borrow(x->suite->store, why);
		if (!db)
			return false;
	}
	ok = model_order_sort(db, x->arena, w->order, w->filter.now_ms,
			      &found->choices, why);
	store_return(x->suite->store, db);
	return ok;
}

/* The query without offset and limit, and "&" behind it if it has any more. */
static const char *query_without_page(struct exchange *x)
{
	char *rest = arena_take(x->arena, strlen(x->query) + 2), *to = rest;

	for (const char *at = x->query; *at;) {
		size_t len = strcspn(at, "&");

		if (len && strncmp(at, "offset=", 7) != 0 &&
		    strncmp(at, "limit=", 6) != 0 &&
		    strncmp(at, "key=", 4) != 0) {
			memcpy(to, at, len);
			to[len] = '&';
			to += len + 1;
		}
		at += len + (at[len] == '&');
	}
	return rest;
}

static json_t *next(struct exchange *x, const struct wanted *w, size_t count)
{
	const char *base = x->suite->settings->base_path;

	if (!w->paged || w->offset + w->limit >= (int64_t)count)
		return json_null();
	return json_string(arena_print(
		x->arena, "%s/api/v1%s?%soffset=%" PRId64 "&limit=%" PRId64,
		base ? base : "", x->path, query_without_page(x),
		w->offset + w->limit, w->limit));
}

/* The answer's end, behind the models. */
static const char *tail(struct exchange *x, const struct wanted *w,
			size_t count)
{
	json_t *links = json_pack("{s:o}", "next", next(x, w, count));
	char *text = links ? json_dumps(links, JSON_COMPACT) : NULL;
	const char *tail;

	tail = arena_print(x->arena, "],\"total_count\":%zu,\"links\":%s}",
			   count, text ? text : "{\"next\":null}");
	free(text);
	json_decref(links);
	return tail;
}

static struct span text_of(struct exchange *x, const struct found *found,
			   size_t i)
{
	const char *base = x->suite->settings->base_path;
	const struct choice *c = &found->choices.items[i];

	return menu_text(found->catalog, base ? base : "", c->model, c->first);
}

/* The models from FIRST to before LAST. */
static void send_models(struct exchange *x, const struct wanted *w,
			const struct found *found, size_t first, size_t last)
{
	static const char head[] = "{\"object\":\"list\",\"data\":[";
	const char *end = tail(x, w, found->choices.count);
	size_t len = strlen(head) + strlen(end);

	for (size_t i = first; i < last; i++)
		len += text_of(x, found, i).len + (i > first);
	exchange_add_header(x, "Content-Length",
			    arena_print(x->arena, "%zu", len));
	if (!exchange_begin(x, 200, "application/json"))
		return;
	exchange_send(x, head, strlen(head));
	for (size_t i = first; i < last; i++) {
		struct span text = text_of(x, found, i);

		if ((i > first && !exchange_send(x, ",", 1)) ||
		    !exchange_send(x, text.at, text.len))
			return;
	}
	exchange_send(x, end, strlen(end));
}

static size_t least(int64_t a, size_t b)
{
	return a < (int64_t)b ? (size_t)a : b;
}

bool catalogue_list(struct exchange *x, struct catalog_cache *cache,
		    const char *outputs, struct fault *why)
{
	struct found found = { .catalog = catalogue_now(x, cache, why) };
	struct wanted w;
	size_t first = 0, last;

	if (!found.catalog || !read_query(x, outputs, &w, why))
		return false;
	if (!model_order_is_live(w.order) && !model_filter_ages(&w.filter) &&
	    tag_answer(x, origin(x, found.catalog)))
		return true;
	choose(x, &w, &found);
	if (!sort(x, &w, &found, why))
		return false;
	last = found.choices.count;
	if (w.paged) {
		first = least(w.offset, found.choices.count);
		last = least(w.offset + w.limit, found.choices.count);
	}
	send_models(x, &w, &found, first, last);
	return true;
}

bool catalogue_count(struct exchange *x, struct catalog_cache *cache,
		     struct fault *why)
{
	struct found found = { .catalog = catalogue_now(x, cache, why) };
	struct wanted w;

	if (!found.catalog || !read_query(x, NULL, &w, why))
		return false;
	choose(x, &w, &found);
	return exchange_json(x, 200,
			     json_pack("{s:{s:I}}", "data", "count",
				       (json_int_t)found.choices.count),
			     why);
}
