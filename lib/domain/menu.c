#include "domain/menu.h"

#include "domain/model_json.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct text {
	size_t len;
	char bytes[];
};

/* One place for each endpoint, because a model's object tells the prices of
 * the first one that the caller may use. */
struct menu {
	size_t count;
	_Atomic(struct text *) texts[];
};

static void *make(const struct catalog *catalog)
{
	size_t count;
	struct menu *menu;

	catalog_endpoints(catalog, &count);
	menu = calloc(1, sizeof(*menu) + count * sizeof(menu->texts[0]));
	if (!menu)
		abort();
	menu->count = count;
	return menu;
}

static void unmake(void *companion)
{
	struct menu *menu = companion;

	for (size_t i = 0; i < menu->count; i++)
		free(menu->texts[i]);
	free(menu);
}

/* What cannot be printed becomes an empty object rather than a gap. */
static struct text *print(const struct model *m, const struct endpoint *first,
			  const char *base)
{
	struct arena *a = arena_new();
	json_t *object = model_json(a, m, first, base);
	char *json = object ? json_dumps(object, JSON_COMPACT) : NULL;
	const char *bytes = json ? json : "{}";
	size_t len = strlen(bytes);
	struct text *text = malloc(sizeof(*text) + len + 1);

	if (!text)
		abort();
	text->len = len;
	memcpy(text->bytes, bytes, len + 1);
	free(json);
	json_decref(object);
	arena_free(a);
	return text;
}

struct span menu_text(const struct catalog *catalog, const char *base,
		      const struct model *model, const struct endpoint *first)
{
	struct menu *menu = catalog_companion(catalog, make, unmake);
	size_t count;
	const struct endpoint *all = catalog_endpoints(catalog, &count);
	_Atomic(struct text *) *place = &menu->texts[first - all];
	struct text *text = *place, *there = NULL;

	if (!text) {
		text = print(model, first, base);
		if (!atomic_compare_exchange_strong(place, &there, text)) {
			free(text);
			text = there;
		}
	}
	return (struct span){ text->bytes, text->len };
}
