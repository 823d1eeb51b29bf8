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

/* The three sums. One that is missing follows from the others, and where that
 * is not so, nothing can be believed. */
struct sums {
	int64_t prompt, completion, total;
};

static bool read_sums(struct span usage, struct sums *s)
{
	bool total = given(usage, "total_tokens");
	bool prompt = given(usage, "prompt_tokens");
	bool completion = given(usage, "completion_tokens");

	if (!count(usage, "prompt_tokens", &s->prompt) ||
	    !count(usage, "completion_tokens", &s->completion) ||
	    !count(usage, "total_tokens", &s->total))
		return false;
	if (!prompt)
		s->prompt = s->total - s->completion;
	if (!completion)
		s->completion = s->total - s->prompt;
	return (total || (prompt && completion)) && s->prompt >= 0 &&
	       s->completion >= 0;
}

static bool read_prompt(struct span usage, int64_t all, struct tokens *t)
{
	struct span parts = scan_find(usage, "prompt_tokens_details");
	int64_t hits, cached;

	if (!count(parts, "cached_tokens", &t->cache_read) ||
	    !count(usage, "cached_tokens", &cached) ||
	    !count(usage, "prompt_cache_hit_tokens", &hits) ||
	    !count(parts, "cache_write_tokens", &t->cache_write_5m) ||
	    !count(parts, "audio_tokens", &t->audio_in) ||
	    !count(parts, "image_tokens", &t->image_in))
		return false;
	if (!given(parts, "cached_tokens"))
		t->cache_read = hits ? hits : cached;
	t->fresh = all - t->cache_read - t->cache_write_5m - t->audio_in -
		   t->image_in;
	return t->fresh >= 0;
}

static bool read_completion(struct span usage, const struct sums *sums,
			    struct tokens *t)
{
	struct span parts = scan_find(usage, "completion_tokens_details");
	int64_t all = sums->completion, hidden;

	if (!count(parts, "reasoning_tokens", &t->reasoning) ||
	    !count(parts, "audio_tokens", &t->audio_out) ||
	    !count(parts, "image_tokens", &t->image_out))
		return false;
	hidden = sums->total - sums->prompt - all;
	if (hidden > 0 && !given(parts, "reasoning_tokens"))
		t->reasoning = hidden;
	if (hidden > 0 && t->reasoning == hidden)
		all += hidden;
	t->output = all - t->reasoning - t->audio_out - t->image_out;
	return t->output >= 0;
}

/* Web searches, by the names that OpenRouter and Perplexity have for them. */
static bool read_searches(struct span usage, struct tokens *t)
{
	int64_t details, plain, queries;

	if (!count(scan_find(usage, "server_tool_use_details"),
		   "web_search_requests", &details) ||
	    !count(scan_find(usage, "server_tool_use"), "web_search_requests",
		   &plain) ||
	    !count(usage, "num_search_queries", &queries))
		return false;
	t->searches = details ? details : plain ? plain : queries;
	return true;
}

enum tokens_state usage_read(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };
	struct sums sums;

	if (!usage.at)
		return TOKENS_ABSENT;
	if (scan_kind(usage) == SCAN_NULL)
		return TOKENS_NULL;
	if (scan_kind(usage) != SCAN_OBJECT)
		return TOKENS_WRONG;
	if (!given(usage, "prompt_tokens") &&
	    !given(usage, "completion_tokens"))
		return TOKENS_ABSENT;
	if (!read_sums(usage, &sums) ||
	    !read_prompt(usage, sums.prompt, &read) ||
	    !read_completion(usage, &sums, &read) ||
	    !read_searches(usage, &read))
		return TOKENS_WRONG;
	*tokens = read;
	return TOKENS_GIVEN;
}

void usage_write(const struct tokens *t, struct buf *out)
{
	long long prompt = tokens_prompt(t), completion = tokens_completion(t);
	long long writes = t->cache_write_5m + t->cache_write_1h;

	buf_print(out,
		  "\"prompt_tokens\":%lld,\"completion_tokens\":%lld,"
		  "\"total_tokens\":%lld",
		  prompt, completion, prompt + completion);
	buf_print(out,
		  ",\"prompt_tokens_details\":{\"cached_tokens\":%lld,"
		  "\"cache_write_tokens\":%lld,\"audio_tokens\":%lld}",
		  (long long)t->cache_read, writes, (long long)t->audio_in);
	buf_print(out,
		  ",\"completion_tokens_details\":{\"reasoning_tokens\":%lld,"
		  "\"audio_tokens\":%lld}",
		  (long long)t->reasoning, (long long)t->audio_out);
}
