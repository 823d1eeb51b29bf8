/* Writing answers: the provider's bytes with what is ours spliced in, and
 * chunks of our own. */
#include "base/quote.h"
#include "base/scan.h"
#include "base/splice.h"
#include "wire/finish.h"
#include "wire/openai.h"
#include "wire/openai_usage.h"

#include <string.h>

enum { WORD_MOST = 1 << 20 };

static struct span bytes(const struct buf *b)
{
	return (struct span){ b->text, b->len };
}

/* What we say about the money, as members that end an object. */
static void write_cost(const struct openai_dress *dress, struct buf *out)
{
	buf_print(out,
		  "\"cost\":%s,\"is_byok\":false,\"cost_details\":{"
		  "\"upstream_inference_cost\":null,"
		  "\"upstream_inference_prompt_cost\":%s,"
		  "\"upstream_inference_completions_cost\":%s}",
		  dress->cost, dress->prompt_cost, dress->completion_cost);
}

static void write_usage(const struct openai_dress *dress, struct buf *out)
{
	buf_text(out, "{");
	usage_write(dress->tokens, out);
	buf_text(out, ",");
	write_cost(dress, out);
	buf_text(out, "}");
}

struct dressing {
	const struct openai_dress *dress;
	struct splice splice;
	struct buf word;
	bool id, model, provider, usage;
};

static struct span quoted(struct dressing *d, const char *text)
{
	buf_clear(&d->word);
	quote_json(&d->word, span_of(text));
	return bytes(&d->word);
}

/* The provider's own counts, with our cost in place of any it gave. */
static void edit_counts(struct dressing *d, struct span usage)
{
	static const char *const ours[] = { "cost", "is_byok", "cost_details" };
	struct splice inner;
	struct scan_item item;

	splice_inside(&d->splice, usage, &inner);
	for (struct scan_walk w = scan_walk(usage); scan_next(&w, &item);)
		for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
			if (scan_named(&item, ours[i])) {
				splice_remove(&inner, &item);
				break;
			}
	splice_insert_last(&inner, "cost", span_of(d->dress->cost));
	splice_insert_last(&inner, "is_byok", span_of("false"));
	buf_clear(&d->word);
	buf_print(&d->word,
		  "{\"upstream_inference_cost\":null,"
		  "\"upstream_inference_prompt_cost\":%s,"
		  "\"upstream_inference_completions_cost\":%s}",
		  d->dress->prompt_cost, d->dress->completion_cost);
	splice_insert_last(&inner, "cost_details", bytes(&d->word));
	splice_end(&inner);
}

static void edit_usage(struct dressing *d, const struct openai_facts *facts,
		       const struct scan_item *item)
{
	d->usage = true;
	if (!d->dress->usage && d->dress->nulls && item->kind == SCAN_NULL)
		return;
	if (!d->dress->usage) {
		splice_remove(&d->splice, item);
	} else if (facts->usage_state == TOKENS_GIVEN) {
		edit_counts(d, item->value);
	} else {
		buf_clear(&d->word);
		write_usage(d->dress, &d->word);
		splice_replace(&d->splice, item->value, bytes(&d->word));
	}
}

/* Does OpenAI say that itself? Its older clients know function_call. */
static bool is_openais(struct span finish, const char *normal)
{
	return scan_says(finish, normal) || scan_says(finish, "function_call");
}

static void edit_finish(struct dressing *d, struct span finish,
			const char *normal, bool has_native)
{
	struct span end = { finish.at + finish.len, 0 };

	if (!is_openais(finish, normal))
		splice_replace(&d->splice, finish, quoted(d, normal));
	if (has_native)
		return;
	splice_replace(&d->splice, end, span_of(",\"native_finish_reason\":"));
	splice_replace(&d->splice, end, finish);
}

static bool has_calls(struct span message)
{
	struct scan_walk w = scan_walk(scan_find(message, "tool_calls"));
	struct scan_item call;

	return scan_next(&w, &call);
}

static void edit_choice(struct dressing *d, struct span choice)
{
	bool called = d->dress->called, has_native = false;
	struct span finish = { 0 };
	struct scan_item item;
	const char *normal;

	for (struct scan_walk w = scan_walk(choice); scan_next(&w, &item);) {
		if (scan_named(&item, "finish_reason"))
			finish = item.value;
		else if (scan_named(&item, "native_finish_reason"))
			has_native = true;
		else if (scan_named(&item, "message") ||
			 scan_named(&item, "delta"))
			called = called || has_calls(item.value);
	}
	normal = finish_read(finish, called);
	if (normal)
		edit_finish(d, finish, normal, has_native);
}

