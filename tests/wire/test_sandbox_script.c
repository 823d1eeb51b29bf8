#include "wire/sandbox_script.h"

#include "base/buf.h"
#include "support/row.h"

#include <stdio.h>
#include <string.h>

/* The directives that were set, in the table's order. */
static void tell(const struct sandbox_script *s, struct buf *out)
{
	const char *base = (const char *)s;

	for (const struct sandbox_directive *d = sandbox_directives; d->name;
	     d++) {
		const void *place = base + d->place;

		if (d->kind == DIRECTIVE_NUMBER && *(const int64_t *)place >= 0)
			buf_print(out, "%s=%lld ", d->name,
				  (long long)*(const int64_t *)place);
		if (d->kind == DIRECTIVE_FLAG && *(const bool *)place)
			buf_print(out, "%s ", d->name);
		if (d->kind == DIRECTIVE_TEXT && *(char *const *)place)
			buf_print(out, "%s=%s ", d->name,
				  *(char *const *)place);
	}
	if (s->usage)
		buf_print(out, "usage:%d ", s->usage);
}

static const struct {
	const char *label, *text, *want;
} scripts[] = {
	{ "nothing", "", "" },
	{ "a number", "delay=500", "delay=500 " },
	{ "a zero is not nothing", "cut=0", "cut=0 " },
	{ "a flag", "gzip", "gzip " },
	{ "a text", "finish=content_filter", "finish=content_filter " },
	{ "usage", "usage=null", "usage:2 " },
	{ "all that parts", "delay=1+pace=2,bytes;crlf html\tgzip",
	  "html delay=1 pace=2 bytes crlf gzip " },
	{ "parted twice", "++delay=1++", "delay=1 " },
	{ "the last counts", "delay=1+delay=2", "delay=2 " },
	{ "as large as a stream may be", "size=1000000000000",
	  "size=1000000000000 " },
	{ "at this mount", "at=sandbox+delay=1", "delay=1 " },
	{ "at the other", "at=sandbox2+delay=1", "" },
	{ "at one after the other",
	  "pace=3+at=sandbox2+delay=1+at=sandbox+cut=2", "pace=3 cut=2 " },
};

EACH(sandbox_script, reads, scripts)
{
	struct arena *a = arena_new();
	struct sandbox_script s;
	struct buf told;

	buf_init(&told, 1000);
	sandbox_script_init(&s);
	cr_expect(
		sandbox_script_read(a, &s, span_of(row->text), "sandbox", NULL),
		"%s", row->label);
	tell(&s, &told);
	cr_expect_str_eq(told.text, row->want, "%s", row->label);
	buf_done(&told);
	arena_free(a);
}

static const struct {
	const char *label, *text, *says;
} bad[] = {
	{ "unknown", "delai=5",
	  "no sandbox directive 'delai'; known are: "
	  "status " },
	{ "unknown, to the last of the known", "x", " comments at" },
	{ "unknown, elsewhere", "at=sandbox2+x", "no sandbox directive 'x'" },
	{ "too large", "status=600",
	  "'status' takes a number from 300 to 599" },
	{ "too small", "malformed=0", "'malformed' takes a number from 1" },
	{ "no number", "delay=", "'delay' takes a number" },
	{ "missing number", "delay", "'delay' takes a number" },
	{ "negative", "cut=-1", "'cut' takes a number" },
	{ "overflowing", "size=99999999999999999999", "'size' takes a number" },
	{ "not a number", "pace=2x", "'pace' takes a number" },
	{ "a flag with a value", "gzip=1", "'gzip' takes no value" },
	{ "an empty text", "finish=", "'finish' takes a text" },
	{ "a missing text", "finish", "'finish' takes a text" },
	{ "unknown usage", "usage=odd", "one of: true absent null negative" },
	{ "missing usage", "usage", "one of: true" },
};

EACH(sandbox_script, refuses, bad)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct sandbox_script s;

	sandbox_script_init(&s);
	cr_expect_not(
		sandbox_script_read(a, &s, span_of(row->text), "sandbox", &why),
		"%s", row->label);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect(strstr(why.text, row->says), "%s: %s", row->label, why.text);
	arena_free(a);
}
