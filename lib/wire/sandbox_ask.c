#include "wire/sandbox_ask.h"

#include "wire/sandbox_text.h"

#include <string.h>

const struct sandbox_model sandbox_models[] = {
	{ "echo", SANDBOX_ECHO },   { "lorem", SANDBOX_LOREM },
	{ "tools", SANDBOX_TOOLS }, { "json", SANDBOX_JSON },
	{ "think", SANDBOX_THINK }, { "embed", SANDBOX_EMBED },
	{ "free", SANDBOX_LOREM },  { "unpriced", SANDBOX_LOREM },
	{ "fault", SANDBOX_LOREM }, { 0 },
};

enum { LONGEST = 1000 }; /* a model's name with its directives, bytes */

static const struct sandbox_model *find_model(struct span name)
{
	for (const struct sandbox_model *m = sandbox_models; m->name; m++)
		if (span_is(name, m->name))
			return m;
	return NULL;
}

/* The number behind the '-' of BASE, which loses both; at most nine digits. */
static int64_t take_number(struct span *base)
{
	size_t digits = 0;
	int64_t number = 0;

	while (digits < base->len && digits < 9 &&
	       base->at[base->len - digits - 1] >= '0' &&
	       base->at[base->len - digits - 1] <= '9')
		digits++;
	if (!digits || digits == base->len ||
	    base->at[base->len - digits - 1] != '-')
		return -1;
	base->len -= digits + 1;
	for (size_t i = 1; i <= digits; i++)
		number = number * 10 + (base->at[base->len + i] - '0');
	return number;
}

bool sandbox_name_read(struct arena *a, const char *full,
		       struct sandbox_name *name, struct fault *why)
{
	size_t len = strcspn(full, "+");
	struct span base = { full, len };
	int64_t number = take_number(&base);
	const struct sandbox_model *model = find_model(base);

	if (!model || strlen(full) > LONGEST) {
		fault_set(why, FAULT_NOT_FOUND,
			  "The model '%.200s' does not exist", full);
		if (why)
			why->type = "model_not_found";
		return false;
	}
	*name = (struct sandbox_name){
		.full = full,
		.base = arena_copy(a, full, len),
		.manner = model->manner,
		.number = number,
		.script = span_of(full + len + (full[len] == '+')),
	};
	return true;
}

static bool wrong(struct fault *why, const char *name, const char *want)
{
	return fault_set(why, FAULT_BAD_REQUEST,
			 "Invalid value for '%s': expected %s", name, want);
}

/* A member that is missing or null is none, and VALUE stays as it is. */
static json_t *member(json_t *body, const char *name)
{
	json_t *value = json_object_get(body, name);

	return json_is_null(value) ? NULL : value;
}

static bool read_flag(json_t *body, const char *name, bool *value,
		      struct fault *why)
{
	json_t *given = member(body, name);

	if (given && !json_is_boolean(given))
		return wrong(why, name, "a boolean");
	if (given)
		*value = json_is_true(given);
	return true;
}

static bool read_count(json_t *body, const char *name, int64_t most,
		       int64_t *value, struct fault *why)
{
	json_t *given = member(body, name);

	if (!given)
		return true;
	if (!json_is_integer(given) || json_integer_value(given) < 1 ||
	    json_integer_value(given) > most)
		return wrong(why, name, "a positive integer within bounds");
	*value = json_integer_value(given);
	return true;
}

static bool read_text(json_t *body, const char *name, const char **value,
		      struct fault *why)
{
	json_t *given = member(body, name);

	if (given && !json_is_string(given))
		return wrong(why, name, "a string");
	if (given)
		*value = json_string_value(given);
	return true;
}

static bool read_stop(struct sandbox_ask *ask, json_t *stop, struct fault *why)
{
	if (!json_is_string(stop) || ask->stop_count == SANDBOX_STOPS)
		return wrong(why, "stop", "a string or up to four strings");
	ask->stops[ask->stop_count++] =
		(struct span){ json_string_value(stop),
			       json_string_length(stop) };
	return true;
}

static bool read_stops(json_t *body, struct sandbox_ask *ask, struct fault *why)
{
	json_t *given = member(body, "stop");
	size_t i;
	json_t *stop;

	if (given && !json_is_array(given))
		return read_stop(ask, given, why);
	json_array_foreach (given, i, stop)
		if (!read_stop(ask, stop, why))
			return false;
	return true;
}

static bool read_model(struct arena *a, json_t *body, struct sandbox_ask *ask,
		       struct fault *why)
{
	const char *model = NULL;

	if (!read_text(body, "model", &model, why))
		return false;
	if (!model)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "you must provide a model parameter");
	return sandbox_name_read(a, model, &ask->name, why);
}

/* The service tier that was asked for, or NULL. */
static const char *tier(json_t *body)
{
	static const char *const tiers[] = { "flex", "priority", "scale" };
	struct span asked = span_of(
		json_string_value(json_object_get(body, "service_tier")));

	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
		if (span_is(asked, tiers[i]))
			return tiers[i];
	return NULL;
}

bool sandbox_ask_read(struct arena *a, json_t *body, struct sandbox_ask *ask,
		      struct fault *why)
{
	json_t *options = member(body, "stream_options");
	int64_t choices = 1;

	*ask = (struct sandbox_ask){ .max_tokens = SANDBOX_NO_LIMIT };
	ask->tier = tier(body);
	ask->seed = (size_t)json_integer_value(json_object_get(body, "seed"));
	if (options && !json_is_object(options))
		return wrong(why, "stream_options", "an object");
	if (!read_model(a, body, ask, why) ||
	    !read_text(body, "sandbox", &ask->script, why) ||
	    !read_text(body, "user", &ask->user, why) ||
	    !read_flag(body, "stream", &ask->stream, why) ||
	    !read_flag(options, "include_usage", &ask->show_usage, why) ||
	    !read_count(body, "n", SANDBOX_CHOICES, &choices, why) ||
	    !read_count(body, "max_tokens", SANDBOX_NO_LIMIT, &ask->max_tokens,
			why) ||
	    !read_count(body, "max_completion_tokens", SANDBOX_NO_LIMIT,
			&ask->max_tokens, why) ||
	    !read_stops(body, ask, why))
		return false;
	ask->choices = (size_t)choices;
	return true;
}
