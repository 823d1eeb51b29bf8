#ifndef DOMAIN_LIMITS_JSON_H
#define DOMAIN_LIMITS_JSON_H

#include "base/fault.h"
#include "domain/limits.h"

#include <jansson.h>

/* {"requests_per_minute", "requests_per_day", "tokens_per_minute"}: null is no
 * limit. */
json_t *limits_json(const struct limits *limits);

/*
 * Change LIMITS by the members of BODY: the three names, in an object called
 * rate_limit or beside the others, where they come first. Absent ones leave
 * LIMITS alone, null takes a limit away. FAULT_BAD_REQUEST names the wrong
 * one, and what the object has besides.
 */
bool limits_read(const json_t *body, struct limits *limits, struct fault *why);

#endif
