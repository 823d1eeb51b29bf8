/* A table of the members that mean something here, and how each is read. */
#include "wire/openai_members.h"

#include "base/buf.h"
#include "base/keep.h"
#include "base/scan.h"
#include "wire/openai_prompt.h"

enum {
	MODELS_MOST = 32,
	CHOICES_MOST = 128,
	SESSION_MOST = 256,
	TOKENS_MOST = 1 << 30,
	PARAMETERS_ROOM = 1024, /* enough for all of them */
};

typedef bool reader(struct reading *r, struct span value, struct fault *why);

static bool read_model(struct reading *r, struct span value, struct fault *why)
{
	struct span text = scan_string(r->arena, value);

	if (!text.len || strlen(text.at) != text.len)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "model must be the name of a model");
	r->ask.model = text.at;
	return true;
}

static bool read_models(struct reading *r, struct span value, struct fault *why)
{
	const char **names = arena_take(r->arena, MODELS_MOST * sizeof(*names));
	struct scan_item item;
	size_t n = 0;
	bool good = true;

	for (struct scan_walk w = scan_walk(value);
	     good && scan_next(&w, &item);) {
		struct span text = scan_string(r->arena, item.value);

		good = n < MODELS_MOST && text.len &&
		       strlen(text.at) == text.len;
		if (good)
			names[n++] = text.at;
	}
	if (!good)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "models must be a list of at most %d names of "
				 "models",
				 MODELS_MOST);
	r->ask.models = names;
	r->ask.models_count = n;
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

static bool read_input(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->input = value;
	return true;
}

static bool read_dimensions(struct reading *r, struct span value,
			    struct fault *why)
{
	int64_t number;

	(void)r;
	return count(value, "dimensions", TOKENS_MOST, &number, why);
}

static bool read_encoding(struct reading *r, struct span value,
			  struct fault *why)
{
	(void)r;
	return scan_says(value, "float") || scan_says(value, "base64") ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "encoding_format must be \"float\" or \"base64\"");
}

static bool read_route(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask.route = scan_string(r->arena, value).at;
	return true;
}

static bool read_stream(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	return scan_bool(value, &r->ask.stream);
}

static bool read_stream_options(struct reading *r, struct span value,
				struct fault *why)
{
	struct span flag = scan_find(value, "include_usage");

	if (flag.at && scan_kind(flag) != SCAN_NULL &&
	    !scan_bool(flag, &r->ask.wants_usage))
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
		r->ask.wants_usage = r->ask.wants_usage || wanted;
	return true;
}

/* The larger of the two counts, since a provider may know but one. */
static bool read_limit(struct reading *r, struct span value, const char *name,
		       struct fault *why)
{
	int64_t given = 0;

	if (!count(value, name, TOKENS_MOST, &given, why))
		return false;
	if (given > r->ask.max_tokens)
		r->ask.max_tokens = given;
	return true;
}

static bool read_max_tokens(struct reading *r, struct span value,
			    struct fault *why)
{
	return read_limit(r, value, "max_tokens", why);
}

static bool read_max_completion(struct reading *r, struct span value,
				struct fault *why)
{
	return read_limit(r, value, "max_completion_tokens", why);
}

static bool read_n(struct reading *r, struct span value, struct fault *why)
{
	return count(value, "n", CHOICES_MOST, &r->ask.choices, why);
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
		r->ask.tools++;
	r->ask.text_bytes += (int64_t)value.len;
	return true;
}

/* Text that the provider puts into the prompt. */
static bool read_text(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask.text_bytes += (int64_t)value.len;
	return true;
}

static bool read_provider(struct reading *r, struct span value,
			  struct fault *why)
{
	(void)why;
	r->ask.provider = value;
	return true;
}

static bool read_user(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask.user = scan_string(r->arena, value).at;
	return true;
}

static bool read_session(struct reading *r, struct span value,
			 struct fault *why)
{
	struct span text = scan_string(r->arena, value);

	if (text.len > SESSION_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "session_id must have at most %d bytes",
				 SESSION_MOST);
	r->ask.session = text.at;
	return true;
}

