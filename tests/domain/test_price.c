#include "domain/price.h"

#include "support/row.h"

#include <inttypes.h>

/* Dollars per million tokens, all different; U is not known. */
enum { U = PRICE_UNKNOWN };

static struct price price_with(const int64_t pico[PRICE_KINDS])
{
	struct price price = { .id = 1 };

	for (int kind = 0; kind < PRICE_KINDS; kind++)
		price.pico[kind] = pico[kind];
	return price;
}

static const struct {
	const char *label;
	int64_t pico[PRICE_KINDS];
	struct tokens tokens;
	struct cost want;
} charges[] = {
	{ "nothing at no price",
	  { 0, 0, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1000000, .output = 1000000 },
	  { 0, 0, 0 } },
	{ "input and output",
	  { 2000000, 8000000, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1000, .output = 500 },
	  { 6000000, 2000000, 4000000 } },
	{ "every kind has its own price",
	  { 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 11000,
	    12000 },
	  { .fresh = 1,
	    .cache_read = 10,
	    .cache_write_5m = 100,
	    .cache_write_1h = 1000,
	    .audio_in = 10000,
	    .image_in = 100000,
	    .output = 1000000,
	    .reasoning = 10000000,
	    .audio_out = 100000000,
	    .image_out = 1000000000,
	    .searches = 1 },
	  { 10862975431 + 23, 975431 + 23, 10862000000 } },
	{ "a cache read of no price is input",
	  { 5000, 1, U, U, U, U, U, U, U, U, U, U },
	  { .cache_read = 3 },
	  { 15, 15, 0 } },
	{ "a free cache read is free",
	  { 5000, 1, 0, U, U, U, U, U, U, U, U, U },
	  { .cache_read = 3 },
	  { 0, 0, 0 } },
	{ "an hour's write of no price is five minutes'",
	  { 5000, 1, U, 7000, U, U, U, U, U, U, U, U },
	  { .cache_write_1h = 3 },
	  { 21, 21, 0 } },
	{ "neither write has a price",
	  { 5000, 1, U, U, U, U, U, U, U, U, U, U },
	  { .cache_write_5m = 1, .cache_write_1h = 1 },
	  { 10, 10, 0 } },
	{ "reasoning, audio and images of no price",
	  { 1000, 9000, U, U, U, U, U, U, U, U, U, U },
	  { .reasoning = 1,
	    .audio_out = 1,
	    .image_out = 1,
	    .audio_in = 1,
	    .image_in = 1 },
	  { 29, 2, 27 } },
	{ "a request and searches of no price are free",
	  { 1000, 1000, U, U, U, U, U, U, U, U, U, U },
	  { .searches = 5 },
	  { 0, 0, 0 } },
	{ "less than half a nano-dollar",
	  { 499, 0, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1 },
	  { 0, 0, 0 } },
	{ "half a nano-dollar goes up",
	  { 500, 0, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1 },
	  { 1, 1, 0 } },
	{ "two quarters are rounded once",
	  { 250, 250, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1, .output = 1 },
	  { 1, 0, 1 } },
	{ "two halves are one",
	  { 500, 500, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1, .output = 1 },
	  { 1, 1, 0 } },
	{ "a million of the smallest price",
	  { 1, 0, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = 1000000 },
	  { 1000, 1000, 0 } },
	{ "more than there is stops at the most",
	  { INT64_MAX, INT64_MAX, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = INT64_MAX,
	    .cache_read = INT64_MAX,
	    .cache_write_5m = INT64_MAX,
	    .cache_write_1h = INT64_MAX,
	    .audio_in = INT64_MAX,
	    .image_in = INT64_MAX,
	    .output = INT64_MAX,
	    .reasoning = INT64_MAX },
	  { INT64_MAX, INT64_MAX, 0 } },
	{ "nobody is paid for asking",
	  { 1000, 1000, U, U, U, U, U, U, U, U, U, U },
	  { .fresh = -5, .output = 7 },
	  { 7, 0, 7 } },
};

