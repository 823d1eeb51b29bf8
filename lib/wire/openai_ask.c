/* Reading requests: a table of the members that mean something here. */
#include "base/buf.h"
#include "base/keep.h"
#include "base/scan.h"
#include "wire/openai.h"
#include "wire/openai_prompt.h"

enum {
	MODELS_MOST = 32,
	CHOICES_MOST = 128,
	TOKENS_MOST = 1 << 30,
	PARAMETERS_ROOM = 1024,
};

struct reading {
	struct arena *arena;
	struct ask *ask;
	struct span messages, prompt;
	int64_t best_of;
	struct buf parameters;
};

typedef bool reader(struct reading *r, struct span value, struct fault *why);

static bool read_model(struct reading *r, struct span value, struct fault *why)
{
	struct span text = scan_string(r->arena, value);

	if (!text.len || strlen(text.at) != text.len)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "model must be the name of a model");
	r->ask->model = text.at;
	return true;
}

static bool read_models(struct reading *r, struct span value, struct fault *why)
{
	struct list names = { .size = sizeof(const char *) };
	struct scan_item item;
	bool good = scan_kind(value) == SCAN_ARRAY;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);) {
		struct span text = scan_string(r->arena, item.value);

		good = good && text.len && strlen(text.at) == text.len;
		*(const char **)list_add(&names, r->arena) = text.at;
	}
	if (!good || names.count > MODELS_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "models must be a list of at most %d names of "
				 "models",
				 MODELS_MOST);
	r->ask->models = names.items;
	r->ask->models_count = names.count;
	return true;
}

static bool read_messages(struct reading *r, struct span value,
			  struct fault *why)
{
	(void)why;
	r->messages = value;
	return true;
}

static bool read_prompt(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->prompt = value;
	return true;
}

static bool read_stream(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	return scan_bool(value, &r->ask->stream);
}

static bool read_stream_options(struct reading *r, struct span value,
				struct fault *why)
{
	struct span flag = scan_find(value, "include_usage");

	if (flag.at && scan_kind(flag) != SCAN_NULL &&
	    !scan_bool(flag, &r->ask->wants_usage))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "stream_options.include_usage must be true or "
				 "false");
	return true;
}

static bool read_usage(struct reading *r, struct span value, struct fault *why)
{
	bool wanted;

	(void)why;
	if (scan_bool(scan_find(value, "include"), &wanted))
		r->ask->wants_usage = r->ask->wants_usage || wanted;
	return true;
}

static bool count(struct span value, const char *name, int64_t most,
		  int64_t *number, struct fault *why)
{
	int64_t given;

	if (!scan_int(value, &given) || given < 1 || given > most)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a whole number from 1 to %lld",
				 name, (long long)most);
	*number = given;
	return true;
}

static bool read_max_tokens(struct reading *r, struct span value,
			    struct fault *why)
{
	int64_t given = 0;

	if (!count(value, "max_tokens", TOKENS_MOST, &given, why))
		return false;
	if (given > r->ask->max_tokens)
		r->ask->max_tokens = given;
	return true;
}

static bool read_n(struct reading *r, struct span value, struct fault *why)
{
	return count(value, "n", CHOICES_MOST, &r->ask->choices, why);
}

static bool read_best_of(struct reading *r, struct span value,
			 struct fault *why)
{
	return count(value, "best_of", CHOICES_MOST, &r->best_of, why);
}

static bool read_tools(struct reading *r, struct span value, struct fault *why)
{
	struct scan_item item;

	(void)why;
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		r->ask->tools++;
	r->ask->text_bytes += (int64_t)value.len;
	return true;
}

/* Text that the provider puts into the prompt. */
static bool read_text(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask->text_bytes += (int64_t)value.len;
	return true;
}

static bool read_provider(struct reading *r, struct span value,
			  struct fault *why)
{
	(void)why;
	r->ask->provider = value;
	return true;
}

static bool read_user(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask->user = scan_string(r->arena, value).at;
	return true;
}

static bool read_session(struct reading *r, struct span value,
			 struct fault *why)
{
	(void)why;
	r->ask->session = scan_string(r->arena, value).at;
	return true;
}

static bool read_tier(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask->service_tier = scan_string(r->arena, value).at;
	return true;
}

enum {
	FLAG = 1 << SCAN_TRUE | 1 << SCAN_FALSE,
	NUMBER = 1 << SCAN_NUMBER,
	STRING = 1 << SCAN_STRING,
	LIST = 1 << SCAN_ARRAY,
	OBJECT = 1 << SCAN_OBJECT,
	ANY = ~0,
};

/*
 * Null is the same as absent, except for messages and prompt. `parameter` is
 * one of OpenRouter's supported_parameters. Members that are not here are for
 * the provider alone.
 */
