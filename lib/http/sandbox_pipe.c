#include "http/sandbox_pipe.h"

#include "base/clock.h"

#include <poll.h>
#include <string.h>

/* What is gathered is handed over long before it gets so large: a piece of text
 * has at most 64 KiB, and each of its bytes six when it is escaped. A whole
 * answer may have more, which is refused. */
enum { GATHERED = 64 << 20, LOOK_MS = 100 };

void sandbox_pipe_init(struct sandbox_pipe *p, const struct sink *sink,
		       const struct sandbox_script *script)
{
	*p = (struct sandbox_pipe){ .sink = *sink, .script = script };
	buf_init(&p->out, GATHERED);
}

void sandbox_pipe_done(struct sandbox_pipe *p)
{
	buf_done(&p->out);
}

bool sandbox_pipe_begin(struct sandbox_pipe *p, int status, const char *type)
{
	if (p->script->gzip)
		p->sink.header(p->sink.state, "Content-Encoding", "gzip");
	return p->sink.begin(p->sink.state, status, type);
}

/* BYTES at once, or each of them alone when the script wants it so. Without
 * any, the head goes out. */
static bool write_out(struct sandbox_pipe *p, const char *bytes, size_t len)
{
	size_t piece = p->script->bytes ? 1 : len;

	for (size_t at = 0; at + piece < len; at += piece, bytes += piece)
		if (!p->sink.send(p->sink.state, bytes, piece) ||
		    !p->sink.flush(p->sink.state))
			return false;
	return (!len || p->sink.send(p->sink.state, bytes, piece)) &&
	       p->sink.flush(p->sink.state);
}

/* What has been gathered, with CR LF for each line's end. */
static void add_returns(const struct buf *in, struct buf *out)
{
	for (const char *at = in->text, *end; *at; at = end) {
		end = strchr(at, '\n');
		buf_add(out, at, end ? (size_t)(end - at) : strlen(at));
		if (!end)
			return;
		buf_text(out, "\r\n");
		end++;
	}
}

static bool flush(struct sandbox_pipe *p, bool last)
{
	struct buf lines, packed;
	const struct buf *out = &p->out;
	bool ok;

	buf_init(&lines, GATHERED);
	buf_init(&packed, GATHERED);
	if (p->script->crlf && p->lines) {
		add_returns(out, &lines);
		out = &lines;
	}
	if (p->script->gzip) {
		sandbox_gzip_add(&p->gzip, out->text, out->len, &packed);
		if (last)
			sandbox_gzip_end(&p->gzip, &packed);
		out = &packed;
	}
	ok = write_out(p, out->text, out->len);
	buf_clear(&p->out);
	buf_done(&lines);
	buf_done(&packed);
	return ok;
}

bool sandbox_pipe_flush(struct sandbox_pipe *p)
{
	return flush(p, false);
}

bool sandbox_pipe_end(struct sandbox_pipe *p)
{
	return flush(p, true);
}

/* Up to MS milliseconds of looking whether the client has left. */
static bool client_left(const struct sink *sink, int64_t ms)
{
	struct pollfd watch = { .fd = -1 };

	watch.fd = sink->watch(sink->state, &watch.events);
	return poll(&watch, 1, (int)ms) > 0;
}

enum sandbox_wait sandbox_pipe_wait(struct sandbox_pipe *p, int64_t ms)
{
	int64_t end = clock_ticks_us() + ms * 1000;

	if (ms <= 0)
		return SANDBOX_WAITED;
	if (p->out.len > 0 && !sandbox_pipe_flush(p))
		return SANDBOX_LEFT;
	for (int64_t left = ms; left > 0;
	     left = (end - clock_ticks_us() + 999) / 1000) {
		if (p->sink.stopping(p->sink.state))
			return SANDBOX_BIDDEN;
		if (client_left(&p->sink, left < LOOK_MS ? left : LOOK_MS))
			return SANDBOX_LEFT;
	}
	return SANDBOX_WAITED;
}
