#include "base/money.h"

#include "support/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *text;
	int digits;
	int64_t want;
} exact[] = {
	{ "0.00000015", 12, 150000 },
	{ "1.5e-7", 12, 150000 },
	{ "1.5E-07", 12, 150000 },
	{ "15e-8", 12, 150000 },
	{ "0.15e-6", 12, 150000 },
	{ "12", 9, 12000000000 },
	{ "-3.25", 9, -3250000000 },
	{ "+3.25", 9, 3250000000 },
	{ ".5", 9, 500000000 },
	{ "5.", 9, 5000000000 },
	{ "0", 9, 0 },
	{ "-0", 9, 0 },
	{ "0e999999999999999999999999", 9, 0 },
	{ "0.000e-999999999999999999", 9, 0 },
	{ "1.000000000000", 9, 1000000000 },
	{ "0.0000000000010000", 12, 1 },
	{ "1e-12", 12, 1 },
	{ "123e-12", 12, 123 },
	{ "1000000000000000000000e-21", 9, 1000000000 },
	{ "9223372036.854775807", 9, INT64_MAX },
	{ "-9223372036.854775808", 9, INT64_MIN },
	{ "9223372036854775807", 0, INT64_MAX },
	{ "00012.50", 2, 1250 },
};

EACH(money, p18_reads_exactly, exact)
{
	int64_t value;

	cr_assert(money_read(span_of(row->text), row->digits, &value), "%s",
		  row->text);
	cr_expect_eq(value, row->want, "%s: %" PRId64, row->text, value);
}

static const struct {
	const char *text;
	int digits;
} refused[] = {
	{ "", 9 },
	{ "-", 9 },
	{ ".", 9 },
	{ "e5", 9 },
	{ "1e", 9 },
	{ "1e+", 9 },
	{ "1e5.5", 9 },
	{ "1.2.3", 9 },
	{ "1,5", 9 },
	{ " 1", 9 },
	{ "1 ", 9 },
	{ "$1", 9 },
	{ "0x10", 9 },
	{ "nan", 9 },
	{ "inf", 9 },
	{ "--1", 9 },
	{ "1e-13", 12 },
	{ "0.0000000000015", 12 },
	{ "1.0000000001", 9 },
	{ "9223372036.854775808", 9 },
	{ "1e400", 9 },
	{ "-9223372036.854775809", 9 },
	{ "1e-400", 12 },
	{ "99999999999999999999", 0 },
	{ "1e99999999999999999999999999", 9 },
	{ "1e-99999999999999999999999999", 9 },
};

EACH(money, p18_refuses_what_it_cannot_keep, refused)
{
	int64_t value = 42;

	cr_expect_not(money_read(span_of(row->text), row->digits, &value),
		      "'%s' became %" PRId64, row->text, value);
	cr_expect_eq(value, 42, "%s", row->text);
}

Test(money, refuses_a_number_that_is_not_there)
{
	int64_t value;

	cr_expect_not(money_read((struct span){ NULL, 0 }, 9, &value));
}

Test(money, reads_no_further_than_its_span)
{
	int64_t value;

	cr_assert(money_read((struct span){ "1299", 2 }, 0, &value));
	cr_expect_eq(value, 12);
}

static const struct {
	const char *text;
	int64_t want;
} rounded[] = {
	{ "0.4", 0 },	{ "0.5", 1 },	{ "0.49999999999", 0 },
	{ "1.5", 2 },	{ "-0.5", -1 }, { "-0.4", 0 },
	{ "0.05", 0 },	{ "0.95", 1 },	{ "0.0000009", 0 },
	{ "9e-1", 1 },	{ "5e-2", 0 },	{ "9e-99999999999999", 0 },
	{ "12.5", 13 }, { "7", 7 },	{ "9223372036854775806.5", INT64_MAX },
};

EACH(money, rounds_half_up_when_told_to, rounded)
{
	int64_t value;

	cr_assert(money_read_rounded(span_of(row->text), 0, &value), "%s",
		  row->text);
	cr_expect_eq(value, row->want, "%s: %" PRId64, row->text, value);
}

Test(money, does_not_round_past_its_range)
{
	int64_t value;

	cr_expect_not(money_read_rounded(span_of("9223372036854775807.5"), 0,
					 &value));
	cr_expect(money_read_rounded(span_of("-9223372036854775807.5"), 0,
				     &value));
	cr_expect_eq(value, INT64_MIN);
	cr_expect_not(money_read_rounded(span_of("-9223372036854775808.5"), 0,
					 &value));
}

static const struct {
	int64_t value;
	int digits;
	const char *plain, *dollars;
} prints[] = {
	{ 0, 9, "0", "$0.00" },
	{ 150, 9, "0.00000015", "$0.00000015" },
	{ 12000000000, 9, "12", "$12.00" },
	{ -3250000000, 9, "-3.25", "-$3.25" },
	{ 500000000, 9, "0.5", "$0.50" },
	{ 1, 9, "0.000000001", "$0.000000001" },
	{ -1, 9, "-0.000000001", "-$0.000000001" },
	{ INT64_MAX, 9, "9223372036.854775807", "$9223372036.854775807" },
	{ INT64_MIN, 9, "-9223372036.854775808", "-$9223372036.854775808" },
};

EACH(money, prints_without_losing_anything, prints)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(money_print(a, row->value, row->digits), row->plain);
	cr_expect_str_eq(money_dollars(a, row->value), row->dollars);
	arena_free(a);
}

/* A fixed run of pseudo-random numbers of all sizes (splitmix64). */
static int64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return (int64_t)(z >> (z & 63));
}

Test(money, p18_printing_what_was_read_changes_nothing)
{
	uint64_t state = 1;

	for (int i = 0; i < 20000; i++) {
		struct arena *a = arena_new();
		int64_t value = next(&state) * (i & 1 ? 1 : -1), again = 0;
		int digits = i % 19;
		const char *text = money_print(a, value, digits);

		cr_assert(money_read(span_of(text), digits, &again), "%s",
			  text);
		cr_assert_eq(again, value, "%s", text);
		cr_assert(money_read_rounded(span_of(text), digits, &again));
		cr_assert_eq(again, value, "%s", text);
		cr_assert_str_eq(money_print(a, again, digits), text);
		arena_free(a);
	}
}

/* The same number with its point anywhere and the exponent that undoes it. */
Test(money, p18_an_exponent_only_moves_the_point)
{
	uint64_t state = 2;

	for (int i = 0; i < 5000; i++) {
		int64_t value = next(&state) / 1000, read = 0;
		int64_t part = llabs(value) % 1000000000000;
		int shift = i % 30;
		char text[64];

		snprintf(text, sizeof(text), "%" PRId64 "e-%d", value, shift);
		cr_assert(money_read(span_of(text), shift, &read), "%s", text);
		cr_assert_eq(read, value, "%s", text);
		snprintf(text, sizeof(text), "0.%012" PRId64 "e12", part);
		cr_assert(money_read(span_of(text), 0, &read), "%s", text);
		cr_assert_eq(read, part, "%s", text);
	}
}
