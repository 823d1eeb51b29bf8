#ifndef BASE_MONEY_JSON_H
#define BASE_MONEY_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Nano-dollars as a JSON number of dollars. Printed with JSON_DOLLARS it is
 * exact up to a million dollars: 15 digits survive the way through a double.
 */
#define JSON_DOLLARS JSON_REAL_PRECISION(15)

json_t *money_json(int64_t nano);

/* Milliseconds since 1970 as RFC 3339 text; null for 0. */
json_t *time_json(int64_t at_ms);

#endif
