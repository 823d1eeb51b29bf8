#include "wire/sandbox_chat.h"

#include "base/buf.h"
#include "wire/sandbox_text.h"

#include <stdlib.h>
#include <string.h>

/*
 * What things count that are not text, in tokens. Nothing counts more than the
 * gateway holds for it.
 */
enum { MESSAGE = 3, IMAGE = 85, SOUND = 64, DOCUMENT = 256 };

/* Far beyond any prompt: what is quoted has to fit into memory. */
enum { QUOTED = 64 << 20 };

/* The prompt while it is being counted. */
struct counting {
	int64_t tokens, cached;
	int images, sounds, documents; /* in the message at hand */
};

static struct span text_of(const json_t *value)
{
	return (struct span){ json_string_value(value),
			      json_string_length(value) };
}

static bool is(const json_t *object, const char *name, const char *want)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value && !strcmp(value, want);
}

/* Append TEXT on a line of its own. */
static void join(struct buf *out, struct span text)
{
	if (out->len > 0 && text.len > 0)
		buf_text(out, "\n");
	buf_add(out, text.at, text.len);
}

static bool take_part(struct counting *c, json_t *part, struct buf *said,
		      struct fault *why)
{
	json_t *text = json_object_get(part, "text");

	if (json_is_string(text)) {
		c->tokens += sandbox_count(text_of(text));
		join(said, text_of(text));
	} else if (is(part, "type", "image_url")) {
		c->tokens += IMAGE;
		c->images++;
	} else if (is(part, "type", "input_audio")) {
		c->tokens += SOUND;
		c->sounds++;
	} else if (is(part, "type", "file")) {
		c->tokens += DOCUMENT;
		c->documents++;
	} else if (!is(part, "type", "refusal")) {
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'messages': a content part "
				 "is text, refusal, image_url, input_audio or "
				 "file");
	}
	if (json_object_get(part, "cache_control"))
		c->cached = c->tokens;
	return true;
}

static bool take_content(struct counting *c, const json_t *message,
			 struct buf *said, struct fault *why)
{
	json_t *content = json_object_get(message, "content");
	size_t i;
	json_t *part;

	if (json_is_string(content)) {
		c->tokens += sandbox_count(text_of(content));
		join(said, text_of(content));
	} else if (content && !json_is_null(content) &&
		   !json_is_array(content)) {
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'messages': content is a "
				 "string or an array of parts");
	}
	json_array_foreach (content, i, part)
		if (!take_part(c, part, said, why))
			return false;
	return true;
}

static void take_calls(struct counting *c, const json_t *message)
{
	size_t i;
	json_t *call;

	json_array_foreach (json_object_get(message, "tool_calls"), i, call) {
		json_t *function = json_object_get(call, "function");
		json_t *name = json_object_get(function, "name");
		json_t *arguments = json_object_get(function, "arguments");

		c->tokens += sandbox_count(text_of(name)) +
			     sandbox_count(text_of(arguments));
	}
}

/* "(1 image, 2 files were given)", when there were any. */
static void remark(const struct counting *c, struct buf *said)
{
	const struct {
		int count;
		const char *what;
	} rows[] = {
		{ c->images, "image" },
		{ c->sounds, "sound" },
		{ c->documents, "file" },
	};
	const char *before = said->len > 0 ? "\n(given: " : "(given: ";
	size_t len = said->len;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].count)
			continue;
		buf_print(said, "%s%d %s%s", before, rows[i].count,
			  rows[i].what, rows[i].count > 1 ? "s" : "");
		before = ", ";
	}
	if (said->len > len)
		buf_text(said, ")");
}

/* What was said by the user last, and by tools after that. */
struct last {
	struct buf said, results;
	bool answered; /* the last message is a tool's */
};

static bool take_message(struct counting *c, const json_t *message,
			 struct last *last, struct fault *why)
{
	struct buf aside, *said = &aside;
	bool tool = is(message, "role", "tool");
	bool ok;

	if (!json_is_string(json_object_get(message, "role")))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'messages': each is an "
				 "object with a role");
	buf_init(&aside, 0);
	if (is(message, "role", "user"))
		buf_clear(said = &last->said);
	if (tool && !last->answered)
		buf_clear(&last->results);
	if (tool)
		said = &last->results;
	last->answered = tool;
	c->images = c->sounds = c->documents = 0;
	c->tokens += MESSAGE;
	ok = take_content(c, message, said, why);
	remark(c, said);
	take_calls(c, message);
	buf_done(&aside);
	return ok;
}

