#ifndef HTTP_SANDBOX_H
#define HTTP_SANDBOX_H

#include "http/exchange.h"
#include "wire/sandbox_dialect.h"

/*
 * The make-believe provider's side of a request: switch, key, script, counts.
 * suite->own is the struct sandbox_counts. All are handlers' bodies; while the
 * setting is off they are FAULT_NOT_FOUND.
 */

/* An inference endpoint in a dialect. */
bool sandbox_speak(struct exchange *x, const struct sandbox_dialect *dialect,
		   struct fault *why);

bool sandbox_embeddings(struct exchange *x, struct fault *why);
bool sandbox_list(struct exchange *x, struct fault *why);

/* What was seen at the mount that was asked; ?model= and ?user= narrow it. */
bool sandbox_show_counts(struct exchange *x, struct fault *why);
bool sandbox_clear_counts(struct exchange *x, struct fault *why);

#endif
