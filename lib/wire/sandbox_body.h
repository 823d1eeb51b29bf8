#ifndef WIRE_SANDBOX_BODY_H
#define WIRE_SANDBOX_BODY_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#include <jansson.h>

/*
 * A request's body as a JSON object, bound to the arena. Numbers that no
 * program here could hold (1e400, twenty digits) are taken for 0 rather than
 * refused, so that requests with such numbers can be echoed as they came.
 * FAULT_BAD_REQUEST when it is no JSON object.
 */
bool sandbox_body_read(struct arena *a, struct span body, json_t **object,
		       struct fault *why);

#endif
