#include "wire/sandbox_vector.h"

#include "support/row.h"

#include <stdlib.h>
#include <string.h>

static double product(const char *one, const char *other, size_t dimensions)
{
	float a[SANDBOX_DIMENSIONS_MOST], b[SANDBOX_DIMENSIONS_MOST];
	double sum = 0;

	sandbox_vector(span_of(one), a, dimensions);
	sandbox_vector(span_of(other), b, dimensions);
	for (size_t i = 0; i < dimensions; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

static const struct {
	const char *label, *text;
	size_t dimensions;
} lengths[] = {
	{ "a word", "hello", 256 },    { "nothing", "", 256 },
	{ "one dimension", "a b", 1 }, { "many", "a b c", 4096 },
	{ "few", "a b c", 3 },
};

EACH(sandbox_vector, has_length_one, lengths)
{
	double square = product(row->text, row->text, row->dimensions);

	cr_expect(square > 0.9999 && square < 1.0001, "%s: %f", row->label,
		  square);
}

Test(sandbox_vector, is_near_where_words_are_shared)
{
	const char *query = "How does the cache work?";
	double near = product(query, "The cache, how does it work", 256);
	double far = product(query, "Bananas are yellow when ripe", 256);

	cr_expect(near > 0.6, "%f", near);
	cr_expect(far < 0.3, "%f", far);
}

Test(sandbox_vector, tells_the_order_of_words_apart)
{
	double same = product("dog bites man", "man bites dog", 256);

	cr_expect(same < 0.9999 && same > 0.8, "%f", same);
}

/* The same on every machine, and after every change of the code. */
Test(sandbox_vector, never_changes)
{
	float vector[3];
	struct buf out;

	buf_init(&out, 1000);
	sandbox_vector(span_of("turnpike"), vector, 3);
	sandbox_vector_print(vector, 3, &out);
	cr_expect_str_eq(out.text, "[0.309690118,-0.372598022,-0.874792993]");
	buf_done(&out);
}

static const struct {
	const char *label;
	float vector[3];
	size_t dimensions;
	const char *want;
} base64[] = {
	{ "one", { 1 }, 1, "AACAPw==" },
	{ "two", { 1, -2 }, 2, "AACAPwAAAMA=" },
	{ "three", { 1, -2, 0.5F }, 3, "AACAPwAAAMAAAAA/" },
};

EACH(sandbox_vector, is_written_in_base64, base64)
{
	struct buf out;

	buf_init(&out, 100);
	sandbox_vector_base64(row->vector, row->dimensions, &out);
	cr_expect_str_eq(out.text, row->want, "%s", row->label);
	buf_done(&out);
}
