#include "wire/sandbox_ask.h"
#include "wire/sandbox_script.h"

#include "base/buf.h"
#include "support/row.h"

#include <stdio.h>
#include <string.h>

/* The page is written by hand; its tables must name what there is. */
static void read_page(struct buf *page)
{
	FILE *file = fopen("www/docs/sandbox.md", "r");
	char piece[4096];
	size_t len;

	cr_assert(file, "run tests in the project's folder");
	buf_init(page, 1 << 20);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(page, piece, len);
	fclose(file);
}

/* Is there a table's row for NAME, or for NAME with a value? */
static bool has_row(const struct buf *page, const char *name, const char *after)
{
	char row[100];

	snprintf(row, sizeof(row), "\n| `%s%s", name, after);
	return strstr(page->text, row);
}

Test(sandbox_docs, have_each_directive)
{
	struct buf page;

	read_page(&page);
	for (const struct sandbox_directive *d = sandbox_directives; d->name;
	     d++)
		cr_expect(has_row(&page, d->name,
				  d->kind == DIRECTIVE_FLAG ? "` |" : "="),
			  "%s", d->name);
	buf_done(&page);
}

Test(sandbox_docs, have_each_kind_of_usage)
{
	struct buf page;

	read_page(&page);
	for (size_t i = 0; i < SANDBOX_USAGES; i++)
		cr_expect(has_row(&page, sandbox_usages[i], "` |"), "%s",
			  sandbox_usages[i]);
	buf_done(&page);
}

Test(sandbox_docs, have_each_model)
{
	struct buf page;

	read_page(&page);
	for (const struct sandbox_model *m = sandbox_models; m->name; m++)
		cr_expect(has_row(&page, m->name, "` |"), "%s", m->name);
	buf_done(&page);
}
