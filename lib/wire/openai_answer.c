/* Reading answers: what a whole one or a chunk says. */
#include "base/scan.h"
#include "wire/openai.h"
#include "wire/openai_usage.h"

enum { QUOTES = 2 };

/* What providers call the reasons of OpenRouter's five words. */
static const struct {
	const char *native, *finish;
} reasons[] = {
	{ "stop", "stop" },
	{ "length", "length" },
	{ "tool_calls", "tool_calls" },
	{ "content_filter", "content_filter" },
	{ "error", "error" },
	{ "function_call", "tool_calls" },
	{ "tool_use", "tool_calls" },
	{ "max_tokens", "length" },
	{ "model_length", "length" },
	{ "safety", "content_filter" },
	{ "insufficient_system_resource", "error" },
};

static const char *normal(struct span native)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (scan_says(native, reasons[i].native))
			return reasons[i].finish;
	return "stop";
}

static void add_text(struct span value, struct openai_facts *facts)
{
	enum scan_kind kind = scan_kind(value);
	int64_t bytes = (int64_t)value.len - QUOTES;

	if ((kind != SCAN_STRING && kind != SCAN_ARRAY &&
	     kind != SCAN_OBJECT) ||
	    bytes <= 0)
		return;
	facts->content = true;
	facts->text_bytes += bytes;
}

/* A call's frame is not the model's words; its name and arguments are. */
static void add_call(struct span function, struct openai_facts *facts)
{
	add_text(scan_find(function, "name"), facts);
	add_text(scan_find(function, "arguments"), facts);
}

static void add_calls(struct span value, struct openai_facts *facts)
{
	struct scan_item call;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &call);) {
		facts->content = true;
		add_call(scan_find(call.value, "function"), facts);
	}
}

/* A message, or a delta of one. */
static void read_message(struct span message, struct openai_facts *facts)
{
	static const char *const texts[] = {
		"content", "reasoning", "reasoning_content",
		"refusal", "images",
	};
	struct scan_item item;
	bool reasoned = false;

	for (struct scan_walk w = scan_walk(message); scan_next(&w, &item);) {
		bool reasoning = scan_named(&item, "reasoning") ||
				 scan_named(&item, "reasoning_content");

		if (scan_named(&item, "tool_calls"))
			add_calls(item.value, facts);
		else if (scan_named(&item, "function_call"))
			add_call(item.value, facts);
		else if (scan_named(&item, "audio"))
			add_text(item.value, facts);
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
			if (scan_named(&item, texts[i]) &&
			    !(reasoning && reasoned))
				add_text(item.value, facts);
		reasoned = reasoned || (reasoning && item.value.len > QUOTES);
	}
}

static void read_finish(struct span native, struct openai_facts *facts)
{
	if (scan_kind(native) != SCAN_STRING) {
		facts->finished = false;
		return;
	}
	if (!facts->finish) {
		facts->finish = normal(native);
		facts->native_finish = native;
	}
	facts->error = facts->error || scan_says(native, "error");
}

static void read_choice(struct span choice, struct openai_facts *facts)
{
	struct scan_item item;
	struct span finish = { 0 };

	for (struct scan_walk w = scan_walk(choice); scan_next(&w, &item);) {
		if (scan_named(&item, "delta") || scan_named(&item, "message"))
			read_message(item.value, facts);
		else if (scan_named(&item, "text"))
			add_text(item.value, facts);
		else if (scan_named(&item, "finish_reason"))
			finish = item.value;
	}
	read_finish(finish, facts);
}

static void read_choices(struct span choices, struct openai_facts *facts)
{
	struct scan_item choice;

	facts->finished = true;
	for (struct scan_walk w = scan_walk(choices); scan_next(&w, &choice);) {
		facts->choices = true;
		read_choice(choice.value, facts);
	}
	facts->finished = facts->finished && facts->choices;
}

static void read_error(struct span error, struct openai_facts *facts)
{
	if (scan_kind(error) == SCAN_NULL)
		return;
	facts->error = true;
	facts->error_message = scan_find(error, "message");
	facts->error_code = scan_find(error, "code");
	if (scan_kind(error) == SCAN_STRING)
		facts->error_message = error;
}

bool openai_read_answer(struct span text, struct openai_facts *facts)
{
	struct openai_facts read = { 0 };
	struct scan_item item;

	if (!scan_text(text, SCAN_DEPTH, &read.root, NULL) ||
	    scan_kind(read.root) != SCAN_OBJECT)
		return false;
	for (struct scan_walk w = scan_walk(read.root); scan_next(&w, &item);) {
		if (scan_named(&item, "id"))
			read.id = item.value;
		else if (scan_named(&item, "model"))
			read.model = item.value;
		else if (scan_named(&item, "provider"))
			read.provider = item.value;
		else if (scan_named(&item, "usage"))
			read.usage = item.value;
		else if (scan_named(&item, "choices"))
			read_choices(item.value, &read);
		else if (scan_named(&item, "error"))
			read_error(item.value, &read);
	}
	read.usage_state = usage_read(read.usage, &read.tokens);
	*facts = read;
	return true;
}
