#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/parcel.h"
#include "http/exchange.h"

/*
 * Read what is left of the body and drop it. An answer begun before the body
 * has been read to its end may never arrive: web servers wait to get rid of
 * the body while the program waits to get rid of the answer.
 */
void body_drain(struct exchange *x);

/*
 * Read the whole body into PARCEL: into memory when it has at most IN_MEMORY
 * bytes, else into a file in the home that has no name and goes with the
 * arena. FAULT_TOO_LARGE past LIMIT, FAULT_BAD_REQUEST as exchange_body().
 */
bool body_spool(struct exchange *x, size_t in_memory, int64_t limit,
		struct parcel *parcel, struct fault *why);

#endif
