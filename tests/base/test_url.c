#include "base/url.h"

#include "support/row.h"

#include <string.h>

static const struct {
	const char *label, *target, *path, *query; /* path NULL: refused */
} targets[] = {
	{ "plain", "/v1/models", "/v1/models", "" },
	{ "root", "/", "/", "" },
	{ "query", "/a?b=c&d", "/a", "b=c&d" },
	{ "query with another ?", "/a?b?c", "/a", "b?c" },
	{ "empty query", "/a?", "/a", "" },
	{ "absolute form", "http://host:8080/a/b?c", "/a/b", "c" },
	{ "absolute form in capitals", "HTTPS://HOST/a", "/a", "" },
	{ "authority alone", "http://host", "/", "" },
	{ "authority and query", "http://host?x=1", "/", "x=1" },
	{ "user in the authority", "http://u:p@host/a", "/a", "" },
	{ "slashes collapse", "//v1///models//", "/v1/models/", "" },
	{ "an encoded slash does not", "/a%2F%2fb", "/a%2F%2Fb", "" },
	{ "an encoded slash is no separator", "/v1%2Fmodels", "/v1%2Fmodels",
	  "" },
	{ "encoded letters", "/%76%31/x", "/v1/x", "" },
	{ "encoded colon", "/m%3Agenerate", "/m:generate", "" },
	{ "plain colon", "/m:generate", "/m:generate", "" },
	{ "encoded percent", "/a%2525", "/a%2525", "" },
	{ "encoded question mark", "/a%3Fb?c", "/a?b", "c" },
	{ "encoded hash", "/a%23b", "/a#b", "" },
	{ "not UTF-8", "/%ff", "/\xff", "" },
	{ "plus is a plus", "/a+b", "/a+b", "" },
	{ "dots in names", "/.a/b./...", "/.a/b./...", "" },
	{ "a query may hold anything", "/a?../%00%zz", "/a", "../%00%zz" },
	{ "empty", "", NULL, NULL },
	{ "asterisk", "*", NULL, NULL },
	{ "no slash", "v1/models", NULL, NULL },
	{ "authority form", "host:443", NULL, NULL },
	{ "only a query", "?a=b", NULL, NULL },
	{ "NUL", "/a%00b", NULL, NULL },
	{ "line feed", "/a%0ab", NULL, NULL },
	{ "raw control character", "/a\x01", NULL, NULL },
	{ "delete", "/a%7f", NULL, NULL },
	{ "percent at the end", "/a%", NULL, NULL },
	{ "half a percent sequence", "/a%4", NULL, NULL },
	{ "half a sequence, then query", "/a%4?1", NULL, NULL },
	{ "no digits", "/a%zz", NULL, NULL },
	{ "fragment", "/a#b", NULL, NULL },
	{ "P58 fragment behind the authority", "http://h/#@x/keys", NULL,
	  NULL },
	{ "P58 fragment ends the authority", "http://h#@x/keys", NULL, NULL },
	{ "dot", "/a/./b", NULL, NULL },
	{ "dot dot", "/x/../v1/models", NULL, NULL },
	{ "dot dot at the end", "/a/..", NULL, NULL },
	{ "encoded dots", "/a/%2e%2E/b", NULL, NULL },
	{ "half encoded dots", "/a/.%2e", NULL, NULL },
	{ "dots behind an encoded slash", "/a%2F../b", NULL, NULL },
	{ "dots before an encoded slash", "/..%2fb", NULL, NULL },
};

EACH(url, reads_targets, targets)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct url url = { 0 };
	bool read = url_read(a, row->target, &url, &why);

	cr_assert_eq(read, row->path != NULL, "%s", row->label);
	if (read) {
		cr_expect_str_eq(url.path, row->path, "%s", row->label);
		cr_expect_str_eq(url.query, row->query, "%s", row->label);
	} else {
		cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", row->label);
		cr_expect_null(url.path, "%s", row->label);
	}
	arena_free(a);
}

static const struct {
	const char *path, *prefix, *want;
} prefixes[] = {
	{ "/v1/models", "/v1", "/models" },
	{ "/v1", "/v1", "/" },
	{ "/v1/", "/v1", "/" },
	{ "/v1/models", "/v1/", "/models" },
	{ "/v1/models", "", "/v1/models" },
	{ "/v1/models", "/", "/v1/models" },
	{ "/v1beta/models", "/v1", NULL },
	{ "/v1%2Fmodels", "/v1", NULL },
	{ "/", "/v1", NULL },
	{ "/a/b/c", "/a/b", "/c" },
};

EACH(url, finds_what_is_behind_a_prefix, prefixes)
{
	const char *behind = url_behind(row->path, row->prefix);

	if (row->want)
		cr_expect_str_eq(behind, row->want, "%s", row->path);
	else
		cr_expect_null(behind, "%s", row->path);
}

static const struct {
	const char *text, *want;
} texts[] = {
	{ "a%2Fb", "a/b" }, { "%41%62", "Ab" },
	{ "100%", "100%" }, { "%4", "%4" },
	{ "%zz", "%zz" },   { "a%00b", "a%00b" },
	{ "%2541", "%41" }, { "a+b", "a+b" },
	{ "", "" },	    { "%e4%b8%96", "\xe4\xb8\x96" },
};

EACH(url, decodes_once, texts)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(url_decode(a, row->text), row->want);
	arena_free(a);
}

static const struct {
	const char *query, *name, *want;
} queries[] = {
	{ "a=1&b=2", "b", "2" },
	{ "a=1&a=2", "a", "1" },
	{ "ab=1&b=2", "b", "2" },
	{ "a", "a", "" },
	{ "a=", "a", "" },
	{ "a=b=c", "a", "b=c" },
	{ "a=x+y%20z%2B", "a", "x y z+" },
	{ "k%65y=v", "key", "v" },
	{ "a=%4", "a", "%4" },
	{ "a=%00b", "a", "%00b" },
	{ "a=1%&b=41", "a", "1%" },
	{ "&&a=1", "a", "1" },
	{ "a=1", "b", NULL },
	{ "", "a", NULL },
	{ "=1&a=2", "a", "2" },
};

EACH(url, finds_parameters, queries)
{
	struct arena *a = arena_new();
	const char *value = url_parameter(a, row->query, row->name);

	if (row->want)
		cr_expect_str_eq(value, row->want, "%s", row->query);
	else
		cr_expect_null(value, "%s", row->query);
	arena_free(a);
}
