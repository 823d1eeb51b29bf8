#include "base/scan.h"

/* Strings and numbers of validated text. */

enum { UNKNOWN_CHARACTER = 0xFFFD };

static unsigned hex_value(char c)
{
	if (c <= '9')
		return (unsigned)(c - '0');
	return (unsigned)((c | 0x20) - 'a') + 10;
}

/* The four digits at AT, or 0 when no \uXXXX stands there before END. */
static unsigned code_unit(const char *at, const char *end)
{
	unsigned code = 0;

	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return 0;
	for (int i = 2; i < 6; i++)
		code = code * 16 + hex_value(at[i]);
	return code;
}

static unsigned control(char c)
{
	switch (c) {
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	default: return (unsigned char)c;
	}
}

/* The character escaped at *AT, which moves behind it. */
static unsigned unescape(const char **at, const char *end)
{
	unsigned code, low;

	if ((*at)[1] != 'u') {
		*at += 2;
		return control((*at)[-1]);
	}
	code = code_unit(*at, end);
	*at += 6;
	if (code < 0xD800 || code > 0xDFFF)
		return code;
	low = code_unit(*at, end);
	if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return UNKNOWN_CHARACTER;
	*at += 6;
	return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

static size_t encoded_len(unsigned code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static char *encode(char *to, unsigned code)
{
	size_t len = encoded_len(code);

	if (len == 1) {
		*to++ = (char)code;
		return to;
	}
	*to++ = (char)(0xFFU << (8 - len) | code >> 6 * (len - 1));
	while (--len)
		*to++ = (char)(0x80 | (code >> 6 * (len - 1) & 0x3F));
	return to;
}

/* What stands between the quotes. */
static struct span inside(struct span value)
{
	if (scan_kind(value) != SCAN_STRING)
		return (struct span){ 0 };
	return (struct span){ value.at + 1, value.len - 2 };
}

bool scan_spells(struct span raw, const char *text)
{
	const char *end = raw.at + raw.len;
	char bytes[4], *last;

	for (const char *at = raw.at; at < end;) {
		bytes[0] = *at;
		last = bytes + 1;
		if (*at == '\\')
			last = encode(bytes, unescape(&at, end));
		else
			at++;
		for (const char *b = bytes; b < last; b++, text++)
			if (!*text || *text != *b)
				return false;
	}
	return !*text;
}

bool scan_says(struct span value, const char *text)
{
	struct span raw = inside(value);

	return raw.at && scan_spells(raw, text);
}

struct span scan_string(struct arena *a, struct span value)
{
	struct span raw = inside(value);
	const char *end;
	char *text, *to;

	if (!raw.at)
		return raw;
	end = raw.at + raw.len;
	text = to = arena_take(a, raw.len + 1);
	for (const char *at = raw.at, *stop; at < end;) {
		stop = memchr(at, '\\', (size_t)(end - at));
		stop = stop ? stop : end;
		memcpy(to, at, (size_t)(stop - at));
		to += stop - at;
		at = stop;
		if (at < end)
			to = encode(to, unescape(&at, end));
	}
	return (struct span){ text, (size_t)(to - text) };
}

size_t scan_string_len(struct span value)
{
	struct span raw = inside(value);
	size_t len = raw.len;
	const char *end;

	if (!raw.at)
		return 0;
	end = raw.at + raw.len;
	for (const char *at = raw.at, *from;;) {
		at = memchr(at, '\\', (size_t)(end - at));
		if (!at)
			return len;
		from = at;
		len += encoded_len(unescape(&at, end));
		len -= (size_t)(at - from);
	}
}

/* "-12.50e3" is the digits 1250, minus, with the point two places in and the
 * exponent 3. */
struct number {
	uint64_t digits;
	bool minus, whole; /* whole: the digits fit, and are all there are */
	int64_t exponent;  /* of ten, with the fraction's places taken off */
};

/* Beyond it, no text that fits into memory could make up for it. */
static const int64_t exponent_most = 1000000000000000;

/* Append a digit; zeros that end it go to the exponent instead, so that
 * "1.000000000000000000000" fits. */
static void add_digit(struct number *n, unsigned digit, int64_t *zeros)
{
	if (!digit) {
		++*zeros;
		return;
	}
	for (; n->digits && *zeros; --*zeros)
		n->whole &= !__builtin_mul_overflow(n->digits, 10, &n->digits);
	*zeros = 0;
	n->whole &= !__builtin_mul_overflow(n->digits, 10, &n->digits);
	n->whole &= !__builtin_add_overflow(n->digits, digit, &n->digits);
}

static int64_t read_exponent(const char *at, const char *end)
{
	bool minus = *at == '-';
	int64_t exponent = 0;

	for (at += *at == '-' || *at == '+'; at < end; at++)
		if (exponent < exponent_most)
			exponent = exponent * 10 + (*at - '0');
	return minus ? -exponent : exponent;
}

static struct number read_number(struct span value)
{
	const char *at = value.at, *end = at + value.len;
	struct number n = { .minus = *at == '-', .whole = true };
	int64_t zeros = 0, places = 0;
	bool fraction = false;

	for (at += n.minus; at < end && (*at | 0x20) != 'e'; at++) {
		if (*at == '.') {
			fraction = true;
			continue;
		}
		places += fraction;
		add_digit(&n, (unsigned)(*at - '0'), &zeros);
	}
	n.exponent = zeros - places;
	if (at < end)
		n.exponent += read_exponent(at + 1, end);
	return n;
}

bool scan_int(struct span value, int64_t *number)
{
	uint64_t most = INT64_MAX;
	struct number n;

	if (scan_kind(value) != SCAN_NUMBER)
		return false;
	n = read_number(value);
	if (!n.digits)
		n.exponent = 0;
	if (!n.whole || n.exponent < 0 || n.exponent > 18)
		return false;
	for (; n.exponent; n.exponent--)
		if (__builtin_mul_overflow(n.digits, 10, &n.digits))
			return false;
	if (n.digits > most + n.minus)
		return false;
	*number = n.minus ? (int64_t)(0 - n.digits) : (int64_t)n.digits;
	return true;
}

bool scan_bool(struct span value, bool *flag)
{
	enum scan_kind kind = scan_kind(value);

	if (kind != SCAN_TRUE && kind != SCAN_FALSE)
		return false;
	*flag = kind == SCAN_TRUE;
	return true;
}
