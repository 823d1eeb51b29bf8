#include "domain/view.h"

#include "support/row.h"
#include "support/shelf.h"

#include <string.h>

/* What of the catalogue a key may use. No provider has a credential but
 * OpenAI. */
static struct shelf shelf;
static const struct catalog *catalog;

static void open_view(void)
{
	struct fault why = { 0 };

	shelf_open(&shelf);
	shelf_run(
		&shelf,
		"INSERT INTO credential (id, provider, label, sealed,"
		" hint, created_at) VALUES ('c', 'openai', 'n', 's', 'h', 1)");
	catalog = catalog_read(shelf.db, 1, &why);
	cr_assert(catalog, "%s", why.text);
}

static void close_view(void)
{
	catalog_put(catalog);
	shelf_close(&shelf);
}

TestSuite(view, .init = open_view, .fini = close_view, .timeout = 20);

static const struct {
	const char *label, *models, *providers, *asked, *first;
} keys[] = {
	{ "everything", "", "", "sandbox/echo", "sandbox:echo" },
	{ "a provider with a credential", "", "", "openai/gpt-4.1",
	  "openai:gpt-4.1" },
	{ "a provider without one", "", "", "anthropic/claude-sonnet-4.5",
	  NULL },
	{ "P11: no price is not for use", "", "", "sandbox/unpriced", NULL },
	{ "an allowed author", "[\"sandbox/*\"]", "", "sandbox/echo",
	  "sandbox:echo" },
	{ "another author", "[\"openai/*\"]", "", "sandbox/echo", NULL },
	{ "an allowed model by its alias", "[\"openai/gpt-4.1\"]", "",
	  "gpt-4.1", "openai:gpt-4.1" },
	{ "an allowed provider", "", "[\"sandbox\"]", "sandbox/echo",
	  "sandbox:echo" },
	{ "another provider", "", "[\"sandbox2\"]", "sandbox/echo", NULL },
	{ "the second provider alone", "", "[\"sandbox2\"]", "sandbox/spare",
	  "sandbox2:lorem" },
	{ "a manner of calling", "", "", "sandbox/echo:nitro", "sandbox:echo" },
	{ "another manner", "", "", "sandbox/echo:FLOOR", "sandbox:echo" },
	{ "a variant that there is not", "", "", "sandbox/echo:free", NULL },
	{ "no such model", "", "", "sandbox/none", NULL },
	{ "nothing", "", "", "", NULL },
	{ "a colon", "", "", ":nitro", NULL },
};

EACH(view, has_what_the_key_may_use, keys)
{
	struct key key = { .allowed_models = row->models,
			   .allowed_providers = row->providers };
	struct view view = view_of(shelf.arena, &key);
	const struct endpoint *first = NULL;
	const struct model *model =
		view_find(&view, catalog, row->asked, &first);

	cr_assert_eq(model != NULL, row->first != NULL, "%s", row->label);
	if (model)
		cr_expect_str_eq(first->id, row->first, "%s", row->label);
}

Test(view, of_nobody_is_not_narrowed)
{
	struct view view = view_of(shelf.arena, NULL);
	const struct endpoint *first;

	cr_expect(view_find(&view, catalog, "sandbox/echo", &first));
	cr_expect_not(view_find(&view, catalog, "anthropic/claude-sonnet-4.5",
				&first));
}

Test(view, of_a_name_longer_than_any_has_nothing)
{
	struct view view = view_of(shelf.arena, NULL);
	const struct endpoint *first;
	char name[2000];

	memset(name, 'a', sizeof(name));
	memcpy(name + sizeof(name) - 7, ":nitro", 7);
	cr_expect_not(view_find(&view, catalog, name, &first));
}
