#include "wire/openai_usage.h"

#include "base/scan.h"

static const int64_t most = (int64_t)1 << 40;

/* The members of a usage object and of the objects in it that count, found in
 * one walk. */
enum member {
	PROMPT,
	COMPLETION,
	TOTAL,
	PROMPT_PARTS,
	COMPLETION_PARTS,
	CACHED,
	CACHE_HITS,
	CACHE_WRITES,
	AUDIO,
	IMAGE,
	REASONING,
	TOOLS,
	TOOL_DETAILS,
	SEARCH_QUERIES,
	SEARCHES,
	MEMBERS,
};

static const char *const names[MEMBERS] = {
	[PROMPT] = "prompt_tokens",
	[COMPLETION] = "completion_tokens",
	[TOTAL] = "total_tokens",
	[PROMPT_PARTS] = "prompt_tokens_details",
	[COMPLETION_PARTS] = "completion_tokens_details",
	[CACHED] = "cached_tokens",
	[CACHE_HITS] = "prompt_cache_hit_tokens",
	[CACHE_WRITES] = "cache_write_tokens",
	[AUDIO] = "audio_tokens",
	[IMAGE] = "image_tokens",
	[REASONING] = "reasoning_tokens",
	[TOOLS] = "server_tool_use",
	[TOOL_DETAILS] = "server_tool_use_details",
	[SEARCH_QUERIES] = "num_search_queries",
	[SEARCHES] = "web_search_requests",
};

/* What an object has of them; `at` is NULL for what it has not, and for null.
 */
struct found {
	struct span value[MEMBERS];
};

static struct found look(struct span object)
{
	struct found found = { 0 };
	struct scan_item item;

	for (struct scan_walk w = scan_walk(object); scan_next(&w, &item);)
		for (size_t i = 0; i < MEMBERS; i++)
			if (scan_named(&item, names[i])) {
				found.value[i] = item.kind == SCAN_NULL
							 ? (struct span){ 0 }
							 : item.value;
				break;
			}
	return found;
}

static bool given(const struct found *f, enum member member)
{
	return f->value[member].at;
}

/* A count that may be missing: then it is 0. False when it cannot be. */
static bool count(const struct found *f, enum member member, int64_t *number)
{
	*number = 0;
	return !given(f, member) || (scan_int(f->value[member], number) &&
				     *number >= 0 && *number <= most);
}

/* The three sums. One that is missing follows from the others, and where that
 * is not so, nothing can be believed. */
struct sums {
	int64_t prompt, completion, total;
};

static bool read_sums(const struct found *usage, struct sums *s)
{
	bool total = given(usage, TOTAL);
	bool prompt = given(usage, PROMPT);
	bool completion = given(usage, COMPLETION);

	if (!count(usage, PROMPT, &s->prompt) ||
	    !count(usage, COMPLETION, &s->completion) ||
	    !count(usage, TOTAL, &s->total))
		return false;
	if (!prompt)
		s->prompt = s->total - s->completion;
	if (!completion)
		s->completion = s->total - s->prompt;
	return (total || (prompt && completion)) && s->prompt >= 0 &&
	       s->completion >= 0;
}

static bool read_prompt(const struct found *usage, int64_t all,
			struct tokens *t)
{
	struct found parts = look(usage->value[PROMPT_PARTS]);
	int64_t hits, cached;

	if (!count(&parts, CACHED, &t->cache_read) ||
	    !count(usage, CACHED, &cached) ||
	    !count(usage, CACHE_HITS, &hits) ||
	    !count(&parts, CACHE_WRITES, &t->cache_write_5m) ||
	    !count(&parts, AUDIO, &t->audio_in) ||
	    !count(&parts, IMAGE, &t->image_in))
		return false;
	if (!given(&parts, CACHED))
		t->cache_read = hits ? hits : cached;
	t->fresh = all - t->cache_read - t->cache_write_5m - t->audio_in -
		   t->image_in;
	return t->fresh >= 0;
}

static bool read_completion(const struct found *usage, const struct sums *sums,
			    struct tokens *t)
{
	struct found parts = look(usage->value[COMPLETION_PARTS]);
	int64_t all = sums->completion, hidden;

	if (!count(&parts, REASONING, &t->reasoning) ||
	    !count(&parts, AUDIO, &t->audio_out) ||
	    !count(&parts, IMAGE, &t->image_out))
		return false;
	hidden = sums->total - sums->prompt - all;
	if (hidden > 0 && !given(&parts, REASONING))
		t->reasoning = hidden;
	if (hidden > 0 && t->reasoning == hidden)
		all += hidden;
	t->output = all - t->reasoning - t->audio_out - t->image_out;
	return t->output >= 0;
}

/* Web searches, by the names that OpenRouter and Perplexity have for them. */
static bool read_searches(const struct found *usage, struct tokens *t)
{
	struct found details = look(usage->value[TOOL_DETAILS]);
	struct found tools = look(usage->value[TOOLS]);
	int64_t detailed, plain, queries;

	if (!count(&details, SEARCHES, &detailed) ||
	    !count(&tools, SEARCHES, &plain) ||
	    !count(usage, SEARCH_QUERIES, &queries))
		return false;
	t->searches = detailed ? detailed : plain ? plain : queries;
	return true;
}

enum tokens_state usage_read(struct span usage, struct tokens *tokens)
{
	struct tokens read = { 0 };
	struct found all;
	struct sums sums;

	if (!usage.at)
		return TOKENS_ABSENT;
	if (scan_kind(usage) == SCAN_NULL)
		return TOKENS_NULL;
	if (scan_kind(usage) != SCAN_OBJECT)
		return TOKENS_WRONG;
	all = look(usage);
	if (!given(&all, PROMPT) && !given(&all, COMPLETION))
		return TOKENS_ABSENT;
	if (!read_sums(&all, &sums) || !read_prompt(&all, sums.prompt, &read) ||
	    !read_completion(&all, &sums, &read) || !read_searches(&all, &read))
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
