#ifndef HTTP_SANDBOX_REQUEST_H
#define HTTP_SANDBOX_REQUEST_H

#include "http/exchange.h"
#include "http/sandbox_counts.h"
#include "wire/sandbox_script.h"

/* The key that came along, or NULL. */
const char *sandbox_key(struct exchange *x);

/* The connection that the request came in on, "address:port", or NULL. */
const char *sandbox_peer(const struct exchange *x);

/* Fill in the model, without its directives, and the user. */
void sandbox_name_visit(struct arena *a, json_t *body,
			struct sandbox_visit *visit);

/* The directives behind the model's name, then those of the body's member
 * "sandbox", then those of the header X-Sandbox. */
bool sandbox_script_of(struct exchange *x, json_t *body, const char *mount,
		       struct sandbox_script *script, struct fault *why);

/*
 * The request as a JSON object: "method", "path", "query", "headers", and
 * "body" with the bytes that came. Of keys only the last four characters.
 */
struct span sandbox_request_print(struct exchange *x);

#endif
