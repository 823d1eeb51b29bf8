#include "domain/view.h"

#include <string.h>
#include <strings.h>

struct view view_of(struct arena *a, const struct key *key)
{
	return (struct view){
		.models = patterns_read(a, key ? key->allowed_models : ""),
		.providers =
			patterns_read(a, key ? key->allowed_providers : ""),
	};
}

bool view_has_provider(const struct view *view, const struct provider *p)
{
	return (!p->needs_credential || p->credential_count > 0) &&
	       patterns_fit(&view->providers, p->slug);
}

bool view_has(const struct view *view, const struct endpoint *e)
{
	return e->price.id != 0 && view_has_provider(view, e->provider);
}

const struct endpoint *view_first(const struct view *view,
				  const struct model *m)
{
	if (!patterns_fit_model(&view->models, m->id))
		return NULL;
	for (size_t i = 0; i < m->endpoint_count; i++)
		if (view_has(view, &m->endpoints[i]))
			return &m->endpoints[i];
	return NULL;
}

/* A variant that is no model of its own, but a manner of calling one. */
static bool is_manner(const char *variant)
{
	static const char *const manners[] = { "nitro", "floor", "online",
					       "exacto" };

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
		if (!strcasecmp(variant, manners[i]))
			return true;
	return false;
}

static const struct model *find(const struct catalog *catalog, const char *id)
{
	const struct model *model = catalog_find(catalog, id);
	const char *colon = strrchr(id, ':');
	char name[CATALOG_ID_ROOM];

	if (model || !colon || !is_manner(colon + 1) ||
	    colon >= id + sizeof(name))
		return model;
	memcpy(name, id, (size_t)(colon - id));
	name[colon - id] = '\0';
	return catalog_find(catalog, name);
}

const struct model *view_find(const struct view *view,
			      const struct catalog *catalog, const char *id,
			      const struct endpoint **first)
{
	const struct model *model = find(catalog, id);

	*first = model ? view_first(view, model) : NULL;
	return *first ? model : NULL;
}
