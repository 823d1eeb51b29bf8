/*
 * Wherever a client's target leads, it leads below the provider's own address
 * (P59), and nobody there could make more of it (P58).
 */
#include "relay/proxy_aim.h"

#include "base/url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char *const bases[] = {
	"https://h.example/v1",
	"https://h.example/api/v1beta/openai",
	"https://h.example",
};
enum { BASES = sizeof(bases) / sizeof(*bases) };

static const char origin[] = "https://h.example/";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_dots(const char *segment, size_t len)
{
	return (len == 1 || len == 2) && strspn(segment, ".") >= len;
}

static void check(const char *url)
{
	size_t path = strcspn(url, "?");

	require(!strncmp(url, origin, strlen(origin)));
	for (const char *at = url; *at; at++)
		require((unsigned char)*at > ' ' && *at != 0x7f && *at != '#');
	require(!memchr(url, '\\', path));
	for (size_t at = strlen(origin), len; at < path; at += len + 1) {
		len = strcspn(url + at, "/?");
		require(!is_dots(url + at, len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new();
	char *target = arena_take(a, len + 2);
	struct url url;

	*target = '/';
	memcpy(target + 1, bytes, len);
	if (url_read(a, target, &url, NULL) &&
	    aim_is_sound(a, url.path, url.query))
		for (size_t i = 0; i < BASES; i++)
			check(aim_url(a, bases[i], url.path, url.query));
	arena_free(a);
	return 0;
}
