#ifndef RELAY_SETTLE_H
#define RELAY_SETTLE_H

#include "relay/attempt.h"

/*
 * Close the hold by what the last attempt has come to; BILL says what is
 * booked. FAULT_INTERNAL when the books could not be written: the hold then
 * stays until it is swept.
 */
bool settle_attempt(struct job *job, const struct attempt *attempt,
		    struct bill *bill, struct fault *why);

#endif
