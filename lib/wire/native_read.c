/* The half of native.h that reads requests. */
#include "base/scan.h"
#include "base/url.h"
#include "wire/native.h"

#include <stdlib.h>
#include <string.h>

enum { CHOICES_MOST = 128, TOKENS_MOST = 1 << 30, WALK_DEEPEST = 32 };

struct reading {
	struct ask ask;
	struct span model, stream;
	int64_t candidates, best_of;
};

static void take_limit(struct reading *r, struct span value)
{
	int64_t limit;

	if (scan_int(value, &limit) && limit > r->ask.max_tokens &&
	    limit <= TOKENS_MOST)
		r->ask.max_tokens = limit;
}

static void take_number(struct span value, int64_t *number)
{
	int64_t given;

	if (scan_int(value, &given) && given > *number)
		*number = given;
}

static void take_choices(struct reading *r, struct span value)
{
	take_number(value, &r->candidates);
}

static void take_best_of(struct reading *r, struct span value)
{
	take_number(value, &r->best_of);
}

static void take_model(struct reading *r, struct span value)
{
	r->model = value;
}

static void take_stream(struct reading *r, struct span value)
{
	scan_bool(value, &r->ask.stream);
}

static void take_tools(struct reading *r, struct span value)
{
	struct scan_item item;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		r->ask.tools++;
}

/* Gemini has them in an object of their own. */
static void take_config(struct reading *r, struct span value)
{
	static const char *const limits[] = { "maxOutputTokens",
					      "max_output_tokens" };
	static const char *const counts[] = { "candidateCount",
					      "candidate_count" };

	for (size_t i = 0; i < 2; i++) {
		take_limit(r, scan_find(value, limits[i]));
		take_choices(r, scan_find(value, counts[i]));
	}
}

/* What counts for the hold, and so must not be said twice. */
static const struct {
	const char *name;
	void (*take)(struct reading *r, struct span value);
} members[] = {
	{ "model", take_model },
	{ "stream", take_stream },
	{ "max_tokens", take_limit },
	{ "max_completion_tokens", take_limit },
	{ "max_output_tokens", take_limit },
	{ "n", take_choices },
	{ "best_of", take_best_of },
	{ "tools", take_tools },
	{ "generationConfig", take_config },
	{ "generation_config", take_config },
};

static bool read_members(struct reading *r, struct span root, struct fault *why)
{
	unsigned seen = 0;
	struct scan_item item;

	for (struct scan_walk w = scan_walk(root); scan_next(&w, &item);)
		for (size_t i = 0; i < sizeof(members) / sizeof(*members);
		     i++) {
			if (!scan_named(&item, members[i].name))
				continue;
			if (seen >> i & 1)
				return fault_set(why, FAULT_BAD_REQUEST,
						 "%s is given twice",
						 members[i].name);
			seen |= 1U << i;
			members[i].take(r, item.value);
		}
	return true;
}

/* An image is bounded by what images cost; what is only named may be anything
 * that fits into the context. */
static const struct {
	const char *name;
	bool image;
} references[] = {
	{ "image_url", true },
	{ "inlineData", true },
	{ "inline_data", true },
	{ "source", true },
	{ "file_id", false },
	{ "file_uri", false },
	{ "fileUri", false },
	{ "file_url", false },
	{ "previous_response_id", false },
	{ "conversation", false },
	{ "cachedContent", false },
	{ "cached_content", false },
	{ "container", false },
	{ "video_url", false },
	{ "audio_url", false },
	{ "document_url", false },
	{ "url", false },
};

static void count_reference(struct ask *ask, const struct scan_item *item)
{
	if (item->kind == SCAN_NULL)
		return;
	for (size_t i = 0; i < sizeof(references) / sizeof(*references); i++)
		if (scan_named(item, references[i].name)) {
			ask->images += references[i].image;
			ask->files += !references[i].image;
			return;
		}
}

