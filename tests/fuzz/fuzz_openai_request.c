/*
 * Any body that is taken for a request is written as one: valid JSON with the
 * model that was asked for, nothing of the gateway's own, and each member that
 * is nobody's business byte for byte and in its order. The first byte chooses
 * the quirks, the clamp and the endpoint.
 */
#include "base/scan.h"
#include "wire/openai.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Members that may change; all others must not. */
static const char *const changing[] = {
	"model",      "models",
	"route",      "provider",
	"plugins",    "transforms",
	"preset",     "session_id",
	"trace",      "debug",
	"usage",      "stream_options",
	"max_tokens", "max_completion_tokens",
	"prompt",     "messages",
};

static bool may_change(const struct scan_item *item)
{
	for (size_t i = 0; i < sizeof(changing) / sizeof(*changing); i++)
		if (scan_named(item, changing[i]))
			return true;
	return false;
}

static bool next_fixed(struct scan_walk *w, struct scan_item *item)
{
	while (scan_next(w, item))
		if (!may_change(item))
			return true;
	return false;
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

static void require_same_rest(struct span before, struct span after)
{
	struct scan_walk old = scan_walk(before), new = scan_walk(after);
	struct scan_item was, is;

	while (next_fixed(&old, &was)) {
		require(next_fixed(&new, &is));
		require(same(was.name, is.name) && same(was.value, is.value));
	}
	require(!next_fixed(&new, &is));
}

static void require_fields(struct span root, const struct ask *ask,
			   const struct openai_request *how)
{
	struct span options = scan_find(root, "stream_options");
	bool shy = how->quirks & 1, newer = how->quirks & 2, flag;
	int64_t limit;

	require(scan_says(scan_find(root, "model"), how->model));
	require(!scan_find(root, "models").at);
	require(!scan_find(root, "provider").at);
	if (ask->stream && !shy)
		require(scan_bool(scan_find(options, "include_usage"), &flag) &&
			flag);
	else
		require(!options.at);
	if (how->clamp)
		require(scan_int(scan_find(root, newer ? "max_completion_tokens"
						       : "max_tokens"),
				 &limit) &&
			limit == how->clamp);
	if (!how->completion)
		require(scan_kind(scan_find(root, "messages")) == SCAN_ARRAY);
}

static void check(struct span body, const struct ask *ask,
		  const struct openai_request *how)
{
	struct span before, after;
	struct buf out;

	require(scan_text(body, SCAN_DEPTH, &before, NULL));
	require(ask_prompt_bound(ask) >= ask_prompt_estimate(ask));
	buf_init(&out, body.len * 2 + 1000);
	openai_write_request(body, how, &out);
	require(buf_fits(&out));
	require(scan_text((struct span){ out.text, out.len }, SCAN_DEPTH + 2,
			  &after, NULL));
	require_same_rest(before, after);
	require_fields(after, ask, how);
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span body = { (const char *)bytes + 1, len - 1 };
	struct arena *a;
	struct ask ask;
	struct fault why = { 0 };
	struct openai_request how = { .model = "na\"tive" };
	bool ok;

	if (!len)
		return 0;
	how.quirks = bytes[0] & 3;
	how.clamp = bytes[0] & 4 ? 7 : 0;
	how.completion = bytes[0] & 8;
	a = arena_new();
	ok = how.completion ? openai_read_completion(a, body, &ask, &why)
			    : openai_read_chat(a, body, &ask, &why);
	if (ok)
		check(body, &ask, &how);
	else
		require(why.kind == FAULT_BAD_REQUEST && *why.text);
	arena_free(a);
	return 0;
}
