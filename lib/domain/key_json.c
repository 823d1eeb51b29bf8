#include "domain/key_json.h"

#include "base/money_json.h"
#include "domain/limits_json.h"

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *array_or_null(const char *text)
{
	json_t *list = *text ? json_loads(text, 0, NULL) : NULL;

	return list ? list : json_null();
}

static json_t *money_or_null(bool known, int64_t nano)
{
	return known ? money_json(nano) : json_null();
}

/* What the key object and the key's view of itself have in common. Nobody can
 * bring a provider's key of his own, so that nothing is spent with one. */
static json_t *common(const struct key *key)
{
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:i,"
		" s:b, s:o, s:o, s:s, s:o}",
		"label", key->label, "limit",
		money_or_null(key->limited, key->limit), "limit_remaining",
		money_or_null(key->limited, key_remaining(key)), "limit_reset",
		text_or_null(key->limit_reset), "usage", money_json(key->usage),
		"usage_daily", money_json(key->usage_daily), "usage_weekly",
		money_json(key->usage_weekly), "usage_monthly",
		money_json(key->usage_monthly), "byok_usage", 0,
		"byok_usage_daily", 0, "byok_usage_weekly", 0,
		"byok_usage_monthly", 0, "include_byok_in_limit",
		key->byok_in_limit, "expires_at", time_json(key->expires_at),
		"created_at", time_json(key->created_at), "workspace_id",
		key->account, "creator_user_id", text_or_null(key->creator));
}

json_t *key_json(const struct key *key)
{
	json_t *object = common(key);
	json_t *more = json_pack(
		"{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "hash",
		key->hash, "name", key->name, "key_type",
		key->management ? "management" : "regular", "disabled",
		key->disabled, "allowed_models",
		array_or_null(key->allowed_models), "allowed_providers",
		array_or_null(key->allowed_providers), "updated_at",
		time_json(key->updated_at), "last_used_at",
		time_json(key->last_used_at), "external_user",
		text_or_null(key->external), "limit_usd",
		money_or_null(key->limited, key->limit));

	json_object_update_new(object, more);
	json_object_update_new(object, limits_json(&key->limits));
	json_object_set_new(object, "rate_limit", limits_json(&key->limits));
	return object;
}

static json_t *free_json(const struct free_today *today)
{
	int64_t left = today->limit - today->used;

	return json_pack("{s:I, s:I, s:I}", "limit", (json_int_t)today->limit,
			 "used", (json_int_t)today->used, "remaining",
			 (json_int_t)(left > 0 ? left : 0));
}

json_t *key_self_json(const struct key *key,
		      const struct key_standing *standing)
{
	json_t *object = common(key);
	json_t *more = json_pack(
		"{s:b, s:b, s:b, s:n, s:[s], s:o, s:{s:i, s:s, s:s}}",
		"is_free_tier", !standing->bought, "is_management_key",
		key->management, "is_provisioning_key", key->management,
		"organization_id", "allowed_data_regions", "global",
		"free_model_daily_requests", free_json(&standing->free),
		"rate_limit", "requests", -1, "interval", "10s", "note",
		"This field is deprecated and safe to ignore.");

	json_object_update_new(object, more);
	json_object_update_new(json_object_get(object, "rate_limit"),
			       limits_json(&key->limits));
	return object;
}