/* What is nested too deep to be looked at may be anything as well. */
static void count_references(struct ask *ask, struct span value, unsigned depth)
{
	struct scan_item item;

	ask->files += depth == WALK_DEEPEST;
	if (depth >= WALK_DEEPEST)
		return;
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);) {
		if (item.name.at)
			count_reference(ask, &item);
		if (item.kind >= SCAN_ARRAY)
			count_references(ask, item.value, depth + 1);
	}
}

/* ".../NAME:generateContent" */
static const char *model_in_path(struct arena *a, const char *path)
{
	const char *name = strrchr(path, '/');
	size_t len = name ? strcspn(name + 1, ":") : 0;

	return len ? url_decode(a, arena_copy(a, name + 1, len)) : NULL;
}

/* NULL when BODY is no JSON object, or names more than one. */
static const char *model_in_body(struct arena *a, struct span body)
{
	struct span root, model = { 0 };
	struct scan_item item;

	if (!scan_text(body, SCAN_DEPTH, &root, NULL) ||
	    scan_kind(root) != SCAN_OBJECT)
		return NULL;
	for (struct scan_walk w = scan_walk(root); scan_next(&w, &item);) {
		if (!scan_named(&item, "model"))
			continue;
		if (model.at)
			return NULL;
		model = item.value;
	}
	return scan_string(a, model).at;
}

const char *native_model(struct arena *a, const char *path, struct span body)
{
	static const char models[] = "/models/";
	const char *name = strstr(path, models);
	const char *verb;
	size_t len;

	if (!name)
		return model_in_body(a, body);
	name += strlen(models);
	verb = strrchr(name, ':');
	len = verb ? (size_t)(verb - name) : strlen(name);
	while (len && name[len - 1] == '/')
		len--;
	return len ? url_decode(a, arena_copy(a, name, len)) : NULL;
}

static int64_t count_inputs(struct span input)
{
	struct scan_item item;
	int64_t count = 0;

	if (scan_kind(input) != SCAN_ARRAY)
		return 1;
	for (struct scan_walk w = scan_walk(input); scan_next(&w, &item);)
		count += item.kind != SCAN_NUMBER;
	return count ? count : 1;
}

static bool settle_choices(struct reading *r, const struct native *native,
			   struct fault *why)
{
	r->ask.choices =
		r->best_of > r->candidates ? r->best_of : r->candidates;
	if (r->ask.choices > CHOICES_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "at most %d answers can be had at once",
				 CHOICES_MOST);
	if (native->vectors)
		r->ask.choices = r->ask.max_tokens = 0;
	return true;
}

bool native_read(struct arena *a, const struct native *native, const char *path,
		 struct span body, struct ask *ask, struct fault *why)
{
	struct reading r = { .ask = { .prompts = 1, .messages = 1 },
			     .candidates = 1 };
	struct span root, prompt;

	if (!scan_text(body, SCAN_DEPTH, &root, why))
		return false;
	if (scan_kind(root) != SCAN_OBJECT)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request's body must be a JSON object");
	if (!read_members(&r, root, why) || !settle_choices(&r, native, why))
		return false;
	prompt = scan_find(root, "prompt");
	count_references(&r.ask, root, 0);
	r.ask.files += scan_kind(prompt) == SCAN_OBJECT; /* one that is kept */
	r.ask.text_bytes = (int64_t)body.len;
	if (native->vectors)
		r.ask.prompts = count_inputs(scan_find(
			root, native->in_path ? "requests" : "input"));
	else if (!native->in_path)
		r.ask.choices *= count_inputs(prompt);
	r.ask.longest_bytes = r.ask.text_bytes / r.ask.prompts;
	r.ask.stream = r.ask.stream || native->streams;
	r.ask.user = scan_string(a, scan_find(root, "user")).at;
	r.ask.model = native->in_path ? model_in_path(a, path)
				      : scan_string(a, r.model).at;
	*ask = r.ask;
	return true;
}
