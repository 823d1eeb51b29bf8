#include "base/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void hash_init(void)
{
	if (sodium_init() < 0) {
		(void)fputs("no source of randomness\n", stderr);
		abort();
	}
}

void hash_hex(const void *bytes, size_t len, char hex[HASH_HEX + 1])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, bytes, len);
	sodium_bin2hex(hex, HASH_HEX + 1, digest, sizeof(digest));
}

void hash_random_hex(size_t len, char *hex)
{
	unsigned char bytes[32];

	*hex = '\0';
	for (size_t part; len; len -= part, hex += 2 * part) {
		part = len < sizeof(bytes) ? len : sizeof(bytes);
		randombytes_buf(bytes, part);
		sodium_bin2hex(hex, 2 * part + 1, bytes, part);
	}
	sodium_memzero(bytes, sizeof(bytes));
}
