/* The half of key_json.h that reads. */
#include "base/clock.h"
#include "base/keep.h"
#include "base/money.h"
#include "domain/key_json.h"
#include "domain/limits_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 256, PATTERNS_MOST = 200, NUMBER_ROOM = 64 };

/* A member of a body: where it goes, and what it is called. */
struct member {
	struct arena *arena;
	const char *name;
	struct key *key;
};

/* A text that a person has given: 1 to NAME_MOST bytes. */
static bool read_text(const struct member *m, const json_t *value,
		      const char **text, struct fault *why)
{
	const char *given = json_string_value(value);

	if (!given || !*given || strlen(given) > NAME_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a text of 1 to %d bytes", m->name,
				 NAME_MOST);
	*text = keep(m->arena, given);
	return true;
}

static bool read_name(const struct member *m, const json_t *value,
		      struct fault *why)
{
	return read_text(m, value, &m->key->name, why);
}

static bool read_creator(const struct member *m, const json_t *value,
			 struct fault *why)
{
	if (json_is_null(value)) {
		m->key->creator = "";
		return true;
	}
	return read_text(m, value, &m->key->creator, why);
}

/* {"user": ...}; what else a partner puts into it is his own affair. */
static bool read_external(const struct member *m, const json_t *value,
			  struct fault *why)
{
	const json_t *user = json_object_get(value, "user");
	struct member inner = *m;

	if (json_is_null(value) || json_is_null(user)) {
		m->key->external = "";
		return true;
	}
	if (!json_is_object(value))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "external must be null or an object");
	inner.name = "external.user";
	return read_text(&inner, user, &m->key->external, why);
}

static bool read_flag(const struct member *m, const json_t *value, bool *flag,
		      struct fault *why)
{
	if (!json_is_boolean(value))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be true or false", m->name);
	*flag = json_is_true(value);
	return true;
}

static bool read_disabled(const struct member *m, const json_t *value,
			  struct fault *why)
{
	return read_flag(m, value, &m->key->disabled, why);
}

static bool read_byok(const struct member *m, const json_t *value,
		      struct fault *why)
{
	return read_flag(m, value, &m->key->byok_in_limit, why);
}

/*
 * A JSON number of dollars. It comes as a double, whose shortest text is what
 * the client wrote, as far as 15 digits go; finer than a nano-dollar is
 * refused rather than rounded.
 */
static bool dollars(const json_t *value, int64_t *nano)
{
	char text[NUMBER_ROOM];

	if (json_is_integer(value))
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else if (json_is_real(value))
		snprintf(text, sizeof(text), "%.15g", json_real_value(value));
	else
		return false;
	return money_read(span_of(text), NANO_DIGITS, nano) && *nano >= 0;
}

static bool read_limit(const struct member *m, const json_t *value,
		       struct fault *why)
{
	if (json_is_null(value)) {
		m->key->limited = false;
		return true;
	}
	if (!dollars(value, &m->key->limit))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be null or an amount of dollars "
				 "that is not negative, to the nano-dollar",
				 m->name);
	m->key->limited = true;
	return true;
}

static bool read_reset(const struct member *m, const json_t *value,
		       struct fault *why)
{
	static const char *const resets[] = { "daily", "weekly", "monthly" };
	const char *text = json_string_value(value);

	if (json_is_null(value) || (text && !strcmp(text, "never"))) {
		m->key->limit_reset = "";
		return true;
	}
	for (size_t i = 0; text && i < sizeof(resets) / sizeof(*resets); i++)
		if (!strcmp(text, resets[i])) {
			m->key->limit_reset = resets[i];
			return true;
		}
	return fault_set(why, FAULT_BAD_REQUEST,
			 "limit_reset must be daily, weekly, monthly or null");
}

/* 0 would be a key that never ends: the beginning of 1970 is long over. */
static bool read_expiry(const struct member *m, const json_t *value,
			struct fault *why)
{
	const char *text = json_string_value(value);
	int64_t at;

	if (json_is_null(value)) {
		m->key->expires_at = 0;
		return true;
	}
	if (!text || !clock_read(text, &at))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "expires_at must be null or a time like "
				 "2027-01-31T12:00:00Z");
	m->key->expires_at = at > 0 ? at : 1;
	return true;
}

static bool read_patterns(const struct member *m, const json_t *value,
			  const char **patterns, struct fault *why)
{
	json_t *pattern;
	char *text;
	size_t i;

	if (json_is_null(value) ||
	    (json_is_array(value) && json_array_size(value) == 0)) {
		*patterns = "";
		return true;
	}
	if (!json_is_array(value) || json_array_size(value) > PATTERNS_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be null or a list of at most %d "
				 "names",
				 m->name, PATTERNS_MOST);
	json_array_foreach (value, i, pattern)
		if (!json_is_string(pattern) || !json_string_length(pattern) ||
		    json_string_length(pattern) > NAME_MOST)
			return fault_set(why, FAULT_BAD_REQUEST,
					 "%s[%zu] must be a name of 1 to %d "
					 "bytes",
					 m->name, i, NAME_MOST);
	text = json_dumps(value, JSON_COMPACT);
	*patterns = keep(m->arena, text);
	free(text);
	return true;
}

static bool read_models(const struct member *m, const json_t *value,
			struct fault *why)
{
	return read_patterns(m, value, &m->key->allowed_models, why);
}

static bool read_providers(const struct member *m, const json_t *value,
			   struct fault *why)
{
	return read_patterns(m, value, &m->key->allowed_providers, why);
}

/* Of two names for the same, the later one wins. */
static const struct {
	const char *name;
	bool (*read)(const struct member *m, const json_t *value,
		     struct fault *why);
} members[] = {
	{ "label", read_name },
	{ "name", read_name },
	{ "disabled", read_disabled },
	{ "spending_limit", read_limit },
	{ "limit_usd", read_limit },
	{ "limit", read_limit },
	{ "limit_reset", read_reset },
	{ "include_byok_in_limit", read_byok },
	{ "expires_at", read_expiry },
	{ "allowed_models", read_models },
	{ "allowed_providers", read_providers },
	{ "creator_user_id", read_creator },
	{ "external", read_external },
};

/* An account is one workspace: there is no other to move a key to. */
static bool check_workspace(const json_t *body, const struct key *key,
			    struct fault *why)
{
	const json_t *value = json_object_get(body, "workspace_id");
	const char *text = json_string_value(value);

	if (!value || json_is_null(value))
		return true;
	if (!text)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "workspace_id must be a text");
	return !strcmp(text, key->account) ||
	       fault_set(why, FAULT_NOT_FOUND, "no workspace_id '%.100s'",
			 text);
}

bool key_read(struct arena *a, const json_t *body, struct key *key,
	      struct fault *why)
{
	struct key read = *key;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct member m = { a, members[i].name, &read };
		const json_t *value = json_object_get(body, members[i].name);

		if (value && !members[i].read(&m, value, why))
			return false;
	}
	if (!check_workspace(body, key, why) ||
	    !limits_read(body, &read.limits, why))
		return false;
	*key = read;
	return true;
}

bool key_edit(struct db *db, void *edit, struct fault *why)
{
	const struct key_edit *e = edit;
	struct key_change change = { .at = e->at };

	return key_show(db, e->arena, e->hash, e->account, &change.key, why) &&
	       key_read(e->arena, e->body, &change.key, why) &&
	       key_change(db, &change, why);
}
