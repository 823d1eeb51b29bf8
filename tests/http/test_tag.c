#include "http/tag.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <string.h>

TestSuite(tag, .timeout = 10);

static const struct {
	const char *header;
	bool matches;
} headers[] = {
	{ "\"abc\"", true },
	{ "*", true },
	{ "\"x\", \"abc\"", true },
	{ " ,\"x\",W/\"abc\"", true },
	{ "w/\"abc\"", true },
	{ "\"abc-gzip\"", true }, /* Apache's mark */
	{ "\"abc-br\"", true },
	{ "\"abc-other\"", false },
	{ "\"abcd\"", false },
	{ "\"ab\"", false },
	{ "\"\"", false },
	{ "abc", false },
	{ "\"abc", false },
	{ "x\"abc\"", false },
	{ "", false },
	{ "W/", false },
	{ "\"x\" \"abc\"", true },
};

EACH(tag, matches_what_the_client_has, headers)
{
	cr_expect_eq(tag_matches(row->header, "\"abc\""), row->matches, "%s",
		     row->header);
}

static bool answer(struct exchange *x, struct fault *why)
{
	return tag_answer(x, x->query) ||
	       exchange_json(x, 200, json_pack("{s:b}", "new", 1), why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/tagged", .answer = answer },
	{ 0 },
};

static const struct program program = { .name = "tagged", .routes = routes };

/* The tag of an answer; the answer's status is *STATUS. */
static void ask(const char *uri, const char *known, int *status, char tag[64])
{
	const char *const variables[] = { known ? "HTTP_IF_NONE_MATCH" : NULL,
					  known, NULL };
	struct dialogue d = { .method = "GET",
			      .uri = uri,
			      .variables = variables };
	const char *got;

	dialogue_run(&d, &program, NULL);
	*status = dialogue_status(&d);
	got = dialogue_header(&d, "ETag");
	cr_assert(got);
	snprintf(tag, 64, "%s", got);
	cr_expect_str_eq(dialogue_header(&d, "Cache-Control"),
			 "private, no-cache");
	cr_expect(strstr(dialogue_header(&d, "Vary"), "Authorization"));
	cr_expect_eq(*d.reply != '\0', *status == 200);
	dialogue_done(&d);
}

Test(tag, answers_nothing_to_who_has_it)
{
	char first[64], again[64], other[64];
	int status;

	ask("/v1/tagged?a", NULL, &status, first);
	cr_expect_eq(status, 200);
	ask("/v1/tagged?a", first, &status, again);
	cr_expect_eq(status, 304);
	cr_expect_str_eq(again, first);
	ask("/v1/tagged?b", first, &status, other);
	cr_expect_eq(status, 200);
	cr_expect_str_neq(other, first);
}
