#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

/* Why something could not be done, in the caller's own terms. */
enum fault_kind {
	FAULT_NONE,
	FAULT_BAD_REQUEST,
	FAULT_NO_KEY,
	FAULT_NO_FUNDS,
	FAULT_FORBIDDEN,
	FAULT_NOT_FOUND,
	FAULT_BAD_METHOD,
	FAULT_CONFLICT,
	FAULT_TOO_LARGE,
	FAULT_UNPROCESSABLE,
	FAULT_TOO_MANY,
	FAULT_INTERNAL,
	FAULT_UPSTREAM,
	FAULT_NO_ROUTE,
	FAULT_TIMEOUT,
	FAULT_GONE, /* the client left; there is nobody to tell */
	FAULT_KINDS,
};

/*
 * `text` is for the person who reads it. `details`, when set, is the text of
 * a JSON object in memory of the request's arena: it becomes error.metadata;
 * `availability`, of the same make, becomes error.availability.
 * `type`, when set, is more exact than the kind's own error type and points
 * to a constant string. `retry_after` is in seconds, 0 when not known.
 */
struct fault {
	enum fault_kind kind;
	int retry_after;
	const char *type, *details, *availability;
	char text[512];
};

/*
 * Record a fault and return false, so that a failing function can end with
 * `return fault_set(why, ...)`. The first fault recorded is kept: the deepest
 * caller knows best what went wrong. WHY may be NULL.
 */
bool fault_set(struct fault *why, enum fault_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The HTTP status that tells a client about this kind of fault. */
int fault_status(enum fault_kind kind);

/* OpenAI's and ARouter's error.type: "invalid_request_error", ... */
const char *fault_type(enum fault_kind kind);

/* OpenRouter's metadata.error_type (its section 5.2): WHY's own, or the
 * kind's: "invalid_request", "payment_required", ... */
const char *fault_error_type(const struct fault *why);

#endif
