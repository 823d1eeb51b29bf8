#include "http/sandbox_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Those that a gateway may send on, and those that it must not. */
static const struct {
	const char *name;
	bool secret;
} headers[] = {
	{ "Accept", false },
	{ "Accept-Encoding", false },
	{ "Anthropic-Beta", false },
	{ "Anthropic-Version", false },
	{ "Authorization", true },
	{ "Baggage", false },
	{ "Content-Length", false },
	{ "Content-Type", false },
	{ "Cookie", false },
	{ "Expect", false },
	{ "Forwarded", false },
	{ "Host", false },
	{ "HTTP-Referer", false },
	{ "Idempotency-Key", false },
	{ "OpenAI-Beta", false },
	{ "OpenAI-Organization", false },
	{ "OpenAI-Project", false },
	{ "Origin", false },
	{ "Proxy-Authorization", true },
	{ "Referer", false },
	{ "Traceparent", false },
	{ "Tracestate", false },
	{ "User-Agent", false },
	{ "Via", false },
	{ "X-Api-Key", true },
	{ "X-Forwarded-For", false },
	{ "X-Forwarded-Host", false },
	{ "X-Forwarded-Proto", false },
	{ "X-Goog-Api-Key", true },
	{ "X-OpenRouter-Categories", false },
	{ "X-OpenRouter-Title", false },
	{ "X-Real-Ip", false },
	{ "X-Request-Id", false },
	{ "X-Sandbox", false },
	{ "X-Title", false },
};

const char *sandbox_key(struct exchange *x)
{
	const char *value = exchange_header(x, "Authorization");

	if (!value || strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	return value + 7 + strspn(value + 7, " ");
}

const char *sandbox_peer(const struct exchange *x)
{
	const char *address = exchange_variable(x, "REMOTE_ADDR");
	const char *port = exchange_variable(x, "REMOTE_PORT");

	if (!address)
		return NULL;
	return arena_print(x->arena, "%s:%s", address, port ? port : "");
}

static const char *text_of(json_t *body, const char *name)
{
	return json_string_value(json_object_get(body, name));
}

void sandbox_name_visit(struct arena *a, json_t *body,
			struct sandbox_visit *visit)
{
	const char *model = text_of(body, "model");

	visit->user = text_of(body, "user");
	if (model)
		visit->model = arena_copy(a, model, strcspn(model, "+"));
}

bool sandbox_script_of(struct exchange *x, json_t *body, const char *mount,
		       struct sandbox_script *script, struct fault *why)
{
	const char *model = text_of(body, "model");
	const char *plus = model ? strchr(model, '+') : NULL;
	const char *places[] = { plus, text_of(body, "sandbox"),
				 exchange_header(x, "X-Sandbox") };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!sandbox_script_read(x->arena, script, span_of(places[i]),
					 mount, why))
			return false;
	return true;
}

/* "...abcd"; nothing of what is too short to hide the rest. */
static const char *masked(struct arena *a, const char *value)
{
	size_t len = strlen(value);

	return arena_print(a, "...%s", len > 12 ? value + len - 4 : "");
}

static json_t *headers_of(struct exchange *x)
{
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const char *value = exchange_header(x, headers[i].name);

		if (value && headers[i].secret)
			value = masked(x->arena, value);
		/* A value that is not UTF-8 can't be told in JSON. */
		if (value)
			json_object_set_new(object, headers[i].name,
					    json_string(value));
	}
	return object;
}

struct span sandbox_request_print(struct exchange *x)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:o}", "method",
				 x->method, "path", x->path, "query", x->query,
				 "headers", headers_of(x), "body",
				 json_stringn(x->body.at, x->body.len));
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	if (text)
		arena_defer(x->arena, free, text);
	return span_of(text ? text : "");
}
