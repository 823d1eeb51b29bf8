#include "wire/openai_usage.h"

#include "base/scan.h"

static const int64_t most = (int64_t)1 << 40;

/* A count that may be missing: then it is 0. False when it cannot be. */
static bool count(struct span object, const char *name, int64_t *number)
{
	struct span value = scan_find(object, name);

	*number = 0;
	if (!value.at || scan_kind(value) == SCAN_NULL)
		return true;
	return scan_int(value, number) && *number >= 0 && *number <= most;
}

static bool given(struct span object, const char *name)
{
	struct span value = scan_find(object, name);

	return value.at && scan_kind(value) != SCAN_NULL;
}

static bool read_prompt(struct span usage, struct tokens *t)
{
	struct span parts = scan_find(usage, "prompt_tokens_details");
	int64_t all, hits;

	if (!count(usage, "prompt_tokens", &all) ||
	    !count(parts, "cached_tokens", &t->cache_read) ||
	    !count(usage, "prompt_cache_hit_tokens", &hits) ||
	    !count(parts, "cache_write_tokens", &t->cache_write_5m) ||
	    !count(parts, "audio_tokens", &t->audio_in) ||
	    !count(parts, "image_tokens", &t->image_in))
		return false;
	if (!given(parts, "cached_tokens"))
		t->cache_read = hits;
	t->fresh = all - t->cache_read - t->cache_write_5m - t->audio_in -
		   t->image_in;
	return t->fresh >= 0;
}

static bool read_completion(struct span usage, struct tokens *t)
{
	struct span parts = scan_find(usage, "completion_tokens_details");
	int64_t all, prompt, total;

	if (!count(usage, "completion_tokens", &all) ||
	    !count(usage, "prompt_tokens", &prompt) ||
	    !count(usage, "total_tokens", &total) ||
	    !count(parts, "reasoning_tokens", &t->reasoning) ||
	    !count(parts, "audio_tokens", &t->audio_out) ||
	    !count(parts, "image_tokens", &t->image_out))
		return false;
	if (t->reasoning > 0 && total == prompt + all + t->reasoning)
		all += t->reasoning;
	t->output = all - t->reasoning - t->audio_out - t->image_out;
	return t->output >= 0;
}

enum tokens_state usage_read(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };

	if (!usage.at)
		return TOKENS_ABSENT;
	if (scan_kind(usage) == SCAN_NULL)
		return TOKENS_NULL;
	if (scan_kind(usage) != SCAN_OBJECT)
		return TOKENS_WRONG;
	if (!given(usage, "prompt_tokens") &&
	    !given(usage, "completion_tokens"))
		return TOKENS_ABSENT;
	if (!read_prompt(usage, &read) || !read_completion(usage, &read))
		return TOKENS_WRONG;
	*tokens = read;
	return TOKENS_GIVEN;
}

void usage_write(const struct tokens *t, struct buf *out)
{
	long long prompt = tokens_prompt(t), completion = tokens_completion(t);

	buf_print(out,
		  "\"prompt_tokens\":%lld,\"completion_tokens\":%lld,"
		  "\"total_tokens\":%lld",
		  prompt, completion, prompt + completion);
	buf_print(out,
		  ",\"prompt_tokens_details\":{\"cached_tokens\":%lld,"
		  "\"cache_write_tokens\":%lld,\"audio_tokens\":%lld}",
		  (long long)t->cache_read,
		  (long long)(t->cache_write_5m + t->cache_write_1h),
		  (long long)t->audio_in);
	buf_print(out,
		  ",\"completion_tokens_details\":{\"reasoning_tokens\":%lld,"
		  "\"audio_tokens\":%lld}",
		  (long long)t->reasoning, (long long)t->audio_out);
}
