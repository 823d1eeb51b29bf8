#include "relay/proxy_aim.h"

#include "relay/proxy.h"
#include "support/row.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *label, *base, *path, *query, *want;
} urls[] = {
	{ "below", "https://h/v1", "/x", "", "https://h/v1/x" },
	{ "with a version", "https://h/v1", "/v1/x", "", "https://h/v1/x" },
	{ "another version", "https://h/v1", "/v2/x", "", "https://h/v2/x" },
	{ "behind a prefix", "https://h/openai/v1", "/v1/x", "",
	  "https://h/openai/v1/x" },
	{ "with all of the base", "https://h/openai/v1", "/openai/v1/x", "",
	  "https://h/openai/v1/x" },
	{ "with a part of it", "https://h/openai/v1", "/openai/x", "",
	  "https://h/openai/v1/openai/x" },
	{ "before the version's own folders", "https://h/v1beta/openai",
	  "/v1beta/models", "", "https://h/v1beta/models" },
	{ "below the version's own folders", "https://h/v1beta/openai",
	  "/models", "", "https://h/v1beta/openai/models" },
	{ "no version", "https://h/api", "/v1/x", "", "https://h/api/v1/x" },
	{ "no version, no path", "https://h/", "/chat", "", "https://h/chat" },
	{ "a host that looks like one", "https://v1.h/v1", "/v2/x", "",
	  "https://v1.h/v2/x" },
	{ "a query", "https://h:1/v1", "/x", "a=1&b=%20",
	  "https://h:1/v1/x?a=1&b=%20" },
	{ "an odd query", "https://h/v1", "/x", "&&a==&?/&",
	  "https://h/v1/x?&&a==&?/&" },
	{ "P60: without our key", "https://h/v1", "/x", "key=k&a=1&%6bey=z",
	  "https://h/v1/x?a=1" },
	{ "P60: from the middle", "https://h/v1", "/x", "&a&key=k&&b",
	  "https://h/v1/x?&a&&b" },
	{ "P60: nothing is left", "https://h/v1", "/x", "key=k",
	  "https://h/v1/x" },
	{ "P59: '#', '?' and '@' are parts of a name", "https://h/v1",
	  "/@e/a#b?c\\d;e f", "", "https://h/v1/@e/a%23b%3Fc%5Cd%3Be%20f" },
	{ "P59: another host in the path", "https://h/v1", "/http://e/v1/x", "",
	  "https://h/v1/http://e/v1/x" },
	{ "P58: a slash within a name", "https://h/v1", "/a%2Fb%25", "",
	  "https://h/v1/a%2Fb%25" },
	{ "what is no ASCII", "https://h/v1", "/\xc3\xa9", "",
	  "https://h/v1/%C3%A9" },
};

EACH(proxy_aim, finds_the_address, urls)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(aim_url(a, row->base, row->path, row->query),
			 row->want, "%s", row->label);
	arena_free(a);
}

static const struct {
	const char *label, *path, *query;
	bool sound;
} aims[] = {
	{ "usual", "/v1/x", "a=1&b=%00%0A", true },
	{ "dots in a name", "/v1/..a/b.../.c", "../..", true },
	{ "what is no ASCII", "/v1/\xc3\xa9", "\xc3\xa9", true },
	{ "P58: upwards", "/v1/../x", "", false },
	{ "P58: to itself", "/v1/.", "", false },
	{ "P58: an encoded slash", "/v1/..%2Fx", "", false },
	{ "P58: encoded twice", "/v1/%252e%252e/x", "", false },
	{ "P58: encoded thrice", "/v1/%25252e./x", "", false },
	{ "P58: the other slash", "/v1/..\\x", "", false },
	{ "P58: the other slash, encoded twice", "/v1/..%255Cx", "", false },
	{ "P58: with a parameter", "/v1/..;a=b/x", "", false },
	{ "P58: a space in the query", "/v1/x", "a HTTP/1.1", false },
	{ "P58: a line in the query", "/v1/x", "a\r\nHost: e", false },
	{ "P58: a fragment in the query", "/v1/x", "a#b", false },
	{ "P58: a control byte in the query", "/v1/x", "a\x7f", false },
};

EACH(proxy_aim, P58_leads_into_the_provider_alone, aims)
{
	struct arena *a = arena_new();

	cr_expect_eq(aim_is_sound(a, row->path, row->query), row->sound, "%s",
		     row->label);
	arena_free(a);
}

static const struct {
	const char *label, *slug, *kind, *path, *want;
} credentials[] = {
	{ "most", "openai", "openai", "/v1/messages",
	  "Authorization: Bearer s" },
	{ "Anthropic", "anthropic", "openai", "/v1/messages", "x-api-key: s" },
	{ "Anthropic as OpenAI", "anthropic", "openai", "/v1/chat/completions",
	  "Authorization: Bearer s" },
	{ "by its kind", "other", "anthropic", "/v1/messages", "x-api-key: s" },
	{ "Gemini", "google", "openai", "/v1beta/models/x:generateContent",
	  "x-goog-api-key: s" },
	{ "Gemini as OpenAI", "google", "openai",
	  "/v1beta/openai/chat/completions", "Authorization: Bearer s" },
};

EACH(proxy_aim, P60_the_credential_goes_in_a_header, credentials)
{
	struct arena *a = arena_new();
	struct provider p = { .slug = row->slug, .kind = row->kind };

	cr_expect_str_eq(aim_credential(a, &p, row->path, "s"), row->want, "%s",
			 row->label);
	arena_free(a);
}

static const struct {
	const char *label, *line, *value; /* NULL: stays here */
} lines[] = {
	{ "passes", "retry-after:  7", "7" },
	{ "passes whatever its case", "REQUEST-ID: r", "r" },
	{ "empty", "ETag:", "" },
	{ "P61: leads elsewhere", "Location: http://x", NULL },
	{ "P61: another's cookie", "Set-Cookie: a=b", NULL },
	{ "P61: what it runs", "Server: s", NULL },
	{ "the operator's limits", "x-ratelimit-limit-requests: 1", NULL },
	{ "about the connection", "Connection: close", NULL },
	{ "about the body's form", "Transfer-Encoding: chunked", NULL },
	{ "CORS is ours", "Access-Control-Allow-Origin: x", NULL },
	{ "the status line", "HTTP/1.1 200 OK", NULL },
	{ "a beginning", "Retry-Afte: 1", NULL },
	{ "no colon", "Retry-After", NULL },
};

EACH(proxy_aim, P61_headers_come_back_by_list, lines)
{
	struct arena *a = arena_new();
	const char *name, *value;
	bool passes =
		aim_passes_back(a, row->line, strlen(row->line), &name, &value);

	cr_expect_eq(passes, row->value != NULL, "%s", row->label);
	if (passes && row->value)
		cr_expect_str_eq(value, row->value, "%s", row->label);
	arena_free(a);
}

static const struct {
	const char *label, *name;
} kept[] = {
	{ "our key", "Authorization" },
	{ "our key", "X-Api-Key" },
	{ "our key", "X-Goog-Api-Key" },
	{ "a cookie", "Cookie" },
	{ "another gateway's", "Proxy-Authorization" },
	{ "an address", "X-Forwarded-For" },
	{ "an application", "HTTP-Referer" },
	{ "the operator's matter", "OpenAI-Organization" },
};

EACH(proxy_aim, P61_the_clients_own_stays_here, kept)
{
	for (size_t i = 0; PROXY_HEADERS[i]; i++)
		cr_expect_neq(strcasecmp(PROXY_HEADERS[i], row->name), 0,
			      "%s: %s", row->label, row->name);
}
