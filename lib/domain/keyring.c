#include "domain/keyring.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A slot is found by the hash alone: two keys that share one take turns. */
enum { SLOTS = 256 };

struct slot {
	struct arena *arena; /* NULL: empty */
	struct key key;
};

struct keyring {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

struct keyring *keyring_new(void)
{
	struct keyring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		abort();
	pthread_mutex_init(&ring->lock, NULL);
	return ring;
}

void keyring_free(struct keyring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		arena_free(ring->slots[i].arena);
	pthread_mutex_destroy(&ring->lock);
	free(ring);
}

/* HASH is SHA-256 in hexadecimal, so any two digits of it will do. */
static struct slot *slot(struct keyring *ring, const char *hash)
{
	char two[3] = { 0 };

	memcpy(two, hash, strnlen(hash, 2));
	return &ring->slots[strtoul(two, NULL, 16) % SLOTS];
}

bool keyring_find(struct keyring *ring, struct arena *a, const char *hash,
		  int64_t now_ms, struct key *key)
{
	struct slot *s = slot(ring, hash);
	bool found;

	pthread_mutex_lock(&ring->lock);
	found = s->arena && !strcmp(s->key.hash, hash) &&
		(!s->key.expires_at || s->key.expires_at > now_ms);
	if (found)
		*key = key_copy(a, &s->key);
	pthread_mutex_unlock(&ring->lock);
	return found;
}

void keyring_keep(struct keyring *ring, const struct key *key)
{
	struct slot *s = slot(ring, key->hash);
	struct arena *arena = arena_new(), *old;
	struct key copy = key_copy(arena, key);

	pthread_mutex_lock(&ring->lock);
	old = s->arena;
	*s = (struct slot){ arena, copy };
	pthread_mutex_unlock(&ring->lock);
	arena_free(old);
}
