#include "base/keep.h"

#include "support/row.h"

static const struct {
	const char *label, *text;
	size_t most;
	const char *want;
} texts[] = {
	{ "short", "abc", 10, "abc" },
	{ "just fits", "abc", 3, "abc" },
	{ "cut", "abc", 2, "ab" },
	{ "nothing", "", 5, "" },
	{ "a character is not cut", "a\xc3\xbc", 2, "a" },
	{ "characters stay", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x8c\x8d", 20,
	  "gr\xc3\xbc\xc3\x9f \xf0\x9f\x8c\x8d" },
	{ "no UTF-8",
	  "a\xff\xfe"
	  "b",
	  10, "a??b" },
	{ "half a character", "a\xc3", 10, "a?" },
	{ "control characters", "a\r\nb\x01", 10, "a??b?" },
};

EACH(keep, tidies_what_strangers_say, texts)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(keep_tidy(a, row->text, row->most), row->want, "%s",
			 row->label);
	arena_free(a);
}

Test(keep, keeps_nothing_as_nothing)
{
	struct arena *a = arena_new();

	cr_expect_null(keep(a, NULL));
	cr_expect_null(keep_tidy(a, NULL, 5));
	arena_free(a);
}

Test(keep, a_list_keeps_its_items_as_it_grows)
{
	struct list list = { .size = sizeof(int) };
	struct arena *a = arena_new();

	for (int i = 0; i < 1000; i++)
		*(int *)list_add(&list, a) = i;
	cr_expect_eq(list.count, 1000);
	for (int i = 0; i < 1000; i++)
		cr_expect_eq(((int *)list.items)[i], i);
	arena_free(a);
}
