#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	int status;
	const char *type, *error_type;
} kinds[FAULT_KINDS] = {
	[FAULT_NONE] = { 200, "", "" },
	[FAULT_BAD_REQUEST] = { 400, "invalid_request_error",
				"invalid_request" },
	[FAULT_NO_KEY] = { 401, "authentication_error", "authentication" },
	[FAULT_NO_FUNDS] = { 402, "payment_required", "payment_required" },
	[FAULT_FORBIDDEN] = { 403, "permission_error", "permission_denied" },
	[FAULT_NOT_FOUND] = { 404, "not_found_error", "not_found" },
	[FAULT_BAD_METHOD] = { 405, "invalid_request_error",
			       "invalid_request" },
	[FAULT_CONFLICT] = { 409, "invalid_request_error", "invalid_request" },
	[FAULT_TOO_LARGE] = { 413, "invalid_request_error",
			      "payload_too_large" },
	[FAULT_UNPROCESSABLE] = { 422, "invalid_request_error",
				  "unprocessable" },
	[FAULT_TOO_MANY] = { 429, "rate_limit_error", "rate_limit_exceeded" },
	[FAULT_INTERNAL] = { 500, "server_error", "server" },
	[FAULT_UPSTREAM] = { 502, "server_error", "provider_unavailable" },
	[FAULT_NO_ROUTE] = { 503, "server_error", "provider_overloaded" },
	[FAULT_TIMEOUT] = { 504, "server_error", "timeout" },
	[FAULT_GONE] = { 499, "server_error", "unmapped" },
};

bool fault_set(struct fault *why, enum fault_kind kind, const char *format, ...)
{
	va_list args;

	if (!why || why->kind != FAULT_NONE)
		return false;
	why->kind = kind;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return false;
}

int fault_status(enum fault_kind kind)
{
	return kinds[kind].status;
}

const char *fault_type(enum fault_kind kind)
{
	return kinds[kind].type;
}

const char *fault_error_type(const struct fault *why)
{
	return why->type ? why->type : kinds[why->kind].error_type;
}
