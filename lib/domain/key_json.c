#include "domain/key_json.h"

#include "base/clock.h"
#include "base/keep.h"
#include "base/money.h"
#include "base/money_json.h"
#include "domain/limits_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 256, PATTERNS_MOST = 200, NUMBER_ROOM = 64 };

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *array_or_null(const char *text)
{
	json_t *list = *text ? json_loads(text, 0, NULL) : NULL;

	return list ? list : json_null();
}

/* What the key object and the key's view of itself have in common. */
static json_t *common(const struct key *key)
{
	bool limited = key->limited;

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:i,"
		" s:b, s:o, s:o, s:s, s:n}",
		"label", key->label, "limit",
		limited ? money_json(key->limit) : json_null(),
		"limit_remaining",
		limited ? money_json(key_remaining(key)) : json_null(),
		"limit_reset", text_or_null(key->limit_reset), "usage",
		money_json(key->usage), "usage_daily",
		money_json(key->usage_daily), "usage_weekly",
		money_json(key->usage_weekly), "usage_monthly",
		money_json(key->usage_monthly), "byok_usage", 0,
		"byok_usage_daily", 0, "byok_usage_weekly", 0,
		"byok_usage_monthly", 0, "include_byok_in_limit", 0,
		"expires_at", time_json(key->expires_at), "created_at",
		time_json(key->created_at), "workspace_id", key->account,
		"creator_user_id");
}

json_t *key_json(const struct key *key)
{
	json_t *object = common(key);
	json_t *more = json_pack(
		"{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:n}", "hash",
		key->hash, "name", key->name, "key_type",
		key->management ? "management" : "regular", "disabled",
		key->disabled, "allowed_models",
		array_or_null(key->allowed_models), "allowed_providers",
		array_or_null(key->allowed_providers), "updated_at",
		time_json(key->updated_at), "last_used_at",
		time_json(key->last_used_at), "external_user");

	json_object_update_new(object, more);
	json_object_update_new(object, limits_json(&key->limits));
	json_object_set_new(object, "rate_limit", limits_json(&key->limits));
	return object;
}

json_t *key_self_json(const struct key *key)
{
	json_t *object = common(key);
	json_t *more = json_pack(
		"{s:b, s:b, s:b, s:n, s:[s], s:{s:i, s:s, s:s}}",
		"is_free_tier", 0, "is_management_key", key->management,
		"is_provisioning_key", key->management, "organization_id",
		"allowed_data_regions", "global", "rate_limit", "requests", -1,
		"interval", "10s", "note",
		"This field is deprecated and safe to ignore.");

	json_object_update_new(object, more);
	json_object_update_new(json_object_get(object, "rate_limit"),
			       limits_json(&key->limits));
	return object;
}

static bool read_name(struct arena *a, const json_t *value, struct key *key,
		      struct fault *why)
{
	const char *text = json_string_value(value);

	if (!text || !*text || strlen(text) > NAME_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "name must be a text of 1 to %d bytes",
				 NAME_MOST);
	key->name = keep(a, text);
	return true;
}

static bool read_disabled(struct arena *a, const json_t *value, struct key *key,
			  struct fault *why)
{
	(void)a;
	if (!json_is_boolean(value))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "disabled must be true or false");
	key->disabled = json_is_true(value);
	return true;
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

static bool read_limit(struct arena *a, const json_t *value, struct key *key,
		       struct fault *why)
{
	(void)a;
	if (json_is_null(value)) {
		key->limited = false;
		return true;
	}
	if (!dollars(value, &key->limit))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "limit must be null or an amount of dollars "
				 "that is not negative, to the nano-dollar");
	key->limited = true;
	return true;
}

static bool read_reset(struct arena *a, const json_t *value, struct key *key,
		       struct fault *why)
{
	static const char *const resets[] = { "daily", "weekly", "monthly" };
	const char *text = json_string_value(value);

	(void)a;
	if (json_is_null(value) || (text && !strcmp(text, "never"))) {
		key->limit_reset = "";
		return true;
	}
	for (size_t i = 0; text && i < sizeof(resets) / sizeof(*resets); i++)
		if (!strcmp(text, resets[i])) {
			key->limit_reset = resets[i];
			return true;
		}
	return fault_set(why, FAULT_BAD_REQUEST,
			 "limit_reset must be daily, weekly, monthly or null");
}

static bool read_expiry(struct arena *a, const json_t *value, struct key *key,
			struct fault *why)
{
	const char *text = json_string_value(value);

	(void)a;
	if (json_is_null(value)) {
		key->expires_at = 0;
		return true;
	}
	return (text && clock_read(text, &key->expires_at)) ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "expires_at must be null or a time like "
			 "2027-01-31T12:00:00Z");
}

static bool read_patterns(struct arena *a, const json_t *value,
			  const char *name, const char **patterns,
			  struct fault *why)
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
				 name, PATTERNS_MOST);
	json_array_foreach (value, i, pattern)
		if (!json_is_string(pattern) || !json_string_length(pattern))
			return fault_set(why, FAULT_BAD_REQUEST,
					 "%s[%zu] must be a name", name, i);
	text = json_dumps(value, JSON_COMPACT);
	*patterns = keep(a, text);
	free(text);
	return true;
}

static bool read_models(struct arena *a, const json_t *value, struct key *key,
			struct fault *why)
{
	return read_patterns(a, value, "allowed_models", &key->allowed_models,
			     why);
}

static bool read_providers(struct arena *a, const json_t *value,
			   struct key *key, struct fault *why)
{
	return read_patterns(a, value, "allowed_providers",
			     &key->allowed_providers, why);
}

static const struct {
	const char *name;
	bool (*read)(struct arena *a, const json_t *value, struct key *key,
		     struct fault *why);
} members[] = {
	{ "name", read_name },
	{ "disabled", read_disabled },
	{ "limit", read_limit },
	{ "limit_usd", read_limit },
	{ "spending_limit", read_limit },
	{ "limit_reset", read_reset },
	{ "expires_at", read_expiry },
	{ "allowed_models", read_models },
	{ "allowed_providers", read_providers },
};

bool key_read(struct arena *a, const json_t *body, struct key *key,
	      struct fault *why)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *value = json_object_get(body, members[i].name);

		if (value && !members[i].read(a, value, key, why))
			return false;
	}
	return limits_read(body, &key->limits, why);
}

bool key_edit(struct db *db, void *edit, struct fault *why)
{
	const struct key_edit *e = edit;
	struct key_change change = { .at = e->at };

	return key_show(db, e->arena, e->hash, e->account, &change.key, why) &&
	       key_read(e->arena, e->body, &change.key, why) &&
	       key_change(db, &change, why);
}
