#ifndef BASE_PARCEL_H
#define BASE_PARCEL_H

#include "base/fault.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* A body of any size: `bytes`, or, unless `file_bytes` is 0, so many bytes of
 * `file` from its start. */
struct parcel {
	struct span bytes;
	int file;
	int64_t file_bytes;
};

/* All of it at once, without taking memory for it, until parcel_unmap(). The
 * file must not become shorter in between. */
bool parcel_map(const struct parcel *parcel, struct span *bytes,
		struct fault *why);
void parcel_unmap(const struct parcel *parcel, struct span bytes);

#endif