EACH(price, charges_each_kind, charges)
{
	struct price price = price_with(row->pico);
	struct cost cost = price_cost(&price, &row->tokens);

	cr_expect_eq(cost.all, row->want.all, "%s: %" PRId64, row->label,
		     cost.all);
	cr_expect_eq(cost.prompt, row->want.prompt, "%s: %" PRId64, row->label,
		     cost.prompt);
	cr_expect_eq(cost.completion, row->want.completion, "%s: %" PRId64,
		     row->label, cost.completion);
	cr_expect_eq(price_charge(&price, &row->tokens), row->want.all);
}

/* A fixed run of pseudo-random numbers (splitmix64). */
static int64_t next(uint64_t *state, int64_t below)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (int64_t)((z ^ (z >> 31)) % (uint64_t)below);
}

static struct price some_price(uint64_t *state)
{
	struct price price = { .id = 1 };

	for (int kind = 0; kind < PRICE_KINDS; kind++)
		price.pico[kind] = kind > PRICE_OUTPUT && next(state, 2)
					   ? PRICE_UNKNOWN
					   : next(state, 20000000);
	return price;
}

static struct tokens some_tokens(uint64_t *state)
{
	return (struct tokens){
		.fresh = next(state, 100000),
		.cache_read = next(state, 100000),
		.cache_write_5m = next(state, 1000),
		.cache_write_1h = next(state, 1000),
		.audio_in = next(state, 1000),
		.image_in = next(state, 1000),
		.output = next(state, 100000),
		.reasoning = next(state, 100000),
		.audio_out = next(state, 1000),
		.image_out = next(state, 1000),
	};
}

Test(price, p18_parts_add_up_to_the_whole)
{
	uint64_t state = 3;

	for (int i = 0; i < 20000; i++) {
		struct price price = some_price(&state);
		struct tokens tokens = some_tokens(&state);
		struct cost cost = price_cost(&price, &tokens);

		cr_assert_eq(cost.prompt + cost.completion, cost.all);
		cr_assert_geq(cost.prompt, 0);
		cr_assert_geq(cost.completion, 0);
	}
}

/* Adding the products one at a time, in pico-dollars, is the same. */
Test(price, p18_is_rounded_once)
{
	uint64_t state = 4;

	for (int i = 0; i < 20000; i++) {
		struct price price = some_price(&state);
		struct tokens t = some_tokens(&state);
		int64_t pico =
			t.fresh * price_of(&price, PRICE_INPUT) +
			t.cache_read * price_of(&price, PRICE_CACHE_READ) +
			t.cache_write_5m *
				price_of(&price, PRICE_CACHE_WRITE_5M) +
			t.cache_write_1h *
				price_of(&price, PRICE_CACHE_WRITE_1H) +
			t.audio_in * price_of(&price, PRICE_AUDIO_IN) +
			t.image_in * price_of(&price, PRICE_IMAGE_IN) +
			t.output * price_of(&price, PRICE_OUTPUT) +
			t.reasoning * price_of(&price, PRICE_REASONING) +
			t.audio_out * price_of(&price, PRICE_AUDIO_OUT) +
			t.image_out * price_of(&price, PRICE_IMAGE_OUT) +
			price_of(&price, PRICE_REQUEST);

		cr_assert_eq(price_charge(&price, &t), (pico + 500) / 1000);
	}
}

Test(price, P7_no_charge_is_above_its_bound)
{
	uint64_t state = 5;

	for (int i = 0; i < 20000; i++) {
		struct price price = some_price(&state);
		struct tokens t = some_tokens(&state);
		int64_t in = price_prompt_bound(&price, tokens_prompt(&t));
		int64_t out =
			tokens_completion(&t) * price_output_bound(&price);

		cr_assert_leq(price_charge(&price, &t),
			      in + (out + 999) / 1000);
	}
}

Test(price, a_bound_is_rounded_up_and_never_wraps)
{
	struct price price = price_with(
		(int64_t[PRICE_KINDS]){ 1, 1, U, U, U, U, U, U, U, U, U, U });

	cr_expect_eq(price_prompt_bound(&price, 1), 1);
	cr_expect_eq(price_prompt_bound(&price, 1001), 2);
	cr_expect_eq(price_prompt_bound(&price, 0), 0, "P12");
	price.pico[PRICE_CACHE_WRITE_1H] = INT64_MAX;
	cr_expect_eq(price_prompt_bound(&price, INT64_MAX), INT64_MAX);
}
