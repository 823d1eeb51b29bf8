#include "domain/limits_json.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	size_t at;
} members[] = {
	{ "requests_per_minute", offsetof(struct limits, requests_per_minute) },
	{ "requests_per_day", offsetof(struct limits, requests_per_day) },
	{ "tokens_per_minute", offsetof(struct limits, tokens_per_minute) },
};

enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

json_t *limits_json(const struct limits *limits)
{
	json_t *object = json_object();

	for (size_t i = 0; i < MEMBERS; i++) {
		const struct limit *limit =
			(const void *)((const char *)limits + members[i].at);

		json_object_set_new(object, members[i].name,
				    limit->set ? json_integer(limit->most)
					       : json_null());
	}
	return object;
}

static bool read_limit(const json_t *value, const char *name,
		       struct limit *limit, struct fault *why)
{
	if (json_is_null(value)) {
		limit->set = false;
		return true;
	}
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > LIMITS_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be null or a whole number from 0 to "
				 "%d",
				 name, LIMITS_MOST);
	*limit = (struct limit){ true, json_integer_value(value) };
	return true;
}

static bool read_members(const json_t *object, struct limits *limits,
			 struct fault *why)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const json_t *value = json_object_get(object, members[i].name);
		struct limit *limit = (void *)((char *)limits + members[i].at);

		if (value && !read_limit(value, members[i].name, limit, why))
			return false;
	}
	return true;
}

/* What GET /key has in the group beside them, for OpenRouter's clients. */
static const char *const legacy[] = { "requests", "interval", "note" };

static bool known(const char *name)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (!strcmp(name, members[i].name))
			return true;
	for (size_t i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++)
		if (!strcmp(name, legacy[i]))
			return true;
	return false;
}

/* Who misspells a limit believes that there is one. */
static bool check_names(json_t *group, struct fault *why)
{
	const char *name;
	json_t *value;

	json_object_foreach (group, name, value)
		if (!known(name))
			return fault_set(why, FAULT_BAD_REQUEST,
					 "rate_limit has no '%.40s': it has "
					 "requests_per_minute, "
					 "requests_per_day and "
					 "tokens_per_minute",
					 name);
	return true;
}

bool limits_read(const json_t *body, struct limits *limits, struct fault *why)
{
	json_t *group = json_object_get(body, "rate_limit");
	struct limits read = *limits;

	if (json_is_null(group))
		read = (struct limits){ 0 };
	else if (group && !json_is_object(group))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "rate_limit must be null or an object");
	if (!check_names(group, why) || !read_members(group, &read, why) ||
	    !read_members(body, &read, why))
		return false;
	*limits = read;
	return true;
}
