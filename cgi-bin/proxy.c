/*
 * proxy - providers' own APIs, through the gateway
 *
 *	ANY /{provider}/{path}  asked with the provider's credential; see
 *	                        www/docs/proxy.md
 */
#include "relay/proxy.h"
#include "http/body.h"
#include "http/guard.h"
#include "http/serve.h"

#include <string.h>

enum { IN_MEMORY = 64 * 1024 };

/* "Name: value" of each that may be passed on. */
static const char *const *headers(struct exchange *x)
{
	const char **lines;
	size_t n = 0;

	while (PROXY_HEADERS[n])
		n++;
	lines = arena_take(x->arena, (n + 1) * sizeof(*lines));
	n = 0;
	for (size_t i = 0; PROXY_HEADERS[i]; i++) {
		const char *value = exchange_header(x, PROXY_HEADERS[i]);

		if (value)
			lines[n++] = arena_print(x->arena, "%s: %s",
						 PROXY_HEADERS[i], value);
	}
	return lines;
}

/* The sandbox is a provider that is this very server. What it has not got would
 * come here, without a key, and the client be told to send one. */
static bool asks_itself(struct exchange *x)
{
	const char *agent = exchange_header(x, "User-Agent");

	return agent && !strcmp(agent, PROXY_AGENT) &&
	       !exchange_header(x, "Authorization") &&
	       !exchange_header(x, "X-Api-Key") &&
	       !exchange_header(x, "X-Goog-Api-Key");
}

static bool admit(struct exchange *x, struct fault *why)
{
	if (asks_itself(x))
		return fault_set(why, FAULT_NOT_FOUND, "%s %s is not served",
				 x->method, x->path);
	return guard_admit(x, NEED_INFERENCE, why);
}

static bool pass_on(struct exchange *x, struct fault *why)
{
	const struct settings *s = x->suite->settings;
	struct proxy proxy = {
		.job = { .gateway = x->suite->own,
			 .arena = x->arena,
			 .sink = exchange_sink(x),
			 .id = x->id,
			 .caller = exchange_caller(x),
			 .trace = &x->trace },
		.method = x->method,
		.target = x->raw,
		.query = x->query,
		.packed = exchange_header(x, "Content-Encoding"),
		.headers = headers(x),
	};

	if (!admit(x, why))
		return false;
	proxy.job.key = x->key;
	return proxy_admit(&proxy, why) &&
	       body_spool(x, IN_MEMORY, s->proxy_body_limit, &proxy.body,
			  why) &&
	       proxy_run(&proxy, why);
}

static const struct route routes[] = {
	{ "*", "/*", pass_on, NEED_NOTHING },
	{ 0 },
};

/* Bare paths only where they cannot be a page: behind a version. */
static const char *const served[] = {
	"/v1/*/*",
	"/api/v1/*/*",
	"/*/v1*",
	NULL,
};

static bool start(struct suite *suite, struct fault *why)
{
	(void)why;
	suite->own = gateway_new(suite->settings, suite->store);
	return true;
}

static void stop(struct suite *suite)
{
	gateway_free(suite->own);
}

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "proxy",
					.routes = routes,
					.everywhere = served,
					.start = start,
					.stop = stop },
		     argc, argv);
}
