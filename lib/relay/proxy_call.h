#ifndef RELAY_PROXY_CALL_H
#define RELAY_PROXY_CALL_H

#include "relay/attempt.h"
#include "relay/proxy.h"

/* Ask the provider and carry its answer to the client as it comes, byte for
 * byte; the attempt says what it has come to. */
void proxy_call(struct proxy *proxy, struct attempt *attempt);

#endif
