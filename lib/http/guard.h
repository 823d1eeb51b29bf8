#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include "http/serve.h"

/*
 * Let the request pass if its key is what the route needs, and set x->key.
 * FAULT_NO_KEY when there is none or it is not valid, always in the same
 * words; FAULT_FORBIDDEN when it is of the wrong kind.
 */
bool guard_admit(struct exchange *x, enum need need, struct fault *why);

/* The text that came as a key, or NULL. */
const char *guard_secret(struct exchange *x);

/* Look up the key of EXCHANGE again, which may have been remembered: x->key,
 * which is the same pointer as before when nothing has changed since, or NULL
 * with WHY when it is void. */
const struct key *guard_renew(void *exchange, struct fault *why);

#endif
