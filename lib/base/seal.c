#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char mark[] = "v1:";

enum {
	NONCE = crypto_secretbox_NONCEBYTES,
	EXTRA = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
	VARIANT = sodium_base64_VARIANT_ORIGINAL,
};

/* A whole key, or none: written beside its place, and then named. */
static bool write_key(const char *path)
{
	unsigned char key[SEAL_KEY_BYTES];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return false;
	randombytes_buf(key, sizeof(key));
	ok = write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) && !fsync(fd);
	return !close(fd) && ok;
}

bool seal_make(const char *path, struct fault *why)
{
	struct arena *a = arena_new();
	const char *new = arena_print(a, "%s.%ld", path, (long)getpid());
	bool ok = write_key(new) && (!link(new, path) || errno == EEXIST);

	if (!ok)
		fault_set(why, FAULT_INTERNAL, "cannot make %s: %s", path,
			  strerror(errno));
	unlink(new);
	arena_free(a);
	return ok;
}

bool seal_read(const char *path, struct seal *seal, struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat facts;
	ssize_t got;

	if (fd < 0)
		return fault_set(why, FAULT_INTERNAL,
				 "cannot open the sealing key %s: %s", path,
				 strerror(errno));
	got = fstat(fd, &facts) ? -1 : read(fd, seal->key, sizeof(seal->key));
	close(fd);
	if (got != (ssize_t)sizeof(seal->key) ||
	    facts.st_size != (off_t)sizeof(seal->key))
		return fault_set(why, FAULT_INTERNAL,
				 "the sealing key %s is not of %d bytes", path,
				 SEAL_KEY_BYTES);
	if (facts.st_mode & (S_IRWXG | S_IRWXO))
		return fault_set(
			why, FAULT_INTERNAL,
			"others may read the sealing key %s: chmod 600", path);
	return true;
}

const char *seal_close(const struct seal *seal, struct arena *a,
		       const char *secret)
{
	size_t len = strlen(secret);
	unsigned char *bytes = arena_take(a, len + EXTRA);
	size_t room = sodium_base64_ENCODED_LEN(len + EXTRA, VARIANT);
	char *text = arena_take(a, sizeof(mark) + room);

	randombytes_buf(bytes, NONCE);
	crypto_secretbox_easy(bytes + NONCE, (const unsigned char *)secret, len,
			      bytes, seal->key);
	memcpy(text, mark, sizeof(mark));
	sodium_bin2base64(text + strlen(mark), room, bytes, len + EXTRA,
			  VARIANT);
	return text;
}

bool seal_open(const struct seal *seal, struct arena *a, const char *sealed,
	       const char **secret, struct fault *why)
{
	size_t room = strlen(sealed), len = 0;
	unsigned char *bytes = arena_take(a, room + 1);
	char *text = arena_take(a, room + 1);

	if (strncmp(sealed, mark, strlen(mark)) != 0 ||
	    sodium_base642bin(bytes, room, sealed + strlen(mark),
			      room - strlen(mark), NULL, &len, NULL,
			      VARIANT) != 0 ||
	    len < EXTRA ||
	    crypto_secretbox_open_easy((unsigned char *)text, bytes + NONCE,
				       len - NONCE, bytes, seal->key) != 0)
		return fault_set(why, FAULT_INTERNAL,
				 "a credential does not open with this "
				 "sealing key");
	*secret = text;
	return true;
}
