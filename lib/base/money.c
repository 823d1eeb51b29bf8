#include "base/money.h"

#include <inttypes.h>
#include <string.h>

/*
 * A number taken apart: SIGN, then COUNT digits from AT (with or without a
 * point among them), of which the first WHOLE stand before the point once the
 * exponent has been applied. WHOLE may lie outside 0..COUNT.
 */
struct decimal {
	const char *at;
	int64_t count, whole;
	bool minus;
};

/* Farther than any text in memory is long, and far from overflow. */
static const int64_t FAR = INT64_C(1) << 48;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The exponent in TEXT, behind its 'e'; held within FAR either way. */
static bool read_exponent(struct span text, int64_t *exponent)
{
	bool minus = text.len && *text.at == '-';
	size_t i = text.len && (*text.at == '-' || *text.at == '+');
	int64_t value = 0;

	if (i == text.len)
		return false;
	for (; i < text.len; i++) {
		if (!is_digit(text.at[i]))
			return false;
		if (value < FAR)
			value = value * 10 + (text.at[i] - '0');
	}
	*exponent = minus ? -value : value;
	return true;
}

static bool take_apart(struct span text, struct decimal *d)
{
	size_t i = 0, point = SIZE_MAX;
	int64_t exponent = 0;

	if (!text.len)
		return false;
	*d = (struct decimal){ .minus = *text.at == '-' };
	if (*text.at == '-' || *text.at == '+')
		i++;
	for (d->at = text.at + i; i < text.len; i++) {
		if (is_digit(text.at[i]))
			d->count++;
		else if (text.at[i] == '.' && point == SIZE_MAX)
			point = (size_t)d->count;
		else
			break;
	}
	if (!d->count)
		return false;
	if (i < text.len && text.at[i] != 'e' && text.at[i] != 'E')
		return false;
	if (i < text.len &&
	    !read_exponent((struct span){ text.at + i + 1, text.len - i - 1 },
			   &exponent))
		return false;
	d->whole = (point == SIZE_MAX ? d->count : (int64_t)point) + exponent;
	return true;
}

/* One more digit behind VALUE, which is kept negative: there the range is
 * larger by one. */
static bool push(int64_t *value, int digit)
{
	return !__builtin_mul_overflow(*value, 10, value) &&
	       !__builtin_sub_overflow(*value, digit, value);
}

/* What DIGIT, in place I, adds to REST: what is left behind the first WHOLE
 * digits, next to a half. 0 is nothing, 1 less, 2 a half or more. */
static int rest_with(int rest, char digit, int64_t i, int64_t whole)
{
	if (i < whole || digit == '0' || rest)
		return rest;
	return i == whole && digit >= '5' ? 2 : 1;
}

/* The first WHOLE digits as a number without its sign, below zero. */
static bool gather(const struct decimal *d, int64_t *value, int *rest)
{
	int64_t i = 0;

	*value = 0;
	*rest = 0;
	for (const char *at = d->at; i < d->count; at++) {
		if (*at == '.')
			continue;
		if (i < d->whole && !push(value, *at - '0'))
			return false;
		*rest = rest_with(*rest, *at, i++, d->whole);
	}
	for (; i < d->whole && *value; i++)
		if (!push(value, 0))
			return false;
	return true;
}

/* Give VALUE, which is below zero, its sign. */
static bool with_sign(bool minus, int64_t value, int64_t *out)
{
	if (!minus && value == INT64_MIN)
		return false;
	*out = minus ? value : -value;
	return true;
}

bool money_read(struct span text, int digits, int64_t *value)
{
	struct decimal d;
	int64_t read;
	int rest;

	if (!take_apart(text, &d))
		return false;
	d.whole += digits;
	return gather(&d, &read, &rest) && !rest &&
	       with_sign(d.minus, read, value);
}

bool money_read_rounded(struct span text, int digits, int64_t *value)
{
	struct decimal d;
	int64_t read;
	int rest;

	if (!take_apart(text, &d))
		return false;
	d.whole += digits;
	return gather(&d, &read, &rest) &&
	       (rest < 2 || !__builtin_sub_overflow(read, 1, &read)) &&
	       with_sign(d.minus, read, value);
}

enum { DIGITS_MOST = 48 };

/* "0.00000015" of the magnitude of VALUE, at least FEWEST digits behind the
 * point, where TEXT ends; returns where it begins. */
static char *print(char text[DIGITS_MOST], int64_t value, int digits,
		   int fewest)
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char *end = text + DIGITS_MOST - 1, *at = end;

	*at = '\0';
	for (int i = 0; i < digits; i++, size /= 10)
		if (size % 10 || at < end || digits - i <= fewest)
			*--at = (char)('0' + size % 10);
	if (at < end)
		*--at = '.';
	do
		*--at = (char)('0' + size % 10);
	while (size /= 10);
	return at;
}

const char *money_print(struct arena *a, int64_t value, int digits)
{
	char text[DIGITS_MOST];

	return arena_join(a, value < 0 ? "-" : "",
			  print(text, value, digits, 0), NULL);
}

const char *money_dollars(struct arena *a, int64_t nano)
{
	char text[DIGITS_MOST];

	return arena_join(a, nano < 0 ? "-$" : "$",
			  print(text, nano, NANO_DIGITS, 2), NULL);
}
