/* Reading answers: what a whole one or a chunk says. */
#include "base/scan.h"
#include "wire/finish.h"
#include "wire/openai.h"
#include "wire/openai_usage.h"

#define TOTAL_MOST (INT64_C(1) << 40) /* tokens; more cannot be */

/* What one choice says, before it joins the others. `thought` is reasoning,
 * which some providers send by two or three names at once. */
struct choice {
	struct span finish;
	int64_t text_bytes, thought_bytes;
	bool content, called;
};

static bool is_empty(struct span value)
{
	struct scan_walk w = scan_walk(value);
	struct scan_item item;

	return !scan_next(&w, &item);
}

/* How many bytes of text there are: of a string, or of the text parts that
 * some providers make of it. */
static int64_t text_of(struct span value)
{
	static const char *const texts[] = { "text", "summary", "thinking" };
	struct scan_item item;
	int64_t sum = (int64_t)scan_string_len(value);

	if (scan_kind(value) != SCAN_ARRAY)
		return sum;
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
			sum += text_of(scan_find(item.value, texts[i]));
	return sum;
}

static void take_text(struct choice *c, struct span value)
{
	int64_t bytes = text_of(value);

	c->text_bytes += bytes;
	c->content = c->content || bytes || !is_empty(value);
}

static void take_thought(struct choice *c, struct span value)
{
	int64_t bytes = text_of(value);

	if (bytes > c->thought_bytes)
		c->thought_bytes = bytes;
	c->content = c->content || bytes || !is_empty(value);
}

/* A call's frame is not the model's words; its name and arguments are. */
static void take_call(struct choice *c, struct span function)
{
	c->text_bytes += text_of(scan_find(function, "name")) +
			 text_of(scan_find(function, "arguments"));
	if (!is_empty(function))
		c->content = true;
}

static void take_calls(struct choice *c, struct span value)
{
	struct scan_item call;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &call);) {
		c->content = c->called = true;
		take_call(c, scan_find(call.value, "function"));
	}
}

static void take_audio(struct choice *c, struct span value)
{
	c->text_bytes += text_of(scan_find(value, "transcript"));
	c->content = c->content || !is_empty(value);
}

static void take_images(struct choice *c, struct span value)
{
	c->content = c->content || !is_empty(value);
}

static const struct {
	const char *name;
	void (*take)(struct choice *c, struct span value);
} carriers[] = {
	{ "content", take_text },	{ "reasoning", take_thought },
	{ "tool_calls", take_calls },	{ "reasoning_content", take_thought },
	{ "refusal", take_text },	{ "reasoning_details", take_thought },
	{ "function_call", take_call }, { "audio", take_audio },
	{ "images", take_images },
};

/* A message, or a delta of one. */
static void read_message(struct span message, struct choice *c)
{
	struct scan_item item;

	for (struct scan_walk w = scan_walk(message); scan_next(&w, &item);)
		for (size_t i = 0; i < sizeof(carriers) / sizeof(*carriers);
		     i++)
			if (scan_named(&item, carriers[i].name)) {
				carriers[i].take(c, item.value);
				break;
			}
}

static void read_error(struct span error, struct openai_facts *facts)
{
	enum scan_kind kind = scan_kind(error);

	if (kind == SCAN_NOTHING || kind == SCAN_NULL || kind == SCAN_FALSE ||
	    (kind == SCAN_STRING && !scan_string_len(error)))
		return;
	facts->error = true;
	if (kind == SCAN_STRING)
		facts->error_message = error;
	if (kind != SCAN_OBJECT)
		return;
	facts->error_message = scan_find(error, "message");
	facts->error_code = scan_find(error, "code");
}

