#include "wire/sandbox_vector.h"

#include "wire/sandbox_text.h"

#include <string.h>

enum { TOKENS = 512 };

static uint64_t hash_on(uint64_t hash, const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)at[i]) * 0x100000001b3U;
	return hash;
}

uint64_t sandbox_hash(struct span text)
{
	return hash_on(0xcbf29ce484222325U, text.at, text.len);
}

/* The next number of a splitmix64 sequence. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* Add WEIGHT times the direction that belongs to SEED. */
static void lean(float *vector, size_t dimensions, uint64_t seed, float weight)
{
	for (size_t i = 0; i < dimensions; i++) {
		int32_t part = (int32_t)(next(&seed) >> 40) - (1 << 23);

		vector[i] += weight * (float)part / (float)(1 << 23);
	}
}

/* A token's hash without its space and its capitals. */
static uint64_t word_hash(const char *at, size_t len)
{
	char word[SANDBOX_TOKEN_BYTES];
	size_t used = 0;

	for (size_t i = 0; i < len && used < sizeof(word); i++)
		if (at[i] != ' ')
			word[used++] = at[i];
	for (size_t i = 0; i < used; i++)
		if (word[i] >= 'A' && word[i] <= 'Z')
			word[i] = (char)(word[i] | 0x20);
	return sandbox_hash((struct span){ word, used });
}

/* Newton's way, so that no library of mathematics is needed. */
static double root(double square)
{
	double guess = square > 1 ? square : 1;

	for (int i = 0; i < 64; i++)
		guess = (guess + square / guess) / 2;
	return guess;
}

static void make_unit(float *vector, size_t dimensions)
{
	double square = 0, length;

	for (size_t i = 0; i < dimensions; i++)
		square += (double)vector[i] * (double)vector[i];
	if (square <= 0) {
		vector[0] = 1;
		return;
	}
	length = root(square);
	for (size_t i = 0; i < dimensions; i++)
		vector[i] = (float)((double)vector[i] / length);
}

void sandbox_vector(struct span text, float *vector, size_t dimensions)
{
	struct span left = text;

	for (size_t i = 0; i < dimensions; i++)
		vector[i] = 0;
	for (int i = 0; i < TOKENS && left.len > 0; i++) {
		size_t len = sandbox_token(left);

		lean(vector, dimensions, word_hash(left.at, len), 1);
		left.at += len;
		left.len -= len;
	}
	lean(vector, dimensions, ~sandbox_hash(text), 0.25F);
	make_unit(vector, dimensions);
}

void sandbox_vector_print(const float *vector, size_t dimensions,
			  struct buf *out)
{
	for (size_t i = 0; i < dimensions; i++)
		buf_print(out, "%c%.9g", i ? ',' : '[', (double)vector[i]);
	buf_text(out, "]");
}

/* Byte number AT of the vector, little end first. */
static unsigned byte_of(const float *vector, size_t at)
{
	uint32_t bits;

	memcpy(&bits, &vector[at / 4], sizeof(bits));
	return bits >> (at % 4 * 8) & 0xFF;
}

void sandbox_vector_base64(const float *vector, size_t dimensions,
			   struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = dimensions * 4;

	for (size_t at = 0; at < len; at += 3) {
		unsigned bits = byte_of(vector, at) << 16;
		char four[4] = { '=', '=', '=', '=' };
		size_t given = len - at < 3 ? len - at : 3;

		if (given > 1)
			bits |= byte_of(vector, at + 1) << 8;
		if (given > 2)
			bits |= byte_of(vector, at + 2);
		for (size_t i = 0; i <= given; i++)
			four[i] = digits[bits >> (18 - 6 * i) & 63];
		buf_add(out, four, sizeof(four));
	}
}