static const struct member {
	const char *name;
	int kinds;
	const char *must;
	bool parameter;
	reader *read;
} members[] = {
	{ "model", STRING, "the name of a model", false, read_model },
	{ "models", LIST, "a list of models", false, read_models },
	{ "messages", ANY, "", false, read_messages },
	{ "prompt", ANY, "", false, read_prompt },
	{ "stream", FLAG, "true or false", false, read_stream },
	{ "stream_options", OBJECT, "an object", false, read_stream_options },
	{ "usage", OBJECT | FLAG, "an object", false, read_usage },
	{ "max_tokens", NUMBER, "a number", true, read_max_tokens },
	{ "max_completion_tokens", NUMBER, "a number", true, read_max_tokens },
	{ "n", NUMBER, "a number", false, read_n },
	{ "best_of", NUMBER, "a number", false, read_best_of },
	{ "tools", LIST, "a list of tools", true, read_tools },
	{ "functions", LIST, "a list of functions", false, read_tools },
	{ "tool_choice", STRING | OBJECT, "a text or an object", true, NULL },
	{ "parallel_tool_calls", FLAG, "true or false", true, NULL },
	{ "response_format", OBJECT, "an object", true, read_text },
	{ "structured_outputs", FLAG, "true or false", true, NULL },
	{ "prediction", OBJECT, "an object", true, read_text },
	{ "suffix", STRING, "a text", false, read_text },
	{ "provider", OBJECT, "an object", false, read_provider },
	{ "user", STRING, "a text", false, read_user },
	{ "session_id", STRING, "a text", false, read_session },
	{ "service_tier", STRING, "a text", false, read_tier },
	{ "temperature", NUMBER, "a number", true, NULL },
	{ "top_p", NUMBER, "a number", true, NULL },
	{ "top_k", NUMBER, "a number", true, NULL },
	{ "min_p", NUMBER, "a number", true, NULL },
	{ "top_a", NUMBER, "a number", true, NULL },
	{ "frequency_penalty", NUMBER, "a number", true, NULL },
	{ "presence_penalty", NUMBER, "a number", true, NULL },
	{ "repetition_penalty", NUMBER, "a number", true, NULL },
	{ "seed", NUMBER, "a number", true, NULL },
	{ "logit_bias", OBJECT, "an object", true, NULL },
	{ "logprobs", FLAG | NUMBER, "true or false", true, NULL },
	{ "top_logprobs", NUMBER, "a number", true, NULL },
	{ "stop", STRING | LIST, "a text or a list of texts", true, NULL },
	{ "reasoning", OBJECT, "an object", true, NULL },
	{ "reasoning_effort", STRING, "a text", true, NULL },
	{ "include_reasoning", FLAG, "true or false", true, NULL },
	{ "web_search_options", OBJECT, "an object", true, NULL },
	{ "verbosity", STRING, "a text", true, NULL },
};

static bool read_member(struct reading *r, const struct member *m,
			const struct scan_item *item, struct fault *why)
{
	bool any = m->kinds == ANY;

	if (item->kind == SCAN_NULL && !any)
		return true;
	if (!any && !(m->kinds & 1 << item->kind))
		return fault_set(why, FAULT_BAD_REQUEST, "%s must be %s",
				 m->name, m->must);
	if (m->parameter)
		buf_print(&r->parameters, "%s%s", r->parameters.len ? "," : "",
			  m->name);
	return !m->read || m->read(r, item->value, why);
}

static bool read_all(struct reading *r, struct span root, struct fault *why)
{
	struct scan_item item;

	for (struct scan_walk w = scan_walk(root); scan_next(&w, &item);)
		for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
			if (scan_named(&item, members[i].name)) {
				if (!read_member(r, &members[i], &item, why))
					return false;
				break;
			}
	return true;
}

/* Read what chat and completions have in common. */
static bool begin(struct arena *a, struct span body, struct ask *ask,
		  struct reading *r, struct fault *why)
{
	struct span root;
	bool ok;

	*ask = (struct ask){ .choices = 1 };
	*r = (struct reading){ .arena = a, .ask = ask, .best_of = 1 };
	if (!scan_text(body, SCAN_DEPTH, &root, why))
		return false;
	if (scan_kind(root) != SCAN_OBJECT)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request's body must be a JSON object");
	buf_init(&r->parameters, PARAMETERS_ROOM);
	ok = read_all(r, root, why);
	ask->parameters = keep(a, r->parameters.text);
	buf_done(&r->parameters);
	return ok;
}

bool openai_read_chat(struct arena *a, struct span body, struct ask *ask,
		      struct fault *why)
{
	struct reading r;

	if (!begin(a, body, ask, &r, why))
		return false;
	if (r.messages.at)
		return prompt_messages(r.messages, ask, why);
	if (r.prompt.at)
		return prompt_bare(r.prompt, ask, why);
	return fault_set(why, FAULT_BAD_REQUEST, "messages is missing");
}

bool openai_read_completion(struct arena *a, struct span body, struct ask *ask,
			    struct fault *why)
{
	struct reading r;

	if (!begin(a, body, ask, &r, why))
		return false;
	if (!r.prompt.at)
		return fault_set(why, FAULT_BAD_REQUEST, "prompt is missing");
	if (!prompt_bare(r.prompt, ask, why))
		return false;
	if (r.best_of > ask->choices)
		ask->choices = r.best_of;
	ask->choices *= ask->messages;
	return true;
}