static void edit_choices(struct dressing *d, struct span choices)
{
	struct scan_item choice;

	for (struct scan_walk w = scan_walk(choices); scan_next(&w, &choice);)
		edit_choice(d, choice.value);
}

static void edit(struct dressing *d, const struct openai_facts *facts,
		 const struct scan_item *item)
{
	if (scan_named(item, "id")) {
		splice_replace(&d->splice, item->value,
			       quoted(d, d->dress->id));
		d->id = true;
	} else if (scan_named(item, "model")) {
		splice_replace(&d->splice, item->value,
			       quoted(d, d->dress->model));
		d->model = true;
	} else if (scan_named(item, "provider")) {
		splice_replace(&d->splice, item->value,
			       quoted(d, d->dress->provider));
		d->provider = true;
	} else if (scan_named(item, "usage")) {
		edit_usage(d, facts, item);
	} else if (scan_named(item, "choices") && facts->finish) {
		edit_choices(d, item->value);
	} else if (scan_named(item, "error") && item->kind == SCAN_NULL) {
		splice_remove(&d->splice, item);
	}
}

static void add(struct dressing *d)
{
	const struct openai_dress *dress = d->dress;

	if (!d->id)
		splice_insert_last(&d->splice, "id", quoted(d, dress->id));
	if (!d->model)
		splice_insert_last(&d->splice, "model",
				   quoted(d, dress->model));
	if (!d->provider)
		splice_insert_last(&d->splice, "provider",
				   quoted(d, dress->provider));
	if (d->usage || !dress->usage)
		return;
	buf_clear(&d->word);
	write_usage(dress, &d->word);
	splice_insert_last(&d->splice, "usage", bytes(&d->word));
}

void openai_write_answer(const struct openai_facts *facts,
			 const struct openai_dress *dress, struct buf *out)
{
	struct dressing d = { .dress = dress };
	struct scan_item item;

	buf_init(&d.word, WORD_MOST);
	splice_begin(&d.splice, facts->root, facts->root, out);
	for (struct scan_walk w = scan_walk(facts->root); scan_next(&w, &item);)
		edit(&d, facts, &item);
	add(&d);
	splice_end(&d.splice);
	buf_done(&d.word);
}

/* Validated JSON has line breaks only between its tokens, where a space says
 * the same. */
static void flatten(char *at, const char *end)
{
	for (; at < end; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
}

void openai_write_event(const struct openai_facts *facts,
			const struct openai_dress *dress, struct buf *out)
{
	struct span root = facts->root;
	size_t start;

	buf_text(out, "data: ");
	start = out->len;
	openai_write_answer(facts, dress, out);
	if (memchr(root.at, '\n', root.len) || memchr(root.at, '\r', root.len))
		flatten(out->text + start, out->text + out->len);
	buf_text(out, "\n\n");
}

/* A chunk's beginning, up to what makes it different. */
static void begin_chunk(const struct openai_dress *dress, struct buf *out)
{
	buf_text(out, "{\"id\":");
	quote_json(out, span_of(dress->id));
	buf_print(out, ",\"object\":\"%s\",\"created\":%lld,\"model\":",
		  dress->completion ? "text_completion"
				    : "chat.completion.chunk",
		  (long long)dress->created);
	quote_json(out, span_of(dress->model));
	buf_text(out, ",\"provider\":");
	quote_json(out, span_of(dress->provider));
}

/* Its one choice, with nothing in it but how it ended. */
static void end_choice(const struct openai_dress *dress, const char *finish,
		       struct buf *out)
{
	buf_print(out,
		  ",\"choices\":[{\"index\":0,%s,\"finish_reason\":\"%s\"}]",
		  dress->completion ? "\"text\":\"\",\"logprobs\":null"
				    : "\"delta\":{\"content\":\"\"}",
		  finish);
}

void openai_error_chunk(const struct openai_dress *dress, int status,
			const char *message, const char *error_type,
			struct buf *out)
{
	begin_chunk(dress, out);
	buf_print(out, ",\"error\":{\"code\":%d,\"message\":", status);
	quote_json(out, span_of(message));
	buf_text(out, ",\"metadata\":{\"error_type\":");
	quote_json(out, span_of(error_type));
	buf_text(out, "}}");
	end_choice(dress, "error", out);
	buf_text(out, "}");
}

void openai_finish_chunk(const struct openai_dress *dress, const char *finish,
			 struct buf *out)
{
	begin_chunk(dress, out);
	end_choice(dress, finish, out);
	buf_text(out, "}");
}

void openai_usage_chunk(const struct openai_dress *dress, struct buf *out)
{
	begin_chunk(dress, out);
	buf_text(out, ",\"choices\":[],\"usage\":");
	write_usage(dress, out);
	buf_text(out, "}");
}
