#include "wire/native.h"

#include "base/url.h"
#include "wire/native_usage.h"

#include <string.h>
#include <strings.h>

static const struct native known[] = {
	{ .method = "POST", .end = "/chat/completions", .usage = usage_openai },
	{ .method = "POST", .end = "/completions", .usage = usage_openai },
	{ .method = "POST",
	  .end = "/embeddings",
	  .vectors = true,
	  .usage = usage_openai },
	{ .method = "POST",
	  .end = "/responses",
	  .usage_ends = true,
	  .usage = usage_responses },
	{ .method = "POST", .end = "/messages", .usage = usage_anthropic },
	{ .method = "POST",
	  .end = ":generateContent",
	  .in_path = true,
	  .usage = usage_gemini },
	{ .method = "POST",
	  .end = ":streamGenerateContent",
	  .in_path = true,
	  .streams = true,
	  .usage = usage_gemini },
	{ .method = "POST",
	  .end = ":embedContent",
	  .in_path = true,
	  .vectors = true,
	  .usage = usage_gemini },
	{ .method = "POST",
	  .end = ":batchEmbedContents",
	  .in_path = true,
	  .vectors = true,
	  .usage = usage_gemini },
	{ .method = "POST", .end = "/messages/count_tokens", .free = true },
	{ .method = "POST", .end = "/responses/input_tokens", .free = true },
	{ .method = "POST", .end = ":countTokens", .free = true },
	{ .method = "GET", .end = "/models", .free = true },
	{ .method = "GET", .end = "/models/", .below = true, .free = true },
};

static bool ends_with(const char *text, size_t len, const char *end)
{
	size_t tail = strlen(end);

	return len >= tail && !strncasecmp(text + len - tail, end, tail);
}

static bool fits(const struct native *native, const char *path)
{
	size_t len = strlen(path);

	while (len && path[len - 1] == '/')
		len--;
	while (native->below && len && path[len - 1] != '/')
		len--;
	return ends_with(path, len, native->end);
}

const struct native *native_find(struct arena *a, const char *method,
				 const char *path)
{
	path = url_decode(a, path);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].method, method) && fits(&known[i], path))
			return &known[i];
	return NULL;
}
