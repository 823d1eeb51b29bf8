#ifndef RELAY_PROXY_VEIL_H
#define RELAY_PROXY_VEIL_H

#include "relay/attempt.h"

/*
 * Send a piece of an answer to the client with the provider's credential
 * starred out, wherever the pieces were cut (P60). At most what could be its
 * beginning is held back, and of a whole answer the last byte, until the next
 * piece or veil_end(), which comes after the settlement. False when the client
 * is gone.
 */
bool veil_send(struct attempt *attempt, const char *bytes, size_t len);
bool veil_end(struct attempt *attempt);

#endif
