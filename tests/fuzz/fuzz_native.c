/*
 * An answer tells the same usage however it is cut, and no count of it is
 * below zero; a request is read or refused.
 */
#include "wire/gauge.h"
#include "wire/native.h"

#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { MOST = 1 << 22 };

static const char *const paths[] = {
	"/v1/chat/completions",
	"/v1/embeddings",
	"/v1/responses",
	"/v1/messages",
	"/v1beta/models/x:streamGenerateContent",
	"/v1beta/models/x:batchEmbedContents",
};
enum { PATHS = sizeof(paths) / sizeof(*paths) };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_counts(const struct native *native, struct span usage)
{
	struct tokens t = { 0 };

	if (!native->usage(usage, &t))
		return;
	require(t.fresh >= 0 && t.cache_read >= 0 && t.cache_write_5m >= 0 &&
		t.cache_write_1h >= 0 && t.output >= 0 && t.reasoning >= 0 &&
		t.searches >= 0);
}

static void tell(void *who, struct span usage)
{
	struct buf *told = who;

	buf_print(told, "%zu:", usage.len);
	buf_add(told, usage.at, usage.len);
}

/* In pieces of a size that DICE makes up, or whole when it is 0. */
static void run(struct span answer, bool events, unsigned dice,
		struct buf *told)
{
	struct gauge g;
	size_t size;

	buf_init(told, MOST);
	gauge_init(&g, events, tell, told);
	for (size_t at = 0; at < answer.len; at += size) {
		size = answer.len - at;
		if (dice) {
			dice = dice * 1103515245 + 12345;
			size = (dice >> 16) % 9 + 1;
		}
		if (size > answer.len - at)
			size = answer.len - at;
		gauge_feed(&g, answer.at + at, size);
	}
	buf_print(told, "%lld %d", (long long)g.text_bytes, g.finished);
	require(g.text_bytes >= 0 && (size_t)g.text_bytes <= answer.len);
}

static void check_answer(struct span answer, bool events)
{
	struct buf whole, cut;

	run(answer, events, 0, &whole);
	for (unsigned dice = 1; dice < 4; dice++) {
		run(answer, events, dice, &cut);
		require(whole.len == cut.len &&
			!memcmp(whole.text, cut.text, cut.len));
		buf_done(&cut);
	}
	buf_done(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span input = { (const char *)bytes, len };
	struct arena *a = arena_new();

	check_answer(input, false);
	check_answer(input, true);
	for (size_t i = 0; i < PATHS; i++) {
		const struct native *native = native_find(a, "POST", paths[i]);
		struct ask ask;

		require(native);
		check_counts(native, input);
		if (native_read(a, native, paths[i], input, &ask, NULL))
			require(ask.choices >= 0 && ask.max_tokens >= 0 &&
				ask.prompts > 0 && ask.images >= 0 &&
				ask.files >= 0);
	}
	native_model(a, "/v1/x", input);
	arena_free(a);
	return 0;
}
