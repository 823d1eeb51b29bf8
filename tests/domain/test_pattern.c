#include "domain/pattern.h"

#include "support/row.h"

TestSuite(pattern, .timeout = 10);

static const struct {
	const char *label, *json, *name;
	bool fits, fits_model;
} patterns[] = {
	{ "nothing is narrowed", "", "a/b", true, true },
	{ "an empty list", "[]", "a/b", true, true },
	{ "its name", "[\"a/b\"]", "a/b", true, true },
	{ "another case", "[\"A/b\"]", "a/B", true, true },
	{ "a part of it", "[\"a/\"]", "a/b", false, false },
	{ "more than it", "[\"a/bc\"]", "a/b", false, false },
	{ "an author", "[\"a/*\"]", "a/b", true, true },
	{ "a longer author", "[\"a/*\"]", "ab/b", false, false },
	{ "everything", "[\"*\"]", "a/b", true, true },
	{ "a star in the middle", "[\"a/*b\"]", "a/cb", false, false },
	{ "a model of any author", "[\"b\"]", "a/b", false, true },
	{ "models of any author", "[\"b*\"]", "a/bc", false, true },
	{ "one of two", "[\"x\",\"a/b\"]", "a/b", true, true },
	{ "an author alone", "[\"a\"]", "a/b", false, false },
	{ "an empty pattern", "[\"\"]", "a/b", false, false },
	{ "no text", "[1,null]", "a/b", false, false },
	{ "no list", "{}", "a/b", false, false },
	{ "no JSON", "[", "a/b", false, false },
	{ "P57: SQL's wildcard", "[\"a/%\"]", "a/b", false, false },
};

EACH(pattern, fits_or_does_not, patterns)
{
	struct arena *a = arena_new();
	struct patterns p = patterns_read(a, row->json);

	cr_expect_eq(patterns_fit(&p, row->name), row->fits, "%s", row->label);
	cr_expect_eq(patterns_fit_model(&p, row->name), row->fits_model, "%s",
		     row->label);
	arena_free(a);
}
