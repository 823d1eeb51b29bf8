#include "relay/proxy_veil.h"

#include "support/row.h"

#include <string.h>

#define SECRET "sk-sk-secret"
#define STARS  "************"

static bool send(void *state, const char *bytes, size_t len)
{
	buf_add(state, bytes, len);
	return true;
}

static const struct {
	const char *label, *said, *want;
} answers[] = {
	{ "nothing", "", "" },
	{ "nothing of it", "hello", "hello" },
	{ "alone", SECRET, STARS },
	{ "within", "a" SECRET "b", "a" STARS "b" },
	{ "twice", SECRET SECRET, STARS STARS },
	{ "twice, apart", "x" SECRET " " SECRET, "x" STARS " " STARS },
	{ "its beginning", "a sk-sk-secre", "a sk-sk-secre" },
	{ "its beginning and it", "sk-" SECRET, "sk-" STARS },
	{ "its beginning again and again", "sk-sk-sk-sk-", "sk-sk-sk-sk-" },
	{ "all but its beginning", "k-sk-secret", "k-sk-secret" },
};

EACH(proxy_veil, P60_hides_the_credential_wherever_it_is_cut, answers)
{
	size_t len = strlen(row->said);

	for (size_t piece = 1; piece <= len + 1; piece++) {
		struct buf got;
		struct job job = { .sink = { .send = send, .state = &got } };
		struct attempt at = { .job = &job, .secret = SECRET };

		buf_init(&got, 4096);
		buf_init(&at.held_back, 4096);
		for (size_t i = 0; i < len; i += piece)
			cr_assert(veil_send(&at, row->said + i,
					    piece < len - i ? piece : len - i));
		cr_expect(veil_end(&at));
		cr_expect_str_eq(got.text, row->want, "%s in pieces of %zu",
				 row->label, piece);
		buf_done(&at.held_back);
		buf_done(&got);
	}
}

/* An event goes out as soon as it is whole. */
Test(proxy_veil, holds_nothing_back_that_cannot_be_it)
{
	static const char event[] = "data: sk-sk-secre\n\n";
	struct buf got;
	struct job job = { .sink = { .send = send, .state = &got } };
	struct attempt at = { .job = &job,
			      .secret = SECRET,
			      .streaming = true };

	buf_init(&got, 4096);
	buf_init(&at.held_back, 4096);
	cr_assert(veil_send(&at, event, strlen(event)));
	cr_expect_str_eq(got.text, event);
	buf_done(&at.held_back);
	buf_done(&got);
}

static bool refuse(void *state, const char *bytes, size_t len)
{
	(void)state, (void)bytes, (void)len;
	return false;
}

Test(proxy_veil, tells_that_the_client_is_gone)
{
	struct job job = { .sink = { .send = refuse } };
	struct attempt at = { .job = &job, .secret = SECRET };

	buf_init(&at.held_back, 4096);
	cr_expect_not(veil_send(&at, "hello", 5));
	buf_done(&at.held_back);
}
