#include "base/arena.h"

#include "support/row.h"

#include <stdio.h>
#include <string.h>

/* A block's room, and what is around it. */
static const struct {
	const char *label;
	int taken, printed;
} prints[] = {
	{ "nothing into a new arena", 0, 0 },
	{ "a little", 0, 10 },
	{ "a whole block but its NUL", 0, 8 * 1024 - 1 },
	{ "a whole block", 0, 8 * 1024 },
	{ "what fills the rest", 8 * 1024 - 64, 63 },
	{ "one byte more", 8 * 1024 - 64, 64 },
	{ "into no rest at all", 8 * 1024, 5 },
	{ "larger than a block", 100, 20000 },
};

static void expect_zeros(const char *bytes, int len)
{
	for (int i = 0; i < len; i++)
		cr_assert_eq(bytes[i], 0, "byte %d", i);
}

EACH(arena, prints_whole_wherever_it_ends, prints)
{
	struct arena *a = arena_new();
	char *text;

	if (row->taken)
		arena_take(a, (size_t)row->taken);
	text = arena_print(a, "%0*d", row->printed, 0);
	if (row->printed == 0)
		text = arena_print(a, "%s", "");
	cr_expect_eq(strlen(text), (size_t)row->printed);
	cr_expect_eq(strspn(text, "0"), (size_t)row->printed);
	for (int i = 0; i < 200; i++)
		expect_zeros(arena_take(a, 48), 48);
	cr_expect_eq(strlen(text), (size_t)row->printed, "it stays as it was");
	arena_free(a);
}

Test(arena, joins_texts)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(arena_join(a, "a", "", "bc", NULL), "abc");
	cr_expect_str_eq(arena_join(a, "", NULL), "");
	arena_free(a);
}
