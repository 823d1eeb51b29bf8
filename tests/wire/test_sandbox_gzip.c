#include "wire/sandbox_gzip.h"

#include "support/row.h"

#include <string.h>

static unsigned at(const struct buf *b, size_t place)
{
	return (unsigned char)b->text[place];
}

/* Undo stored blocks, as the standard describes them; how many bytes the
 * stream had before its last eight. */
static size_t unpack(const struct buf *packed, struct buf *out)
{
	size_t place = 10;
	unsigned last, len;

	cr_assert_eq(at(packed, 0), 0x1f);
	cr_assert_eq(at(packed, 1), 0x8b);
	cr_assert_eq(at(packed, 2), 8);
	do {
		last = at(packed, place);
		len = at(packed, place + 1) | at(packed, place + 2) << 8;
		cr_assert_eq(len ^ 0xFFFF, at(packed, place + 3) |
						   at(packed, place + 4) << 8);
		buf_add(out, packed->text + place + 5, len);
		place += 5 + len;
	} while (!last);
	return place;
}

static const struct {
	const char *label;
	size_t len, piece;
} sizes[] = {
	{ "nothing", 0, 1 },
	{ "a little", 9, 4 },
	{ "more than a block", 200000, 200000 },
	{ "many pieces", 70000, 1000 },
};

EACH(sandbox_gzip, unpacks_to_what_was_packed, sizes)
{
	struct sandbox_gzip z = { 0 };
	struct buf packed, plain, in;

	buf_init(&packed, 1000000);
	buf_init(&plain, 1000000);
	buf_init(&in, 1000000);
	for (size_t i = 0; i < row->len; i++)
		buf_add(&in, &"123456789"[i % 9], 1);
	for (size_t i = 0; i < row->len; i += row->piece)
		sandbox_gzip_add(&z, in.text + i,
				 row->len - i < row->piece ? row->len - i
							   : row->piece,
				 &packed);
	sandbox_gzip_end(&z, &packed);
	cr_expect_eq(unpack(&packed, &plain) + 8, packed.len, "%s", row->label);
	cr_expect_eq(plain.len, in.len, "%s", row->label);
	cr_expect_eq(memcmp(plain.text, in.text, in.len), 0, "%s", row->label);
	buf_done(&packed);
	buf_done(&plain);
	buf_done(&in);
}

/* CRC-32's own test value, and the length behind it. */
Test(sandbox_gzip, ends_in_the_checksum_and_the_size)
{
	static const char want[8] = {
		'\x26', '\x39', '\xf4', '\xcb', 9, 0, 0, 0
	};
	struct sandbox_gzip z = { 0 };
	struct buf packed;

	buf_init(&packed, 1000);
	sandbox_gzip_add(&z, "123456789", 9, &packed);
	sandbox_gzip_end(&z, &packed);
	cr_expect_eq(memcmp(packed.text + packed.len - 8, want, 8), 0);
	buf_done(&packed);
}
