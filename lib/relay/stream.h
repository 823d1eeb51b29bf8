#ifndef RELAY_STREAM_H
#define RELAY_STREAM_H

#include "relay/attempt.h"

/*
 * A provider's stream on its way to the client. What comes before the first
 * content is held back, so that a failure can still be another provider's
 * chance; from then on each event goes out as soon as it is whole. False ends
 * the call; the attempt says why.
 */
bool stream_feed(struct attempt *attempt, const char *bytes, size_t len);
bool stream_event(void *attempt, const struct sse_event *event);

/* Hold for more before what is held has streamed past. False when there is no
 * more to be had. */
bool stream_extend(struct attempt *attempt);

/* The provider has closed: tell what still is in the framing. */
void stream_close(struct attempt *attempt);

#endif