static bool read_tier(struct reading *r, struct span value, struct fault *why)
{
	(void)why;
	r->ask.service_tier = scan_string(r->arena, value).at;
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
 * What a member is to the gateway. By ONCE it routes or holds, so that there
 * must not be two of which a provider might take the other. A PARAMETER is
 * one of OpenRouter's supported_parameters; a FEATURE is one that is not used
 * where it is false or empty.
 */
enum { ONCE = 1, PARAMETER = 2, FEATURE = 4 | PARAMETER };

static reader read_format;

/* Null is the same as absent. Members that are not here are for the provider
 * alone, and may be text for its prompt. */
static const struct member {
	const char *name, *must;
	int kinds, is;
	reader *read;
} members[] = {
	{ "model", "the name of a model", STRING, ONCE, read_model },
	{ "models", "a list of models", LIST, ONCE, read_models },
	{ "messages", "a list of messages", LIST, ONCE, read_messages },
	{ "prompt", "a text or a list", STRING | LIST, ONCE, read_prompt },
	{ "input", "", ANY, ONCE, read_input },
	{ "dimensions", "a number", NUMBER, PARAMETER, read_dimensions },
	{ "encoding_format", "a text", STRING, PARAMETER, read_encoding },
	{ "stream", "true or false", FLAG, ONCE, read_stream },
	{ "stream_options", "an object", OBJECT, ONCE, read_stream_options },
	{ "usage", "an object", OBJECT | FLAG, 0, read_usage },
	{ "max_tokens", "a number", NUMBER, ONCE | PARAMETER, read_max_tokens },
	{ "max_completion_tokens", "a number", NUMBER, ONCE | PARAMETER,
	  read_max_completion },
	{ "n", "a number", NUMBER, ONCE, read_n },
	{ "best_of", "a number", NUMBER, ONCE, read_best_of },
	{ "tools", "a list of tools", LIST, FEATURE, read_tools },
	{ "functions", "a list of functions", LIST, 0, read_tools },
	{ "tool_choice", "a text or an object", STRING | OBJECT, PARAMETER,
	  NULL },
	{ "parallel_tool_calls", "true or false", FLAG, PARAMETER, NULL },
	{ "response_format", "an object", OBJECT, PARAMETER, read_format },
	{ "structured_outputs", "true or false", FLAG, FEATURE, NULL },
	{ "prediction", "an object", OBJECT, PARAMETER, read_text },
	{ "suffix", "a text", STRING, 0, read_text },
	{ "route", "a text", STRING, ONCE, read_route },
	{ "provider", "an object", OBJECT, ONCE, read_provider },
	{ "user", "a text", STRING, 0, read_user },
	{ "session_id", "a text", STRING, 0, read_session },
	{ "service_tier", "a text", STRING, ONCE, read_tier },
	{ "temperature", "a number", NUMBER, PARAMETER, NULL },
	{ "top_p", "a number", NUMBER, PARAMETER, NULL },
	{ "top_k", "a number", NUMBER, PARAMETER, NULL },
	{ "min_p", "a number", NUMBER, PARAMETER, NULL },
	{ "top_a", "a number", NUMBER, PARAMETER, NULL },
	{ "frequency_penalty", "a number", NUMBER, PARAMETER, NULL },
	{ "presence_penalty", "a number", NUMBER, PARAMETER, NULL },
	{ "repetition_penalty", "a number", NUMBER, PARAMETER, NULL },
	{ "seed", "a number", NUMBER, PARAMETER, NULL },
	{ "logit_bias", "an object", OBJECT, PARAMETER, NULL },
	{ "logprobs", "true or false", FLAG | NUMBER, FEATURE, NULL },
	{ "top_logprobs", "a number", NUMBER, PARAMETER, NULL },
	{ "stop", "a text or a list of texts", STRING | LIST, PARAMETER, NULL },
	{ "reasoning", "an object", OBJECT, PARAMETER, NULL },
	{ "reasoning_effort", "a text", STRING, PARAMETER, NULL },
	{ "include_reasoning", "true or false", FLAG, FEATURE, NULL },
	{ "web_search_options", "an object", OBJECT, PARAMETER, NULL },
	{ "verbosity", "a text", STRING, PARAMETER, NULL },
	{ "metadata", "", ANY, 0, NULL },
	{ "plugins", "", ANY, 0, NULL },
	{ "transforms", "", ANY, 0, NULL },
	{ "preset", "", ANY, 0, NULL },
	{ "trace", "", ANY, 0, NULL },
	{ "debug", "", ANY, 0, NULL },
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };
_Static_assert(MEMBERS <= 64, "struct reading has a bit for each");

static uint64_t bit_of(const char *name)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (!strcmp(members[i].name, name))
			return (uint64_t)1 << i;
	return 0;
}

static bool is_used(const struct member *m, const struct scan_item *item)
{
	return (m->is & PARAMETER) &&
	       ((m->is & FEATURE) != FEATURE ||
		(item->kind != SCAN_FALSE && !span_is(item->value, "[]")));
}

/* A schema that the answer must fit is a capability of its own; plain text is
 * none. */
static bool read_format(struct reading *r, struct span value, struct fault *why)
{
	struct span type = scan_find(value, "type");

	(void)why;
	r->ask.text_bytes += (int64_t)value.len;
	if (scan_says(type, "json_schema"))
		r->used |= bit_of("structured_outputs");
	if (scan_says(type, "text"))
		r->used &= ~bit_of("response_format");
	return true;
}

static bool read_member(struct reading *r, size_t number,
			const struct scan_item *item, struct fault *why)
{
	const struct member *m = &members[number];
	uint64_t bit = (uint64_t)1 << number;

	if ((m->is & ONCE) && (r->seen & bit))
		return fault_set(why, FAULT_BAD_REQUEST, "%s is given twice",
				 m->name);
	r->seen |= bit;
	if (item->kind == SCAN_NULL)
		return true;
	if (m->kinds != ANY && !(m->kinds & 1 << item->kind))
		return fault_set(why, FAULT_BAD_REQUEST, "%s must be %s",
				 m->name, m->must);
	if (is_used(m, item))
		r->used |= bit;
	return !m->read || m->read(r, item->value, why);
}

bool members_read(struct reading *r, struct span root, struct fault *why)
{
	struct scan_item item;

	for (struct scan_walk w = scan_walk(root); scan_next(&w, &item);) {
		size_t i = 0;

		while (i < MEMBERS && !scan_named(&item, members[i].name))
			i++;
		if (i == MEMBERS)
			r->ask.text_bytes += (int64_t)item.value.len;
		else if (!read_member(r, i, &item, why))
			return false;
	}
	return true;
}

const char *members_used(const struct reading *r)
{
	struct buf list;
	const char *text;

	buf_init(&list, PARAMETERS_ROOM);
	for (size_t i = 0; i < MEMBERS; i++)
		if (r->used >> i & 1)
			buf_print(&list, "%s%s", list.len ? "," : "",
				  members[i].name);
	text = keep(r->arena, list.text);
	buf_done(&list);
	return text;
}
