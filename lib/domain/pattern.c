#include "domain/pattern.h"

#include "base/keep.h"

#include <jansson.h>
#include <string.h>

struct patterns patterns_read(struct arena *a, const char *json)
{
	struct list items = { .size = sizeof(const char *) };
	json_t *list, *item;
	bool all;
	size_t i;

	if (!*json)
		return (struct patterns){ .all = true };
	list = json_loads(json, 0, NULL);
	json_array_foreach (list, i, item)
		if (json_is_string(item))
			*(const char **)list_add(&items, a) =
				keep(a, json_string_value(item));
	all = json_is_array(list) && json_array_size(list) == 0;
	json_decref(list);
	return (struct patterns){ all, items.items, items.count };
}

static bool fits(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncasecmp(pattern, name, len - 1);
	return !strcasecmp(pattern, name);
}

static bool fits_model(const char *pattern, const char *model)
{
	const char *slug = strchr(model, '/');

	return fits(pattern, model) ||
	       (slug && !strchr(pattern, '/') && fits(pattern, slug + 1));
}

static bool fit(const struct patterns *p, const char *name,
		bool (*one)(const char *pattern, const char *name))
{
	for (size_t i = 0; i < p->count; i++)
		if (one(p->items[i], name))
			return true;
	return p->all;
}

bool patterns_fit(const struct patterns *patterns, const char *name)
{
	return fit(patterns, name, fits);
}

bool patterns_fit_model(const struct patterns *patterns, const char *model)
{
	return fit(patterns, model, fits_model);
}
