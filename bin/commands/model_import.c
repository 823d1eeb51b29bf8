/* `turnpike model import`: read a public price list. */
#include "base/buf.h"
#include "base/clock.h"
#include "bin/commands/model.h"
#include "bin/commands/sheet.h"
#include "domain/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_CEILING = 256 * 1024 * 1024 };

static void buf_undo(void *buf)
{
	buf_done(buf);
}

static bool read_all(FILE *file, const char *name, struct buf *text,
		     struct fault *why)
{
	char piece[65536];
	size_t len;

	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(text, piece, len);
	if (ferror(file))
		return fault_set(why, FAULT_INTERNAL, "%s: %s", name,
				 strerror(errno));
	return buf_fits(text) ||
	       fault_set(why, FAULT_TOO_LARGE, "%s: larger than %d bytes", name,
			 FILE_CEILING);
}

/* The whole of PATH, or of standard input; it goes with the call. */
static bool read_list(struct call *c, const char *path, struct span *text,
		      struct fault *why)
{
	bool input = !strcmp(path, "-");
	FILE *file = input ? stdin : fopen(path, "re");
	struct buf *buf = arena_take(c->arena, sizeof(*buf));
	bool ok;

	if (!file)
		return fault_set(why, FAULT_NOT_FOUND, "%s: %s", path,
				 strerror(errno));
	buf_init(buf, FILE_CEILING);
	arena_defer(c->arena, buf_undo, buf);
	ok = read_all(file, path, buf, why);
	if (!input)
		(void)fclose(file);
	if (ok)
		*text = (struct span){ buf->text, buf->len };
	return ok;
}

static void step(void *who, size_t done, size_t of)
{
	progress(who, "importing", (int64_t)done, (int64_t)of);
}

static struct sheet counts(struct call *c, const struct import_change *change)
{
	static const struct column columns[] = {
		{ "import", "import", CELL_TEXT },
		{ "shape", "kind of list", CELL_TEXT },
		{ "added", "added", CELL_NUMBER },
		{ "changed", "changed", CELL_NUMBER },
		{ "unchanged", "unchanged", CELL_NUMBER },
		{ "skipped", "skipped", CELL_NUMBER },
		{ "unpriced", "without a price", CELL_NUMBER },
		{ "models_added", "new models", CELL_NUMBER },
		{ "providers_added", "new providers", CELL_NUMBER },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);

	sheet_some(&s, change->id);
	sheet_text(&s, change->list->shape);
	sheet_number(&s, change->added);
	sheet_number(&s, change->changed);
	sheet_number(&s, change->unchanged);
	sheet_number(&s, change->skipped);
	sheet_number(&s, change->unpriced);
	sheet_number(&s, change->models_added);
	sheet_number(&s, change->providers_added);
	return s;
}

static struct sheet remarks(struct call *c, const struct import_change *change)
{
	static const struct column columns[] = {
		{ "count", "rows", CELL_NUMBER },
		{ "skipped", "skipped", CELL_SWITCH },
		{ "reason", "because", CELL_TEXT },
		{ "example", "such as", CELL_TEXT },
		{ 0 },
	};
	struct sheet s = sheet_new(c->arena, columns);
	const struct import_tally *tallies = change->tallies.items;

	for (size_t i = 0; i < change->tallies.count; i++) {
		sheet_number(&s, tallies[i].count);
		sheet_number(&s, tallies[i].skipped);
		sheet_text(&s, tallies[i].reason);
		sheet_text(&s, tallies[i].example);
	}
	return s;
}

static void print(struct call *c, const struct import_change *change)
{
	struct sheet s = counts(c, change), why = remarks(c, change);

	if (wants_json(c)) {
		printf("{\"data\":%s,\"remarks\":", sheet_row_json(&s, 0));
		sheet_print_array(&why);
		fputs("}\n", stdout);
		return;
	}
	sheet_print_list(&s);
	if (sheet_rows(&why)) {
		putchar('\n');
		sheet_print_table(&why);
	}
}

bool model_import(struct call *c, struct fault *why)
{
	const char *path = argument(c, 0);
	struct import_list list;
	struct import_change change = {
		.list = &list,
		.source = strcmp(path, "-") ? path : "standard input",
		.all = given(c, "all")->set,
		.at = clock_now_ms(),
		.arena = c->arena,
		.progress = step,
		.who = c,
	};
	struct span text = { 0 };

	if (!call_open(c, why) || !read_list(c, path, &text, why) ||
	    !import_read(c->arena, text, &list, why) ||
	    !store_commit(c->store, import_apply, &change, why))
		return false;
	progress_end(c);
	print(c, &change);
	return true;
}
