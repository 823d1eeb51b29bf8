/*
 * Any object that is taken for an answer is dressed as one: valid JSON with
 * our id, model and provider, usage shown or hidden as was asked, and reading
 * it again finds the same content. The first byte chooses the dress.
 */
#include "base/scan.h"
#include "wire/openai.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_sane(const struct openai_facts *f)
{
	const struct tokens *t = &f->tokens;

	require(f->text_bytes >= 0);
	require(!f->finished || f->finish);
	require(!f->finish || f->choices);
	if (f->usage_state != TOKENS_GIVEN)
		return;
	require(t->fresh >= 0 && t->cache_read >= 0 && t->cache_write_5m >= 0);
	require(t->audio_in >= 0 && t->image_in >= 0 && t->output >= 0);
	require(t->reasoning >= 0 && t->audio_out >= 0 && t->image_out >= 0);
	require(t->searches >= 0 && t->cache_write_1h == 0);
}

static void check(const struct openai_facts *was,
		  const struct openai_dress *dress, struct span text)
{
	struct openai_facts is;
	struct span usage;

	require(openai_read_answer(text, &is));
	require_sane(&is);
	require(scan_says(is.id, dress->id));
	require(scan_says(is.model, dress->model));
	require(scan_says(is.provider, dress->provider));
	require(is.choices == was->choices && is.content == was->content);
	require(is.text_bytes == was->text_bytes);
	require(is.called == was->called && is.finished == was->finished);
	require(!is.finish == !was->finish);
	require(is.error == was->error);
	usage = scan_find(is.root, "usage");
	if (dress->usage)
		require(scan_find(usage, "cost").at &&
			is.usage_state == TOKENS_GIVEN);
	else
		require(!usage.at || scan_kind(usage) == SCAN_NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct tokens counted = { .fresh = 1 };
	struct openai_dress dress = { .id = "gen-1",
				      .model = "a\"b",
				      .provider = "P",
				      .tokens = &counted,
				      .cost = "0.1",
				      .prompt_cost = "0",
				      .completion_cost = "0.1" };
	struct openai_facts facts;
	struct buf out;

	if (!len ||
	    !openai_read_answer(
		    (struct span){ (const char *)bytes + 1, len - 1 }, &facts))
		return 0;
	require_sane(&facts);
	dress.usage = bytes[0] & 1;
	dress.nulls = bytes[0] & 2;
	dress.called = bytes[0] & 4;
	buf_init(&out, len * 4 + 10000);
	openai_write_event(&facts, &dress, &out);
	require(buf_fits(&out) && out.len > 8);
	require(!memchr(out.text, '\n', out.len - 2));
	check(&facts, &dress, (struct span){ out.text + 6, out.len - 8 });
	buf_done(&out);
	return 0;
}
