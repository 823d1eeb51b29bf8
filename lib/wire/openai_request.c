/* Writing requests: the client's bytes with what must change spliced in. */
#include "base/quote.h"
#include "base/scan.h"
#include "base/splice.h"
#include "wire/openai.h"
#include "wire/quirks.h"

#include <stdio.h>

enum { NAME_MOST = 1024, NUMBER_ROOM = 32 };

/* What is between the client and the gateway, and no provider's business. */
static const char *const private[] = {
	"models", "route",	"provider", "plugins", "transforms",
	"preset", "session_id", "trace",    "debug",
};

static bool is_private(const struct scan_item *item)
{
	if (scan_named(item, "usage"))
		return item->kind == SCAN_OBJECT;
	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++)
		if (scan_named(item, private[i]))
			return true;
	return false;
}

struct writing {
	const struct openai_request *how;
	struct splice splice;
	struct buf model; /* quoted */
	bool stream, named, options;
};

/* Ask for usage in a stream, whatever else the options say. */
static void edit_options(struct writing *w, const struct scan_item *item)
{
	struct splice inner;
	struct scan_item option;

	w->options = true;
	if (item->kind != SCAN_OBJECT) {
		splice_replace(&w->splice, item->value,
			       span_of("{\"include_usage\":true}"));
		return;
	}
	splice_inside(&w->splice, item->value, &inner);
	for (struct scan_walk o = scan_walk(item->value);
	     scan_next(&o, &option);)
		if (scan_named(&option, "include_usage"))
			splice_remove(&inner, &option);
	splice_insert_last(&inner, "include_usage", span_of("true"));
	splice_end(&inner);
}

static void edit(struct writing *w, const struct scan_item *item)
{
	bool shy = w->how->quirks & QUIRK_NO_STREAM_OPTIONS;

	if (scan_named(item, "model")) {
		splice_replace(&w->splice, item->value,
			       (struct span){ w->model.text, w->model.len });
		w->named = true;
	} else if (is_private(item)) {
		splice_remove(&w->splice, item);
	} else if (scan_named(item, "stream_options")) {
		if (shy)
			splice_remove(&w->splice, item);
		else if (w->stream)
			edit_options(w, item);
	} else if (w->how->clamp &&
		   (scan_named(item, "max_tokens") ||
		    scan_named(item, "max_completion_tokens"))) {
		splice_remove(&w->splice, item);
	}
}

static void add(struct writing *w)
{
	bool shy = w->how->quirks & QUIRK_NO_STREAM_OPTIONS;
	char number[NUMBER_ROOM];

	if (!w->named)
		splice_insert_last(
			&w->splice, "model",
			(struct span){ w->model.text, w->model.len });
	if (w->stream && !w->options && !shy)
		splice_insert_last(&w->splice, "stream_options",
				   span_of("{\"include_usage\":true}"));
	if (!w->how->clamp)
		return;
	snprintf(number, sizeof(number), "%lld", (long long)w->how->clamp);
	splice_insert_last(&w->splice,
			   w->how->quirks & QUIRK_MAX_COMPLETION_TOKENS
				   ? "max_completion_tokens"
				   : "max_tokens",
			   span_of(number));
}

void openai_write_request(struct span body, const struct openai_request *how,
			  struct buf *out)
{
	struct writing w = { .how = how };
	struct scan_item item;
	struct span root;

	if (!scan_text(body, SCAN_DEPTH, &root, NULL))
		return;
	scan_bool(scan_find(root, "stream"), &w.stream);
	buf_init(&w.model, NAME_MOST);
	quote_json(&w.model, span_of(how->model));
	splice_begin(&w.splice, body, root, out);
	for (struct scan_walk walk = scan_walk(root); scan_next(&walk, &item);)
		edit(&w, &item);
	add(&w);
	splice_end(&w.splice);
	buf_done(&w.model);
}
