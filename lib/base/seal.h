#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/arena.h"
#include "base/fault.h"

/*
 * Provider credentials are kept sealed (XSalsa20-Poly1305 of libsodium, a
 * fresh nonce each) with a key of 32 bytes in a file of its own, outside the
 * database and the document root. Whoever has only one of the two has nothing.
 */
enum { SEAL_KEY_BYTES = 32 };

struct seal {
	unsigned char key[SEAL_KEY_BYTES];
};

/* Make the key file, readable by its owner alone; an existing one is kept. */
bool seal_make(const char *path, struct fault *why);

/* FAULT_INTERNAL when the file is missing, has another size, or is readable
 * by others. */
bool seal_read(const char *path, struct seal *seal, struct fault *why);

/* SECRET as text that the database may hold. */
const char *seal_close(const struct seal *seal, struct arena *a,
		       const char *secret);

/* The secret again; FAULT_INTERNAL when it was sealed with another key or has
 * been tampered with. */
bool seal_open(const struct seal *seal, struct arena *a, const char *sealed,
	       const char **secret, struct fault *why);

#endif
