#include "domain/limits_json.h"

#include "support/row.h"

#include <stdlib.h>

/* What 7 requests and 8 a day, and no limit of tokens, become. */
static const struct {
	const char *label, *body, *want;
} bodies[] = {
	{ "nothing", "{}", "7 8 -" },
	{ "flat", "{\"requests_per_minute\":1}", "1 8 -" },
	{ "in a group",
	  "{\"rate_limit\":{\"requests_per_day\":2,\"tokens_per_minute\":3}}",
	  "7 2 3" },
	{ "flat comes first",
	  "{\"tokens_per_minute\":9,\"rate_limit\":{\"tokens_per_minute\":3}}",
	  "7 8 9" },
	{ "P10: null is none", "{\"requests_per_minute\":null}", "- 8 -" },
	{ "P10: zero is nothing", "{\"requests_per_day\":0}", "7 0 -" },
	{ "no group is no limit", "{\"rate_limit\":null}", "- - -" },
	{ "no group but one", "{\"rate_limit\":null,\"requests_per_day\":4}",
	  "- 4 -" },
	{ "the most", "{\"requests_per_day\":1000000000}", "7 1000000000 -" },
	{ "P10: below nothing", "{\"requests_per_minute\":-1}",
	  "requests_per_minute must be null or a whole number from 0 to "
	  "1000000000" },
	{ "too much", "{\"requests_per_day\":1000000001}",
	  "requests_per_day must be null or a whole number from 0 to "
	  "1000000000" },
	{ "a part", "{\"tokens_per_minute\":1.5}",
	  "tokens_per_minute must be null or a whole number from 0 to "
	  "1000000000" },
	{ "a text", "{\"rate_limit\":{\"tokens_per_minute\":\"5\"}}",
	  "tokens_per_minute must be null or a whole number from 0 to "
	  "1000000000" },
	{ "a misspelt one", "{\"rate_limit\":{\"requests_per_hour\":5}}",
	  "rate_limit has no 'requests_per_hour': it has requests_per_minute, "
	  "requests_per_day and tokens_per_minute" },
	{ "as GET /key has it",
	  "{\"rate_limit\":{\"requests\":-1,\"interval\":\"10s\","
	  "\"note\":\"x\",\"tokens_per_minute\":5}}",
	  "7 8 5" },
	{ "a list", "{\"rate_limit\":[]}",
	  "rate_limit must be null or an object" },
	{ "a wrong group", "{\"rate_limit\":5}",
	  "rate_limit must be null or an object" },
};

static const char *shown(struct arena *a, const struct limit *limit)
{
	return limit->set ? arena_print(a, "%lld", (long long)limit->most)
			  : "-";
}

EACH(limits_json, reads_both_spellings, bodies)
{
	struct limits limits = { { true, 7 }, { true, 8 }, { false, 0 } };
	struct arena *a = arena_new();
	json_t *body = json_loads(row->body, 0, NULL);
	struct fault why = { 0 };
	bool ok = limits_read(body, &limits, &why);

	cr_expect_eq(ok, why.kind == FAULT_NONE);
	cr_expect_str_eq(ok ? arena_print(a, "%s %s %s",
					  shown(a, &limits.requests_per_minute),
					  shown(a, &limits.requests_per_day),
					  shown(a, &limits.tokens_per_minute))
			    : why.text,
			 row->want, "%s", row->label);
	if (!ok)
		cr_expect_eq(limits.requests_per_minute.most, 7,
			     "%s: left alone", row->label);
	json_decref(body);
	arena_free(a);
}

Test(limits_json, prints_none_as_null)
{
	struct limits limits = { .requests_per_day = { true, 0 } };
	json_t *object = limits_json(&limits);
	char *text = json_dumps(object, JSON_COMPACT);

	cr_expect_str_eq(text, "{\"requests_per_minute\":null,"
			       "\"requests_per_day\":0,"
			       "\"tokens_per_minute\":null}");
	free(text);
	json_decref(object);
}
