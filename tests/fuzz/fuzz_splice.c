/*
 * Edits of any object, chosen by the input's first byte: what comes out has
 * the members that were to stay, each byte for byte, and those put in.
 */
#include "base/splice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { FIRST = 1, LAST = 2 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool same(struct span a, struct span b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

/* What happens to the member at I: 0 and 1 it stays, 2 it goes, 3 it gets
 * another value. */
static unsigned fate(unsigned how, size_t i)
{
	return (how >> (2 + i % 6)) & 3;
}

static void edit(struct span text, struct span object, unsigned how,
		 struct buf *out)
{
	struct scan_walk w = scan_walk(object);
	struct scan_item item;
	struct splice s;

	splice_begin(&s, text, object, out);
	if (how & FIRST)
		splice_insert_first(&s, "first", span_of("1"));
	for (size_t i = 0; scan_next(&w, &item); i++) {
		if (fate(how, i) == 2)
			splice_remove(&s, &item);
		if (fate(how, i) == 3)
			splice_replace(&s, item.value, span_of("[]"));
	}
	if (how & LAST) {
		splice_insert_last(&s, "last", span_of("1"));
		splice_insert_last(&s, "very last", span_of("2"));
	}
	splice_end(&s);
}

static void require_member(struct scan_walk *w, const char *name,
			   const char *value)
{
	struct scan_item item;

	require(scan_next(w, &item) && span_is(item.name, name) &&
		span_is(item.value, value));
}

static void check(struct span before, struct span after, unsigned how)
{
	struct scan_walk old = scan_walk(before), new = scan_walk(after);
	struct scan_item was, is;

	if (how & FIRST)
		require_member(&new, "first", "1");
	for (size_t i = 0; scan_next(&old, &was); i++) {
		if (fate(how, i) == 2)
			continue;
		require(scan_next(&new, &is) && same(was.name, is.name));
		require(fate(how, i) == 3 ? span_is(is.value, "[]")
					  : same(was.value, is.value));
	}
	if (how & LAST) {
		require_member(&new, "last", "1");
		require_member(&new, "very last", "2");
	}
	require(!scan_next(&new, &is));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = { (const char *)bytes + 1, len - 1 }, before, after;
	unsigned how = len ? bytes[0] : 0;
	struct buf out;

	if (!len || !scan_text(text, SCAN_DEPTH, &before, NULL) ||
	    scan_kind(before) != SCAN_OBJECT)
		return 0;
	buf_init(&out, len * 8 + 100);
	edit(text, before, how, &out);
	require(buf_fits(&out));
	require(scan_text((struct span){ out.text, out.len }, SCAN_DEPTH,
			  &after, NULL));
	check(before, after, how);
	buf_done(&out);
	return 0;
}
