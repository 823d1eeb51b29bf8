#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

/* All of it is libsodium's; hash_init() comes first, once per process. */
void hash_init(void);

enum { HASH_HEX = 64 }; /* a SHA-256 as lower-case hex digits */

/* SHA-256 of LEN bytes as 64 hex digits and a NUL. */
void hash_hex(const void *bytes, size_t len, char hex[HASH_HEX + 1]);

/* LEN fresh random bytes as 2*LEN hex digits and a NUL. */
void hash_random_hex(size_t len, char *hex);

#endif
