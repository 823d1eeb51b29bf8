#include "http/tag.h"

#include "base/hash.h"

#include <string.h>
#include <strings.h>

enum { TAG_DIGITS = 32 };

/* Apache's and lighttpd's marks on tags of answers that they compress. */
static const char *const marks[] = { "", "-gzip", "-br", "-deflate", "-zstd" };

static size_t quoted_len(const char *at)
{
	const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;

	return end ? (size_t)(end - at) + 1 : 0;
}

/* Is the quoted text AT, of LEN bytes, TAG with or without a mark? */
static bool same(const char *at, size_t len, const char *tag)
{
	size_t bare = strlen(tag) - 1;

	if (len <= bare || strncmp(at, tag, bare) != 0)
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (len == bare + strlen(marks[i]) + 1 &&
		    !strncmp(at + bare, marks[i], strlen(marks[i])))
			return true;
	return false;
}

bool tag_matches(const char *header, const char *tag)
{
	while (*header) {
		size_t len;

		header += strspn(header, " \t,");
		if (*header == '*')
			return true;
		if (!strncasecmp(header, "W/", 2))
			header += 2;
		len = quoted_len(header);
		if (!len)
			return false;
		if (same(header, len, tag))
			return true;
		header += len;
	}
	return false;
}

bool tag_answer(struct exchange *x, const char *what)
{
	const char *known = exchange_header(x, "If-None-Match"), *tag;
	char hash[HASH_HEX + 1];

	hash_hex(what, strlen(what), hash);
	tag = arena_print(x->arena, "\"%.*s\"", TAG_DIGITS, hash);
	exchange_add_header(x, "ETag", tag);
	exchange_add_header(x, "Cache-Control", "private, no-cache");
	exchange_add_header(x, "Vary",
			    "Authorization, X-Api-Key, X-Goog-Api-Key");
	if (!known || !tag_matches(known, tag))
		return false;
	exchange_begin(x, 304, "");
	return true;
}
