/*
 * A stream tells the same however it is cut.
 */
#include "wire/sse.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { CEILING = 64, MOST = 1 << 22 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void put(struct buf *b, char kind, struct span s)
{
	buf_print(b, "%c%zu:", kind, s.len);
	buf_add(b, s.at, s.len);
}

static bool tell(void *who, const struct sse_event *e)
{
	put(who, 'r', e->raw);
	put(who, 'n', e->name);
	put(who, 'd', e->data);
	buf_text(who, e->cut ? "!" : ".");
	return true;
}

static void tell_comment(void *who, struct span raw)
{
	put(who, 'c', raw);
}

/* Read it in pieces of a size that DICE makes up, or whole when it is 0. */
static void run(struct span stream, unsigned dice, struct buf *told)
{
	struct sse s;
	size_t size;

	buf_init(told, MOST);
	sse_init(&s, CEILING, tell, told);
	s.tell_comment = tell_comment;
	for (size_t at = 0; at < stream.len; at += size) {
		size = stream.len - at;
		if (dice) {
			dice = dice * 1103515245 + 12345;
			size = (dice >> 16) % 9 + 1;
		}
		if (size > stream.len - at)
			size = stream.len - at;
		if (!sse_feed(&s, stream.at + at, size))
			break;
	}
	sse_end(&s);
	buf_text(told, sse_overflowed(&s) ? "overflow" : "end");
	sse_done(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span stream = { (const char *)bytes, len };
	struct buf whole, cut;

	run(stream, 0, &whole);
	for (unsigned dice = 1; dice < 4; dice++) {
		run(stream, dice, &cut);
		require(whole.len == cut.len &&
			!memcmp(whole.text, cut.text, cut.len));
		buf_done(&cut);
	}
	buf_done(&whole);
	return 0;
}
