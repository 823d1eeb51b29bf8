/* The part of import_shape.h that knows how models are called. */
#include "domain/import_shape.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MOST = 200, SLUG_MOST = 64 };

/* Providers that make models, and who they are in an id. */
static const struct {
	const char *provider, *author;
} makers[] = {
	{ "openai", "openai" },	    { "anthropic", "anthropic" },
	{ "google", "google" },	    { "deepseek", "deepseek" },
	{ "mistral", "mistralai" }, { "xai", "x-ai" },
	{ "meta", "meta-llama" },   { "moonshot", "moonshotai" },
	{ "zai", "z-ai" },	    { "cohere", "cohere" },
	{ "alibaba", "qwen" },	    { "perplexity", "perplexity" },
	{ "minimax", "minimax" },
};

/* How providers that host others' models spell who made them. */
static const struct {
	const char *spelling, *author;
} spellings[] = {
	{ "meta", "meta-llama" },     { "llama", "meta-llama" },
	{ "mistral", "mistralai" },   { "xai", "x-ai" },
	{ "moonshot", "moonshotai" }, { "zai", "z-ai" },
	{ "zai-org", "z-ai" },	      { "deepseek-ai", "deepseek" },
	{ "minimaxai", "minimax" },
};

/* What a provider puts before all its names. */
static const struct {
	const char *provider, *prefix;
} prefixes[] = {
	{ "fireworks", "accounts/fireworks/models/" },
	{ "fireworks", "accounts/fireworks/routers/" },
};

static const char *maker(const char *provider)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++)
		if (!strcmp(makers[i].provider, provider))
			return makers[i].author;
	return NULL;
}

static const char *spelled(const char *author)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (!strcmp(spellings[i].spelling, author))
			return spellings[i].author;
	return author;
}

static const char *without_prefix(const char *provider, const char *native)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t len = strlen(prefixes[i].prefix);

		if (!strcmp(prefixes[i].provider, provider) &&
		    !strncmp(native, prefixes[i].prefix, len))
			return native + len;
	}
	return native;
}

static char *lower(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text));

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* "author/slug" as it is, any deeper path as one slug of the provider's. */
static const char *hosted_id(struct arena *a, const char *provider, char *name)
{
	char *slash = strchr(name, '/');

	if (slash && !strchr(slash + 1, '/')) {
		*slash = '\0';
		return arena_print(a, "%s/%s", spelled(name), slash + 1);
	}
	for (; slash; slash = strchr(slash, '/'))
		*slash = '-';
	return arena_print(a, "%s/%s", provider, name);
}

const char *import_model_id(struct arena *a, const char *provider,
			    const char *native)
{
	const char *author = maker(provider), *id;
	char *name = lower(a, without_prefix(provider, native));

	if (author && strchr(name, '/'))
		return NULL; /* a region's or a tier's, not a name of its own */
	id = author ? arena_print(a, "%s/%s", author, name)
		    : hosted_id(a, provider, name);
	return import_good_id(id) ? id : NULL;
}

static bool made_of(const char *text, const char *others, size_t most)
{
	size_t len = strlen(text);

	return len && len <= most && strspn(text, others) == len;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz0123456789._-"
#define EITHER LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool import_good_id(const char *id)
{
	const char *slash = strchr(id, '/');

	return slash && slash > id && slash[1] && !strchr(slash + 1, '/') &&
	       made_of(id, LOWER ":~@/", NAME_MOST);
}

bool import_good_native(const char *native)
{
	return made_of(native, EITHER ":~@/+#", NAME_MOST);
}

bool import_good_slug(const char *slug)
{
	return made_of(slug, LOWER, SLUG_MOST);
}

bool import_speaks_for(const char *provider, const char *id)
{
	const char *author = maker(provider);
	size_t len = author ? strlen(author) : 0;

	return len && !strncmp(id, author, len) && id[len] == '/';
}
