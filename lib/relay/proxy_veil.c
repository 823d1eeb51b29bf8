#include "relay/proxy_veil.h"

#include "relay/failure.h"

#include <string.h>

/* How much of the end of TEXT could be the secret's beginning. */
static size_t doubtful(const char *secret, const char *text, size_t len)
{
	size_t most = strlen(secret);

	for (size_t tail = most < len ? most : len; tail; tail--)
		if (tail < most && !memcmp(text + len - tail, secret, tail))
			return tail;
	return 0;
}

/* The last byte of a whole answer waits until it has been settled: who has all
 * of it may ask at once what it has cost. */
static size_t kept_back(const struct attempt *at, const struct buf *b)
{
	size_t tail = doubtful(at->secret, b->text, b->len);

	return tail || at->streaming || !b->len ? tail : 1;
}

bool veil_send(struct attempt *at, const char *bytes, size_t len)
{
	struct buf *b = &at->held_back;
	size_t ready;

	if (!*at->secret && at->streaming)
		return job_send(at->job, bytes, len);
	buf_add(b, bytes, len);
	if (!buf_fits(b))
		return false;
	failure_hide_secret(at, b->text, b->len);
	ready = b->len - kept_back(at, b);
	if (ready && !job_send(at->job, b->text, ready))
		return false;
	memmove(b->text, b->text + ready, b->len - ready);
	b->len -= ready;
	return true;
}

bool veil_end(struct attempt *at)
{
	return !at->held_back.len ||
	       job_send(at->job, at->held_back.text, at->held_back.len);
}
