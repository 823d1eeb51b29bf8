#include "http/reply.h"

#include "base/keep.h"
#include "base/log.h"
#include "http/request_log.h"

#include <string.h>

/* What a fault tells a client, whatever the dialect. */
struct notice {
	int status;
	const char *text, *type, *error_type;
	json_t *metadata;     /* an object with the fault's details */
	json_t *availability; /* what the fault says of it, or NULL */
};

/* TEXT without keys, and plain if it is not UTF-8: clients and their paths may
 * hold anything, and JSON can't say it. */
static const char *legible(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text));
	json_t *utf8 = json_string(copy);

	for (char *c = copy; *c && !utf8; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json_decref(utf8);
	log_redact(copy);
	return copy;
}

/* What TEXT says, or NULL when it is no object. */
static json_t *object(struct exchange *x, const char *text)
{
	json_t *json =
		text ? json_loads(legible(x->arena, text), 0, NULL) : NULL;

	if (json_is_object(json))
		return json;
	json_decref(json);
	return NULL;
}

static json_t *details(struct exchange *x, const struct fault *why)
{
	json_t *json = object(x, why->details);

	return json ? json : json_object();
}

static struct notice notice(struct exchange *x, const struct fault *why)
{
	bool ours = why->kind == FAULT_INTERNAL;
	struct notice n = {
		.status = fault_status(why->kind),
		.text = ours ? "internal error" : legible(x->arena, why->text),
		.type = fault_type(why->kind),
		.error_type = fault_error_type(why),
		.metadata = ours ? json_object() : details(x, why),
		.availability = object(x, why->availability),
	};

	if (n.status >= 500)
		json_object_set_new(n.metadata, "request_id",
				    json_string(x->id));
	return n;
}

/* Takes the notice's objects. */
static json_t *openai(const struct notice *n)
{
	json_object_set_new(n->metadata, "error_type",
			    json_string(n->error_type));
	return json_pack("{s:{s:s, s:s, s:i, s:n, s:o, s:o*}}", "error",
			 "message", n->text, "type", n->type, "code", n->status,
			 "param", "metadata", n->metadata, "availability",
			 n->availability);
}

static json_t *(*const dialects[REPLY_DIALECTS])(const struct notice *n) = {
	[REPLY_OPENAI] = openai,
};

static void add_headers(struct exchange *x, const struct fault *why)
{
	if (why->retry_after > 0)
		exchange_add_header(
			x, "Retry-After",
			arena_print(x->arena, "%d", why->retry_after));
	if (why->kind == FAULT_NO_KEY)
		exchange_add_header(x, "WWW-Authenticate", "Bearer");
}

void reply_log(struct exchange *x, const struct fault *why)
{
	if (request_log_on(x)) {
		x->trace.error = keep(x->arena, why->text);
		return;
	}
	log_line(x->suite->log, "%s %s %s: %d %s", x->id, x->method, x->path,
		 fault_status(why->kind), why->text);
}

static void send(struct exchange *x, enum reply_dialect dialect,
		 const struct fault *why)
{
	static const char last[] = "{\"error\":{\"message\":\"internal error\","
				   "\"type\":\"server_error\",\"code\":500}}";
	struct notice n = notice(x, why);

	add_headers(x, why);
	if (!exchange_json(x, n.status, dialects[dialect](&n), NULL))
		exchange_text(x, 500, "application/json", last);
}

void reply_fault(struct exchange *x, enum reply_dialect dialect,
		 const struct fault *why)
{
	bool gone = why->kind == FAULT_GONE;

	if (request_log_on(x) || fault_status(why->kind) >= 500 ||
	    (x->began && !gone))
		reply_log(x, why);
	if (!x->began)
		send(x, dialect, why);
	x->gone = x->gone || gone;
}
