#ifndef DOMAIN_KEYRING_H
#define DOMAIN_KEYRING_H

#include "base/arena.h"
#include "domain/key.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Keys that a process has seen lately, so that it need not look up each
 * request's. What is remembered may have changed in the meantime; but its
 * `access` says of which state it tells, and a hold that is asked for with
 * another one than the books have is refused (ledger.h). So nothing is ever
 * done by what a key once might do; and who would be refused anything has the
 * key looked up again first. All functions may be called from any thread.
 */
struct keyring;

struct keyring *keyring_new(void);
void keyring_free(struct keyring *ring);

/* The key with this hash, copied into A, if it is remembered and has not
 * expired by NOW. */
bool keyring_find(struct keyring *ring, struct arena *a, const char *hash,
		  int64_t now_ms, struct key *key);

/* Remember it, in place of what was known of it, or of another one. */
void keyring_keep(struct keyring *ring, const struct key *key);

#endif
