#include "wire/sandbox_gzip.h"

enum { BLOCK = 65535 };

/* CRC-32 as gzip has it, four bits at a time. */
static uint32_t crc_on(uint32_t crc, const char *bytes, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)bytes[i];
		crc = table[crc & 15] ^ (crc >> 4);
		crc = table[crc & 15] ^ (crc >> 4);
	}
	return ~crc;
}

/* Append the COUNT low bytes of VALUE, lowest first. */
static void little(struct buf *out, uint32_t value, int count)
{
	for (; count > 0; count--, value >>= 8) {
		char byte = (char)(value & 0xFF);

		buf_add(out, &byte, 1);
	}
}

static void begin(struct sandbox_gzip *z, struct buf *out)
{
	/* Deflated, no flags, no time, no hints, an unknown system. */
	static const char head[10] = { '\x1f', '\x8b', 8, 0, 0,
				       0,      0,      0, 0, '\xff' };

	if (z->begun)
		return;
	z->begun = 1;
	buf_add(out, head, sizeof(head));
}

/* LAST is the bit that closes the stream. */
static void block(struct buf *out, const char *bytes, size_t len, uint32_t last)
{
	little(out, last, 1);
	little(out, (uint32_t)len, 2);
	little(out, ~(uint32_t)len, 2);
	buf_add(out, bytes, len);
}

void sandbox_gzip_add(struct sandbox_gzip *z, const char *bytes, size_t len,
		      struct buf *out)
{
	begin(z, out);
	z->check = crc_on(z->check, bytes, len);
	z->size += (uint32_t)len;
	while (len > 0) {
		size_t piece = len < BLOCK ? len : BLOCK;

		block(out, bytes, piece, 0);
		bytes += piece;
		len -= piece;
	}
}

void sandbox_gzip_end(struct sandbox_gzip *z, struct buf *out)
{
	begin(z, out);
	block(out, "", 0, 1);
	little(out, z->check, 4);
	little(out, z->size, 4);
}
