#ifndef WIRE_SANDBOX_SCHEMA_H
#define WIRE_SANDBOX_SCHEMA_H

#include <jansson.h>

/* Which properties of an object get a value. */
enum sandbox_fill { SANDBOX_REQUIRED, SANDBOX_ALL };

/*
 * A value that fits a JSON schema: const, enum, default, examples, type, $ref
 * within the schema, anyOf, oneOf, allOf, bounds of numbers, lengths and item
 * counts are heeded; patterns are not. A new reference, never NULL; null for
 * what is no schema. The same schema gives the same value.
 */
json_t *sandbox_fit(json_t *schema, enum sandbox_fill fill);

#endif
