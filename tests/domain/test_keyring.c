#include "domain/keyring.h"

#include "support/row.h"

#include <stdio.h>
#include <string.h>

static const int64_t now = 1800000000000;

static struct keyring *ring;
static struct arena *arena;

static void open_ring(void)
{
	ring = keyring_new();
	arena = arena_new();
}

static void close_ring(void)
{
	keyring_free(ring);
	arena_free(arena);
}

TestSuite(keyring, .init = open_ring, .fini = close_ring, .timeout = 20);

static struct key a_key(const char *hash)
{
	return (struct key){
		.hash = hash,
		.account = "acct-1",
		.name = "a name",
		.label = "lr...x",
		.limit_reset = "daily",
		.allowed_models = "[\"a/*\"]",
		.allowed_providers = "[\"acme\"]",
		.creator = "c",
		.external = "e",
		.default_model = "a/m",
		.catalogue_version = 3,
		.access = 7,
	};
}

static bool find(const char *hash, struct key *key)
{
	return keyring_find(ring, arena, hash, now, key);
}

Test(keyring, gives_what_it_was_given)
{
	char hash[] = "ab01";
	struct key key = a_key(hash), found;

	cr_expect_not(find("ab01", &found), "nothing is known at first");
	keyring_keep(ring, &key);
	memcpy(hash, "zzzz", 4);
	cr_assert(find("ab01", &found), "it has copies of its own");
	cr_expect_str_eq(found.account, "acct-1");
	cr_expect_str_eq(found.name, "a name");
	cr_expect_str_eq(found.label, "lr...x");
	cr_expect_str_eq(found.limit_reset, "daily");
	cr_expect_str_eq(found.allowed_models, "[\"a/*\"]");
	cr_expect_str_eq(found.allowed_providers, "[\"acme\"]");
	cr_expect_str_eq(found.creator, "c");
	cr_expect_str_eq(found.external, "e");
	cr_expect_str_eq(found.default_model, "a/m");
	cr_expect_eq(found.catalogue_version, 3);
	cr_expect_eq(found.access, 7);
}

Test(keyring, tells_keys_apart_that_share_a_slot)
{
	struct key one = a_key("ab01"), other = a_key("ab02"), found;

	keyring_keep(ring, &one);
	cr_expect_not(find("ab02", &found));
	keyring_keep(ring, &other);
	cr_expect_not(find("ab01", &found), "the later one has taken it");
	cr_expect(find("ab02", &found));
}

Test(keyring, what_was_given_stays_when_it_is_replaced)
{
	struct key one = a_key("ab01"), found;

	keyring_keep(ring, &one);
	cr_assert(find("ab01", &found));
	one.account = "acct-2";
	keyring_keep(ring, &one);
	cr_expect_str_eq(found.account, "acct-1");
	cr_assert(find("ab01", &found));
	cr_expect_str_eq(found.account, "acct-2");
}

static const struct {
	const char *label;
	int64_t expires_at;
	bool found;
} expiries[] = {
	{ "never", 0, true },
	{ "later", 1800000000001, true },
	{ "now", 1800000000000, false },
	{ "before", 1700000000000, false },
};

EACH(keyring, does_not_give_what_has_expired, expiries)
{
	struct key key = a_key("ab01"), found;

	key.expires_at = row->expires_at;
	keyring_keep(ring, &key);
	cr_expect_eq(find("ab01", &found), row->found);
}

Test(keyring, holds_many)
{
	struct key found;
	char hash[8];

	for (unsigned i = 0; i < 256; i++) {
		struct key key;

		snprintf(hash, sizeof(hash), "%02x", i);
		key = a_key(hash);
		key.access = i;
		keyring_keep(ring, &key);
	}
	for (unsigned i = 0; i < 256; i++) {
		snprintf(hash, sizeof(hash), "%02x", i);
		cr_assert(find(hash, &found), "%s", hash);
		cr_expect_eq(found.access, i);
	}
}
