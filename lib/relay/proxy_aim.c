#include "relay/proxy_aim.h"

#include "base/url.h"
#include "relay/proxy.h"

#include <string.h>
#include <strings.h>

/* "/v1", "/v4", "/v1beta": where a version begins. */
static bool is_version(const char *slash)
{
	return slash[0] == '/' && slash[1] == 'v' && slash[2] >= '0' &&
	       slash[2] <= '9';
}

/* How much of a base URL names the host. */
static size_t origin_len(const char *base_url)
{
	const char *host = strstr(base_url, "://");
	size_t scheme = host ? (size_t)(host - base_url) + 3 : 0;

	return scheme + strcspn(base_url + scheme, "/");
}

/* How much of a base URL stands before its version, or all without one. */
static size_t unversioned_len(const char *base_url)
{
	const char *at = base_url + origin_len(base_url);

	while (*at && !is_version(at))
		at++;
	return (size_t)(at - base_url);
}

/* How much of a base URL stands in front of PATH. */
static size_t root_len(const char *base_url, const char *path)
{
	size_t origin = origin_len(base_url), len = strlen(base_url);

	while (len > origin && base_url[len - 1] == '/')
		len--;
	if (len > origin && url_behind(path, base_url + origin))
		return origin;
	if (is_version(path) && unversioned_len(base_url) < len)
		return unversioned_len(base_url);
	return len;
}

const char *aim_url(struct arena *a, const char *base_url, const char *path,
		    const char *query)
{
	const char *rest = url_without(a, query, "key");

	return arena_print(a, "%.*s%s%s%s", (int)root_len(base_url, path),
			   base_url, url_encode(a, path), *rest ? "?" : "",
			   rest);
}

/* Does a segment of PATH lead upwards for somebody who takes '\\' for '/', or
 * what follows a ';' for parameters? */
static bool leads_up(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/\\");
		size_t name = strcspn(path, "/\\;");

		if (name && name <= 2 && strspn(path, ".") >= name)
			return true;
		path += len + (path[len] != '\0');
	}
	return false;
}

enum { DECODED_MOST = 4 };

bool aim_is_sound(struct arena *a, const char *path, const char *query)
{
	for (int i = 0; i < DECODED_MOST; i++) {
		if (leads_up(path))
			return false;
		path = url_decode(a, path);
	}
	for (; *query; query++) {
		unsigned char byte = (unsigned char)*query;

		if (byte <= ' ' || byte == 0x7f || byte == '#')
			return false;
	}
	return true;
}

/*
 * Who wants the credential how, and where: `within` is a part of the path, ""
 * any. Never in the URL, which ends up in logs and errors (P60). The first row
 * that fits counts; a provider is known by its slug or its kind.
 */
static const struct {
	const char *provider, *within, *header;
} carriers[] = {
	{ "google", "/openai/", "Authorization: Bearer " },
	{ "google", "", "x-goog-api-key: " },
	{ "gemini", "", "x-goog-api-key: " },
	{ "anthropic", "/chat/completions", "Authorization: Bearer " },
	{ "anthropic", "", "x-api-key: " },
	{ NULL, "", "Authorization: Bearer " },
};

const char *aim_credential(struct arena *a, const struct provider *p,
			   const char *path, const char *secret)
{
	size_t i = 0;

	while (carriers[i].provider &&
	       ((strcmp(carriers[i].provider, p->slug) != 0 &&
		 strcmp(carriers[i].provider, p->kind) != 0) ||
		!strstr(path, carriers[i].within)))
		i++;
	return arena_print(a, "%s%s", carriers[i].header, secret);
}

const char *const PROXY_HEADERS[] = {
	"Accept",
	"Anthropic-Beta",
	"Anthropic-Version",
	"Content-Encoding",
	"Content-Type",
	"Idempotency-Key",
	"If-Match",
	"If-Modified-Since",
	"If-None-Match",
	"OpenAI-Beta",
	"Range",
	NULL,
};

/* Not here: Location and Set-Cookie, which would lead elsewhere; rate limits,
 * which are the operator's; and all that is about the connection. */
static const char *const back[] = {
	"Accept-Ranges",    "Anthropic-Version", "Content-Disposition",
	"Content-Language", "Content-Range",	 "ETag",
	"Last-Modified",    "OpenAI-Model",	 "OpenAI-Processing-Ms",
	"OpenAI-Version",   "Request-Id",	 "Retry-After",
	"Retry-After-Ms",   "X-Should-Retry",
};

bool aim_passes_back(struct arena *a, const char *line, size_t len,
		     const char **name, const char **value)
{
	const char *colon = memchr(line, ':', len);
	size_t called = colon ? (size_t)(colon - line) : 0, at = called + 1;

	for (size_t i = 0; i < sizeof(back) / sizeof(*back); i++) {
		if (strlen(back[i]) != called ||
		    strncasecmp(back[i], line, called) != 0)
			continue;
		while (at < len && (line[at] == ' ' || line[at] == '\t'))
			at++;
		*name = back[i];
		*value = arena_copy(a, line + at, len - at);
		return true;
	}
	return false;
}
