/* The words of a refusal. */
#include "base/keep.h"
#include "base/wide.h"
#include "domain/limits_work.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* What clients are told; of free models in the words that some look for. */
static const struct {
	const char *source, *what;
} names[WHOSE][BOUND_KINDS] = {
	[WHOSE_KEY] = {
		{ "key_requests_per_minute", "requests per minute for this API key" },
		{ "key_requests_per_day", "requests per day for this API key" },
		{ "key_tokens_per_minute", "tokens per minute for this API key" },
	},
	[WHOSE_ACCOUNT] = {
		{ "account_requests_per_minute", "requests per minute for this account" },
		{ "account_requests_per_day", "requests per day for this account" },
		{ "account_tokens_per_minute", "tokens per minute for this account" },
	},
	[WHOSE_FREE] = {
		{ "free_models_per_minute", "free-models-per-min" },
		{ "free_models_per_day", "free-models-per-day" },
		{ "", "" },
	},
};

static int64_t seconds_left(const struct demand *d, const struct bound *b)
{
	int64_t left = (b->reset_ms - d->at + 999) / 1000;

	return left > 1 ? left : 1;
}

/* More free requests can be had for credit. */
static bool can_unlock(const struct demand *d, const struct bound *b)
{
	return b->whose == WHOSE_FREE && b->kind == BOUND_DAY &&
	       d->free->free_per_day_bought > b->most;
}

static const char *remedy(const struct demand *d, const struct bound *b)
{
	int64_t most = b->most - d->prompt;

	if (can_unlock(d, b))
		return arena_print(d->arena,
				   "Add %" PRId64 " credits to unlock %" PRId64
				   " free model requests per day",
				   d->free->free_bought,
				   d->free->free_per_day_bought);
	if (b->most == 0)
		return "A limit of 0 lets nothing pass.";
	if (b->hopeless && most < 1)
		return "The prompt alone is too long for it.";
	if (b->hopeless)
		return arena_print(d->arena,
				   "Ask for at most %" PRId64 " max_tokens.",
				   most);
	return arena_print(d->arena, "Try again in %" PRId64 " seconds.",
			   seconds_left(d, b));
}

static const char *what(const struct demand *d, const struct bound *b)
{
	const char *name = names[b->whose][b->kind].what;

	if (b->whose == WHOSE_FREE)
		return name;
	if (b->kind == BOUND_TOKENS)
		return arena_print(
			d->arena,
			"%" PRId64 " %s, of which %" PRId64
			" are left, and this request may take %" PRId64,
			b->most, name, d->quota.remaining,
			wide_narrow((wide)d->prompt + d->output));
	return arena_print(d->arena, "%" PRId64 " %s", b->most, name);
}

static const char *number(struct arena *a, int64_t value)
{
	return arena_print(a, "%" PRId64, value);
}

static const char *details(const struct demand *d, const struct bound *b,
			   const char *hint)
{
	struct arena *a = d->arena;
	json_t *object = json_pack(
		"{s:{s:s, s:s, s:s}, s:s, s:s, s:n}", "headers",
		"X-RateLimit-Limit", number(a, d->quota.limit),
		"X-RateLimit-Remaining", number(a, d->quota.remaining),
		"X-RateLimit-Reset", number(a, d->quota.reset), "limit_source",
		names[b->whose][b->kind].source, "remedy_hint", hint,
		"provider_name");
	char *text = json_dumps(object, JSON_COMPACT);
	const char *kept = keep(a, text);

	free(text);
	json_decref(object);
	return kept;
}

bool limits_refuse(const struct demand *d, const struct bound *b,
		   struct fault *why)
{
	const char *hint = remedy(d, b);

	if (!why || why->kind != FAULT_NONE)
		return false;
	why->details = details(d, b, hint);
	if (b->most > 0 && !b->hopeless)
		why->retry_after = (int)seconds_left(d, b);
	return fault_set(why, FAULT_TOO_MANY, "Rate limit exceeded: %s. %s",
			 what(d, b), hint);
}
