#include "base/hash.h"

#include "support/row.h"

#include <string.h>

static const struct {
	const char *label, *text, *want;
} digests[] = {
	{ "nothing", "",
	  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "abc",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
};

EACH(hash, is_sha256, digests)
{
	char hex[HASH_HEX + 1];

	hash_init();
	hash_hex(row->text, strlen(row->text), hex);
	cr_expect_str_eq(hex, row->want, "%s", row->label);
}

static const size_t lengths[] = { 0, 1, 24, 31, 32, 33, 100 };

EACH(hash, random_text_has_its_length_and_never_repeats, lengths)
{
	char one[256], other[256];

	hash_init();
	memset(one, 'x', sizeof(one));
	hash_random_hex(*row, one);
	hash_random_hex(*row, other);
	cr_expect_eq(strlen(one), 2 * *row);
	cr_expect_eq(strspn(one, "0123456789abcdef"), 2 * *row);
	if (*row > 8)
		cr_expect_str_neq(one, other);
}
