#ifndef WIRE_SANDBOX_VECTOR_H
#define WIRE_SANDBOX_VECTOR_H

#include "base/buf.h"
#include "base/span.h"

#include <stddef.h>
#include <stdint.h>

enum { SANDBOX_DIMENSIONS = 256, SANDBOX_DIMENSIONS_MOST = 4096 };

/* FNV-1a: quick, and the same everywhere. Not for secrets. */
uint64_t sandbox_hash(struct span text);

/*
 * The embedding of TEXT: a vector of length 1, the same for the same text on
 * every machine. Each of the first 512 tokens, in lower case, adds a
 * direction of its own, so that texts with words in common are near each
 * other; the whole text adds a small one, so that no two texts are alike.
 */
void sandbox_vector(struct span text, float *vector, size_t dimensions);

/* Append it as "[0.25,...]". */
void sandbox_vector_print(const float *vector, size_t dimensions,
			  struct buf *out);

/* Append it as base64 of little-endian 32-bit floats. */
void sandbox_vector_base64(const float *vector, size_t dimensions,
			   struct buf *out);

#endif