static void join(const struct choice *c, struct openai_facts *facts)
{
	const char *finish = finish_read(c->finish, c->called);

	facts->choices = true;
	facts->content = facts->content || c->content;
	facts->called = facts->called || c->called;
	facts->text_bytes += c->text_bytes + c->thought_bytes;
	if (!finish) {
		facts->finished = false;
		return;
	}
	if (!facts->finish) {
		facts->finish = finish;
		facts->native_finish = c->finish;
	}
	facts->error = facts->error || !strcmp(finish, "error");
}

static void read_choice(struct span value, struct openai_facts *facts,
			struct span *usage)
{
	struct choice c = { 0 };
	struct scan_item item;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);) {
		if (scan_named(&item, "delta") || scan_named(&item, "message"))
			read_message(item.value, &c);
		else if (scan_named(&item, "text"))
			take_text(&c, item.value);
		else if (scan_named(&item, "finish_reason"))
			c.finish = item.value;
		else if (scan_named(&item, "error"))
			read_error(item.value, facts);
		else if (scan_named(&item, "usage"))
			*usage = item.value;
	}
	join(&c, facts);
}

/* Moonshot has put a stream's usage into its last choice. */
static void read_choices(struct span choices, struct openai_facts *facts,
			 struct span *usage)
{
	struct scan_item choice;

	facts->finished = true;
	for (struct scan_walk w = scan_walk(choices); scan_next(&w, &choice);)
		read_choice(choice.value, facts, usage);
	facts->finished = facts->finished && facts->choices;
}

static void read_member(const struct scan_item *item,
			struct openai_facts *facts, struct span *usage)
{
	if (scan_named(item, "id"))
		facts->id = item->value;
	else if (scan_named(item, "model"))
		facts->model = item->value;
	else if (scan_named(item, "provider"))
		facts->provider = item->value;
	else if (scan_named(item, "usage"))
		facts->usage = item->value;
	else if (scan_named(item, "choices"))
		read_choices(item->value, facts, usage);
	else if (scan_named(item, "error"))
		read_error(item->value, facts);
	else if (scan_named(item, "object") && scan_says(item->value, "error"))
		read_error(facts->root, facts);
}

bool openai_read_answer(struct span text, struct openai_facts *facts)
{
	struct openai_facts read = { 0 };
	struct span usage = { 0 };
	struct scan_item item;

	if (!scan_text(text, SCAN_DEPTH, &read.root, NULL) ||
	    scan_kind(read.root) != SCAN_OBJECT)
		return false;
	for (struct scan_walk w = scan_walk(read.root); scan_next(&w, &item);)
		read_member(&item, &read, &usage);
	if (read.usage.at)
		usage = read.usage;
	read.usage_state = usage_read(usage, &read.tokens);
	*facts = read;
	return true;
}

/* A vector as numbers, as base64, or several by their types: whatever is not
 * empty. */
static bool is_embedding(struct span value)
{
	struct span vector = scan_find(value, "embedding");

	return scan_string_len(vector) || !is_empty(vector);
}

/* Some providers tell the total alone (Voyage, Jina): all of it is prompt. */
static void read_total(struct openai_facts *facts)
{
	struct span total = scan_find(facts->usage, "total_tokens");
	struct tokens tokens = { 0 };
	bool sound;

	if (facts->usage_state != TOKENS_ABSENT || !total.at ||
	    scan_kind(total) == SCAN_NULL)
		return;
	sound = scan_int(total, &tokens.fresh) && tokens.fresh >= 0 &&
		tokens.fresh <= TOTAL_MOST;
	facts->usage_state = sound ? TOKENS_GIVEN : TOKENS_WRONG;
	if (sound)
		facts->tokens = tokens;
}

bool openai_read_embeddings(struct span text, struct openai_facts *facts)
{
	struct scan_item item;
	struct scan_walk w;

	if (!openai_read_answer(text, facts))
		return false;
	w = scan_walk(scan_find(facts->root, "data"));
	facts->choices = facts->content =
		scan_next(&w, &item) && is_embedding(item.value);
	read_total(facts);
	return true;
}
