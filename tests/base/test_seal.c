#include "base/seal.h"

#include "base/hash.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];

static void place(void)
{
	hash_init();
	snprintf(path, sizeof(path), "/tmp/seal-%d", (int)getpid());
	unlink(path);
}

static void remove_it(void)
{
	unlink(path);
}

TestSuite(seal, .init = place, .fini = remove_it, .timeout = 20);

Test(seal, opens_what_it_closed)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	const char *sealed, *again, *secret;
	struct seal seal;

	cr_assert(seal_make(path, &why), "%s", why.text);
	cr_assert(seal_read(path, &seal, &why), "%s", why.text);
	sealed = seal_close(&seal, a, "sk-very-secret");
	again = seal_close(&seal, a, "sk-very-secret");
	cr_expect_not(strstr(sealed, "secret"));
	cr_expect_str_neq(sealed, again);
	cr_assert(seal_open(&seal, a, sealed, &secret, &why), "%s", why.text);
	cr_expect_str_eq(secret, "sk-very-secret");
	arena_free(a);
}

Test(seal, refuses_what_was_tampered_with_or_is_of_another_key)
{
	struct arena *a = arena_new();
	struct seal seal = { { 1 } }, other = { { 2 } };
	const char *sealed = seal_close(&seal, a, "sk-very-secret");
	char *changed = arena_copy(a, sealed, strlen(sealed));
	const char *secret = "untouched";

	changed[strlen(changed) / 2] ^= 1;
	cr_expect_not(seal_open(&seal, a, changed, &secret, NULL));
	cr_expect_not(seal_open(&other, a, sealed, &secret, NULL));
	cr_expect_not(seal_open(&seal, a, "", &secret, NULL));
	cr_expect_not(seal_open(&seal, a, "v1:", &secret, NULL));
	cr_expect_not(seal_open(&seal, a, "v1:AAAA", &secret, NULL));
	cr_expect_str_eq(secret, "untouched");
	arena_free(a);
}

Test(seal, keeps_an_existing_key)
{
	struct seal first, second;

	cr_assert(seal_make(path, NULL));
	cr_assert(seal_read(path, &first, NULL));
	cr_assert(seal_make(path, NULL));
	cr_assert(seal_read(path, &second, NULL));
	cr_expect_eq(memcmp(&first, &second, sizeof(first)), 0);
}

Test(seal, refuses_a_key_that_others_may_read)
{
	struct fault why = { 0 };
	struct seal seal;

	cr_assert(seal_make(path, NULL));
	cr_assert_eq(chmod(path, 0640), 0);
	cr_expect_not(seal_read(path, &seal, &why));
	cr_expect(strstr(why.text, "chmod 600"), "%s", why.text);
}

Test(seal, refuses_a_key_of_another_size)
{
	struct fault why = { 0 };
	struct seal seal;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	cr_assert_eq(write(fd, "short", 5), 5);
	close(fd);
	cr_expect_not(seal_read(path, &seal, &why));
	cr_expect(strstr(why.text, "32 bytes"), "%s", why.text);
}
