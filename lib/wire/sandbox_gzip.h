#ifndef WIRE_SANDBOX_GZIP_H
#define WIRE_SANDBOX_GZIP_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A gzip stream that compresses nothing: bytes go out in "stored" blocks as
 * they come, which is all that a test of the receiving side needs.
 */
struct sandbox_gzip {
	uint32_t check, size;
	int begun;
};

/* Append LEN bytes, packed, to OUT; the first call also opens the stream. */
void sandbox_gzip_add(struct sandbox_gzip *z, const char *bytes, size_t len,
		      struct buf *out);
void sandbox_gzip_end(struct sandbox_gzip *z, struct buf *out);

#endif
