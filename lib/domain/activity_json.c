#include "domain/activity_json.h"

#define RECORD(member) offsetof(struct activity_record, member)
#define G(member)      offsetof(struct activity_record, generation.member)
#define DAY(member)    offsetof(struct activity_day, member)
#define T(member)      offsetof(struct activity_day, tally.member)

const struct field ACTIVITY_RECORD[] = {
	{ "id", FIELD_TEXT, G(id) },
	{ "created_at", FIELD_TIME, G(at) },
	{ "date", FIELD_DATE, G(at) },
	{ "model", FIELD_TEXT, G(model) },
	{ "model_permaslug", FIELD_TEXT, G(model) },
	{ "endpoint_id", FIELD_TEXT, G(endpoint) },
	{ "provider", FIELD_TEXT, G(provider) },
	{ "provider_name", FIELD_TEXT, RECORD(provider_name) },
	{ "requests", FIELD_NUMBER, RECORD(requests) },
	{ "prompt_tokens", FIELD_NUMBER, RECORD(prompt) },
	{ "completion_tokens", FIELD_NUMBER, RECORD(completion) },
	{ "reasoning_tokens", FIELD_NUMBER, G(tokens.reasoning) },
	{ "cached_tokens", FIELD_NUMBER, G(tokens.cache_read) },
	{ "usage", FIELD_MONEY, G(charge) },
	{ "byok_usage_inference", FIELD_MONEY, RECORD(byok) },
	{ "is_byok", FIELD_FLAG, RECORD(is_byok) },
	{ "estimated", FIELD_FLAG, G(estimated) },
	{ "outcome", FIELD_TEXT, G(outcome) },
	{ "finish_reason", FIELD_TEXT, G(finish) },
	{ "status", FIELD_NUMBER, G(status) },
	{ "error", FIELD_TEXT, G(error) },
	{ "streamed", FIELD_FLAG, G(streamed) },
	{ "latency", FIELD_MAYBE, G(total_ms) },
	{ "time_to_first_token", FIELD_MAYBE, G(first_token_ms) },
	{ "user", FIELD_TEXT, G(end_user) },
	{ "session_id", FIELD_TEXT, G(session) },
	{ "http_referer", FIELD_TEXT, G(referer) },
	{ "app_title", FIELD_TEXT, G(title) },
	{ "api_key_hash", FIELD_TEXT, G(api_key) },
	{ "workspace_id", FIELD_TEXT, G(account) },
	{ 0 },
};

struct activity_record activity_record(const struct generation *g,
				       const struct provider_names *names)
{
	return (struct activity_record){
		.generation = *g,
		.provider_name = provider_names_find(names, g->provider),
		.prompt = tokens_prompt(&g->tokens),
		.completion = tokens_completion(&g->tokens),
		.requests = 1,
	};
}

const struct field ACTIVITY_DAY[] = {
	{ "date", FIELD_DATE, T(start) },
	{ "model", FIELD_TEXT, T(model) },
	{ "model_permaslug", FIELD_TEXT, T(model) },
	{ "endpoint_id", FIELD_TEXT, T(endpoint) },
	{ "provider", FIELD_TEXT, T(provider) },
	{ "provider_name", FIELD_TEXT, DAY(provider_name) },
	{ "requests", FIELD_NUMBER, T(sums.requests) },
	{ "failed_requests", FIELD_NUMBER, T(sums.failed) },
	{ "prompt_tokens", FIELD_NUMBER, T(sums.prompt) },
	{ "completion_tokens", FIELD_NUMBER, T(sums.completion) },
	{ "reasoning_tokens", FIELD_NUMBER, T(sums.reasoning) },
	{ "cached_tokens", FIELD_NUMBER, T(sums.cached) },
	{ "usage", FIELD_MONEY, T(sums.charge) },
	{ "byok_usage_inference", FIELD_MONEY, DAY(byok) },
	{ "workspace_id", FIELD_TEXT, DAY(account) },
	{ 0 },
};

struct activity_day activity_day(const struct tally *tally, const char *account,
				 const struct provider_names *names)
{
	return (struct activity_day){
		.tally = *tally,
		.account = account,
		.provider_name = provider_names_find(names, tally->provider),
	};
}