static void keep(struct arena *a, struct sandbox_ask *ask,
		 const struct last *last)
{
	struct span *prompt = arena_take(a, sizeof(*prompt));

	*prompt = (struct span){ arena_copy(a, last->said.text, last->said.len),
				 last->said.len };
	ask->prompts = prompt;
	ask->prompt_count = 1;
	if (last->answered)
		ask->tool_results =
			arena_copy(a, last->results.text, last->results.len);
}

static bool read_messages(struct arena *a, json_t *body,
			  struct sandbox_ask *ask, struct fault *why)
{
	json_t *messages = json_object_get(body, "messages");
	struct counting c = { 0 };
	struct last last = { .answered = false };
	bool ok = true;
	size_t i;
	json_t *message;

	if (!json_is_array(messages) || !json_array_size(messages))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'messages': expected an "
				 "array with at least one message");
	buf_init(&last.said, QUOTED);
	buf_init(&last.results, QUOTED);
	json_array_foreach (messages, i, message)
		ok = ok && take_message(&c, message, &last, why);
	if (ok)
		keep(a, ask, &last);
	buf_done(&last.said);
	buf_done(&last.results);
	ask->prompt_tokens = c.tokens;
	ask->cached_tokens = c.cached;
	return ok;
}

static bool read_tool(const json_t *tool, struct sandbox_tool *out,
		      struct fault *why)
{
	json_t *function = json_object_get(tool, "function");
	const char *name = json_string_value(json_object_get(function, "name"));

	if (!name)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'tools': each is of type "
				 "function and has a name");
	*out = (struct sandbox_tool){ name,
				      json_object_get(function, "parameters") };
	return true;
}

/* The tool that tool_choice names alone may be called. */
static bool choose_tool(struct sandbox_ask *ask, json_t *choice,
			struct fault *why)
{
	json_t *function = json_object_get(choice, "function");
	json_t *name = json_object_get(function, "name");

	if (json_is_object(choice) && !json_is_string(name))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'tool_choice': it names "
				 "no function");
	ask->tool_forced = true;
	for (size_t i = 0; i < ask->tool_count; i++) {
		if (!span_is(text_of(name), ask->tools[i].name))
			continue;
		ask->tools += i;
		ask->tool_count = 1;
		return true;
	}
	return fault_set(why, FAULT_BAD_REQUEST,
			 "Invalid value for 'tool_choice': no tool named "
			 "'%.64s'",
			 json_string_value(name));
}

static bool read_choice(json_t *body, struct sandbox_ask *ask,
			struct fault *why)
{
	json_t *choice = json_object_get(body, "tool_choice");
	struct span word = text_of(choice);

	if (json_is_object(choice))
		return choose_tool(ask, choice, why);
	if (span_is(word, "none"))
		ask->tool_count = 0;
	else if (span_is(word, "required"))
		ask->tool_forced = true;
	else if (choice && !json_is_null(choice) && !span_is(word, "auto"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'tool_choice': expected "
				 "none, auto, required or a function");
	return true;
}

/* How many tools are called at a time. */
static size_t calls(const json_t *body, const struct sandbox_ask *ask)
{
	json_t *parallel = json_object_get(body, "parallel_tool_calls");

	if (json_is_false(parallel))
		return 1;
	if (ask->name.manner == SANDBOX_TOOLS && ask->name.number > 0)
		return ask->name.number < SANDBOX_CALLS
			       ? (size_t)ask->name.number
			       : SANDBOX_CALLS;
	return json_is_true(parallel) ? 2 : 1;
}

static bool read_tools(struct arena *a, json_t *body, struct sandbox_ask *ask,
		       struct fault *why)
{
	json_t *tools = json_object_get(body, "tools");
	size_t count = json_array_size(tools), i;
	struct sandbox_tool *read = arena_take(a, (count + 1) * sizeof(*read));
	json_t *tool;
	char *text;

	json_array_foreach (tools, i, tool)
		if (!read_tool(tool, &read[i], why))
			return false;
	text = count ? json_dumps(tools, JSON_COMPACT) : NULL;
	ask->prompt_tokens += sandbox_count(span_of(text));
	free(text);
	ask->tools = read;
	ask->tool_count = count;
	ask->calls = calls(body, ask);
	return read_choice(body, ask, why);
}

bool sandbox_chat_read(struct arena *a, json_t *body, struct sandbox_ask *ask,
		       struct fault *why)
{
	json_t *format = json_object_get(body, "response_format");
	json_t *schema = json_object_get(format, "json_schema");

	if (!sandbox_ask_read(a, body, ask, why) ||
	    !read_messages(a, body, ask, why) || !read_tools(a, body, ask, why))
		return false;
	if (ask->name.manner == SANDBOX_EMBED)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "This is not a chat model: %.64s",
				 ask->name.base);
	ask->logprobs = json_is_true(json_object_get(body, "logprobs"));
	ask->schema = json_object_get(schema, "schema");
	return true;
}
