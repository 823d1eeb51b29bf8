#include "http/exchange.h"

#include "base/money_json.h"
#include "base/url.h"
#include "http/body.h"
#include "http/serve.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * Header lines of our own may take up so much: nginx gives the whole head of
 * an answer 4 KiB as it comes, and answers 502 beyond.
 */
enum { HEADERS_ROOM = 3 * 1024 };

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 499, "Client Closed Request" },
	{ 500, "Internal Server Error" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 529, "Overloaded" },
};

static const char *reason(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Other";
}

const char *exchange_variable(const struct exchange *x, const char *name)
{
	const char *value = x->channel->variable(x->channel->state, name);

	return value && *value ? value : NULL;
}

/* "Content-Type" is CONTENT_TYPE to CGI; all others get HTTP_ in front. */
static const char *cgi_name(struct arena *a, const char *header)
{
	bool bare = !strcasecmp(header, "Content-Type") ||
		    !strcasecmp(header, "Content-Length");
	char *name = arena_join(a, bare ? "" : "HTTP_", header, NULL);

	for (char *c = name; *c; c++) {
		*c = (char)toupper((unsigned char)*c);
		if (*c == '-')
			*c = '_';
	}
	return name;
}

/* Apache hides this one from programs; where a .htaccess brings it back, a
 * rewritten URL puts REDIRECT_ in front of it. Clients cannot do that. */
static const char *authorization(const struct exchange *x)
{
	static const char *const names[] = {
		"HTTP_AUTHORIZATION",
		"REDIRECT_HTTP_AUTHORIZATION",
		"REDIRECT_REDIRECT_HTTP_AUTHORIZATION",
	};
	const char *value = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !value; i++)
		value = exchange_variable(x, names[i]);
	return value;
}

const char *exchange_header(struct exchange *x, const char *name)
{
	if (!strcasecmp(name, "Authorization"))
		return authorization(x);
	return exchange_variable(x, cgi_name(x->arena, name));
}

struct caller exchange_caller(struct exchange *x)
{
	const char *title = exchange_header(x, "X-OpenRouter-Title");

	return (struct caller){
		.referer = exchange_header(x, "HTTP-Referer"),
		.title = title ? title : exchange_header(x, "X-Title"),
		.agent = exchange_header(x, "User-Agent"),
	};
}

const char *exchange_query(struct exchange *x, const char *name)
{
	return url_parameter(x->arena, x->query, name);
}

static bool is_header_name(const char *name)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789!#$%&'*+-.^_`|~";

	return *name && !name[strspn(name, token)];
}

/* VALUE cannot end its line and begin another. */
static const char *one_line(struct arena *a, const char *value)
{
	char *line = arena_copy(a, value, strlen(value));

	for (char *c = line; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	return line;
}

void exchange_add_header(struct exchange *x, const char *name,
			 const char *value)
{
	const char *headers;

	assert(!x->began && strcasecmp(name, "Status") != 0);
	if (!is_header_name(name))
		return;
	headers = arena_join(x->arena, x->headers, name, ": ",
			     one_line(x->arena, value), "\r\n", NULL);
	if (strlen(headers) <= HEADERS_ROOM)
		x->headers = headers;
}

static bool is_stream(const char *type)
{
	return !strncasecmp(type, "text/event-stream", 17);
}

static bool is_head(const struct exchange *x)
{
	return !strcmp(x->method, "HEAD");
}

/* Web servers take a status that is none for a broken program. */
static int sound(int status)
{
	return status >= 200 && status <= 599 ? status : 502;
}

static bool put(struct exchange *x, const char *bytes, size_t len)
{
	x->gone = x->gone || !x->channel->write(x->channel->state, bytes, len);
	return !x->gone;
}

static const char *content_type(struct exchange *x, int status,
				const char *type)
{
	if (status == 204 || status == 304)
		return "";
	return arena_join(x->arena, "Content-Type: ", one_line(x->arena, type),
			  "\r\n", NULL);
}

/* Nobody is to keep an answer, unless its handler has said who may. */
static const char *caching(const struct exchange *x, const char *type)
{
	if (is_stream(type))
		return "Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n";
	return strcasestr(x->headers, "Cache-Control:")
		       ? ""
		       : "Cache-Control: no-store\r\n";
}

bool exchange_begin(struct exchange *x, int status, const char *type)
{
	const char *line = arena_print(x->arena, "Status: %d %s\r\n",
				       sound(status), reason(sound(status)));
	const char *head = arena_join(
		x->arena, line, content_type(x, status, type), caching(x, type),
		"X-Request-Id: ", x->id, "\r\n", x->headers,
		"Access-Control-Allow-Origin: *\r\n"
		"Access-Control-Expose-Headers: *\r\n\r\n",
		NULL);

	assert(!x->began);
	body_drain(x);
	x->began = true;
	x->status = sound(status);
	return put(x, head, strlen(head));
}

bool exchange_send(struct exchange *x, const char *bytes, size_t len)
{
	if (is_head(x) || !put(x, bytes, len))
		return !x->gone;
	x->sent += (int64_t)len;
	return true;
}

bool exchange_flush(struct exchange *x)
{
	x->gone = x->gone || !x->channel->flush(x->channel->state);
	return !x->gone;
}

bool exchange_text(struct exchange *x, int status, const char *type,
		   const char *text)
{
	size_t len = strlen(text);

	exchange_add_header(x, "Content-Length",
			    arena_print(x->arena, "%zu", len));
	return exchange_begin(x, status, type) && exchange_send(x, text, len);
}

bool exchange_json(struct exchange *x, int status, json_t *body,
		   struct fault *why)
{
	char *text =
		body ? json_dumps(body, JSON_COMPACT | JSON_DOLLARS) : NULL;

	json_decref(body);
	if (!text)
		return fault_set(why, FAULT_INTERNAL,
				 "cannot print the answer");
	arena_defer(x->arena, free, text);
	exchange_text(x, status, "application/json", text);
	return true;
}

static void sink_header(void *state, const char *name, const char *value)
{
	exchange_add_header(state, name, value);
}

static bool sink_begin(void *state, int status, const char *type)
{
	return exchange_begin(state, status, type);
}

static bool sink_send(void *state, const char *bytes, size_t len)
{
	return exchange_send(state, bytes, len);
}

static bool sink_flush(void *state)
{
	return exchange_flush(state);
}

/* Until the body has been read, an event may be a piece of it. */
static int sink_watch(void *state, short *events)
{
	struct exchange *x = state;

	*events = 0;
	return x->read ? x->channel->watch(x->channel->state, events) : -1;
}

static bool sink_stopping(void *state)
{
	(void)state;
	return serve_stopping();
}

struct sink exchange_sink(struct exchange *x)
{
	return (struct sink){
		.header = sink_header,
		.begin = sink_begin,
		.send = sink_send,
		.flush = sink_flush,
		.watch = sink_watch,
		.stopping = sink_stopping,
		.state = x,
	};
}
