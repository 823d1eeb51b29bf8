/* Writing requests: the client's bytes with what must change spliced in. */
#include "base/quote.h"
#include "base/scan.h"
#include "base/splice.h"
#include "wire/openai.h"
#include "wire/quirks.h"

#include <assert.h>
#include <stdio.h>

enum { NAME_MOST = 1 << 20, NUMBER_ROOM = 32 };

/* What is between the client and the gateway, and no provider's business. */
static const char *const private[] = {
	"models", "route",	"provider", "plugins", "transforms",
	"preset", "session_id", "trace",    "debug",
};

static const char asking[] = "{\"include_usage\":true}";

struct writing {
	const struct openai_request *how;
	struct splice splice;
	struct buf model;	   /* quoted */
	char number[NUMBER_ROOM];  /* the clamp */
	const char *limit, *other; /* the provider's name for it, and not */
	bool stream, messages, limited; /* what the body has */
	bool named, options, clamped;	/* what has been written */
};

static bool is_left_out(const struct writing *w, const struct scan_item *item)
{
	if (scan_named(item, "usage"))
		return item->kind == SCAN_OBJECT;
	if (scan_named(item, "messages")) /* a chat has a prompt instead */
		return item->kind == SCAN_NULL && !w->how->completion;
	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++)
		if (scan_named(item, private[i]))
			return true;
	return false;
}

/* The value alone: what has been read needs no second look. */
static struct span trim(struct span body)
{
	static const char space[] = " \t\r\n";

	while (body.len && strchr(space, *body.at)) {
		body.at++;
		body.len--;
	}
	while (body.len && strchr(space, body.at[body.len - 1]))
		body.len--;
	return body;
}

/* What some edits need to know of members behind them. */
static void look_ahead(struct writing *w, struct span root)
{
	struct scan_item item;

	for (struct scan_walk walk = scan_walk(root); scan_next(&walk, &item);)
		if (scan_named(&item, "stream"))
			w->stream = item.kind == SCAN_TRUE;
		else if (scan_named(&item, "messages"))
			w->messages = item.kind == SCAN_ARRAY;
		else if (scan_named(&item, w->limit))
			w->limited = item.kind == SCAN_NUMBER;
}

static void edit_model(struct writing *w, const struct scan_item *item)
{
	splice_replace(&w->splice, item->value,
		       (struct span){ w->model.text, w->model.len });
	w->named = true;
}

/* Ask for usage in a stream, whatever else the options say. Without a stream
 * they mean nothing, and some providers refuse them. */
static void edit_options(struct writing *w, const struct scan_item *item)
{
	struct splice inner;
	struct scan_item option;

	if (!w->stream || w->how->quirks & QUIRK_NO_STREAM_OPTIONS) {
		splice_remove(&w->splice, item);
		return;
	}
	w->options = true;
	if (item->kind != SCAN_OBJECT) {
		splice_replace(&w->splice, item->value, span_of(asking));
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

/*
 * The limit goes by the provider's name for it, which is taken to be the
 * client's unless a quirk says otherwise or there is a clamp.
 */
static void edit_limit(struct writing *w, const struct scan_item *item)
{
	bool ours = scan_named(item, w->limit);

	if (!w->how->clamp) {
		if (ours || !(w->how->quirks & QUIRK_MAX_COMPLETION_TOKENS))
			return;
		if (w->limited)
			splice_remove(&w->splice, item);
		else
			splice_replace(&w->splice, item->name,
				       span_of(w->limit));
	} else if (w->clamped) {
		splice_remove(&w->splice, item);
	} else {
		splice_replace(&w->splice, item->name, span_of(w->limit));
		splice_replace(&w->splice, item->value, span_of(w->number));
		w->clamped = true;
	}
}

/* In a chat, a prompt in place of messages becomes the only one of them. */
static void edit_prompt(struct writing *w, const struct scan_item *item)
{
	static const char before[] = "[{\"role\":\"user\",\"content\":";
	struct span start = { item->value.at, 0 };
	struct span end = { item->value.at + item->value.len, 0 };

	if (w->how->completion || w->messages || item->kind != SCAN_STRING)
		return;
	splice_replace(&w->splice, item->name, span_of("messages"));
	splice_replace(&w->splice, start, span_of(before));
	splice_replace(&w->splice, end, span_of("}]"));
}

static void edit(struct writing *w, const struct scan_item *item)
{
	if (scan_named(item, "model"))
		edit_model(w, item);
	else if (is_left_out(w, item))
		splice_remove(&w->splice, item);
	else if (scan_named(item, "stream_options"))
		edit_options(w, item);
	else if (scan_named(item, w->limit) || scan_named(item, w->other))
		edit_limit(w, item);
	else if (scan_named(item, "prompt"))
		edit_prompt(w, item);
}

static void add(struct writing *w)
{
	if (!w->named)
		splice_insert_last(
			&w->splice, "model",
			(struct span){ w->model.text, w->model.len });
	if (w->stream && !w->options &&
	    !(w->how->quirks & QUIRK_NO_STREAM_OPTIONS))
		splice_insert_last(&w->splice, "stream_options",
				   span_of(asking));
	if (w->how->clamp && !w->clamped)
		splice_insert_last(&w->splice, w->limit, span_of(w->number));
}

void openai_write_request(struct span body, const struct openai_request *how,
			  struct buf *out)
{
	bool newer = how->quirks & QUIRK_MAX_COMPLETION_TOKENS;
	static const char *const limits[] = { "max_tokens",
					      "max_completion_tokens" };
	struct writing w = { .how = how,
			     .limit = limits[newer],
			     .other = limits[!newer] };
	struct span root = trim(body);
	struct scan_item item;

	assert(scan_kind(root) == SCAN_OBJECT);
	look_ahead(&w, root);
	snprintf(w.number, sizeof(w.number), "%lld", (long long)how->clamp);
	buf_init(&w.model, NAME_MOST);
	quote_json(&w.model, span_of(how->model));
	splice_begin(&w.splice, body, root, out);
	for (struct scan_walk walk = scan_walk(root); scan_next(&walk, &item);)
		edit(&w, &item);
	add(&w);
	splice_end(&w.splice);
	buf_done(&w.model);
}
