#include "domain/words.h"

#include "support/row.h"

#include <stdlib.h>
#include <string.h>

TestSuite(words, .timeout = 10);

static const struct {
	const char *label, *list, *json, *tidy;
} lists[] = {
	{ "two", "text,image", "[\"text\",\"image\"]", "text,image" },
	{ "one", "text", "[\"text\"]", "text" },
	{ "none", "", "[]", "" },
	{ "commas alone", ",,,", "[]", "" },
	{ "empty ones", ",a,,b,", "[\"a\",\"b\"]", "a,b" },
	{ "spaces and capitals", " Text , IMAGE ", "[\" Text \",\" IMAGE \"]",
	  "text,image" },
	{ "spaces alone", "a, ,b", "[\"a\",\" \",\"b\"]", "a,b" },
	{ "a space inside", "a b", "[\"a b\"]", "a b" },
};

EACH(words, are_gone_through, lists)
{
	struct arena *a = arena_new();
	json_t *list = words_json(row->list);
	char *json = json_dumps(list, JSON_COMPACT);

	cr_expect_str_eq(json, row->json, "%s", row->label);
	cr_expect_str_eq(words_tidy(a, row->list), row->tidy, "%s", row->label);
	free(json);
	json_decref(list);
	arena_free(a);
}

static const struct {
	const char *label, *has, *wanted;
	bool all, one;
} sets[] = {
	{ "the same", "a,b", "a,b", true, true },
	{ "some", "a,b", "b", true, true },
	{ "more", "a,b", "b,c", false, true },
	{ "others", "a,b", "c", false, false },
	{ "nothing wanted", "a,b", "", true, true },
	{ "nothing there", "", "a", false, false },
	{ "nothing and nothing", "", "", true, true },
	{ "capitals", "A,b", "a,B", true, true },
	{ "a beginning", "abc", "ab", false, false },
	{ "more than is there", "ab", "abc", false, false },
};

EACH(words, are_compared, sets)
{
	cr_expect_eq(words_have_all(row->has, row->wanted), row->all, "%s",
		     row->label);
	cr_expect_eq(words_have_one(row->has, row->wanted), row->one, "%s",
		     row->label);
}

Test(words, are_joined_by_another_mark)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(words_joined(a, "text,image", '+'), "text+image");
	cr_expect_str_eq(words_joined(a, "", '+'), "");
	arena_free(a);
}
