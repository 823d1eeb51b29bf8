#ifndef RELAY_FAILURE_H
#define RELAY_FAILURE_H

#include "relay/attempt.h"

/* The attempt has failed by what came from the provider; false. */
bool failure_set(struct attempt *attempt, enum fault_kind kind,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The call has not come to its end; what of that the client is told. */
void failure_of_call(struct attempt *attempt);

/* The same bytes without the credential (P60). */
void failure_hide_secret(const struct attempt *attempt, char *text, size_t len);

/* An error in the provider's stream; false, which ends the call. */
bool failure_in_stream(struct attempt *attempt,
		       const struct openai_facts *facts);

/* The call has ended: what has the attempt come to? */
void failure_judge(struct attempt *attempt);

/* Remember a failed attempt, for the books and for the client. */
void failure_note(struct job *job, const struct attempt *attempt);

/* What the client is told when nobody has answered: the last failure, with
 * those before it. */
void failure_tell(struct job *job, const struct attempt *last,
		  struct fault *why);

#endif
