#include "http/sandbox_play.h"

#include "http/sandbox_pipe.h"

#include <stdio.h>
#include <string.h>

/* A stall ends when even a patient client would have left. Events are gathered
 * up to BATCH bytes while nothing has to be waited for. */
enum { STALL_MS = 600000, BATCH = 16384 };

/* A stream that snaps announces more than it will ever have. */
static const char endless[] = "1099511627776";

/* A stream under way. */
struct play {
	struct sandbox_pipe pipe;
	const struct sandbox_dialect *dialect;
	const struct sandbox_answer *answer;
	const struct sandbox_script *script;
	int64_t events; /* made */
	bool spoken;	/* a token was given out */
	struct sandbox_outcome outcome;
};

static enum sandbox_end ending(enum sandbox_wait wait)
{
	if (wait == SANDBOX_LEFT)
		return SANDBOX_ABORTED;
	return wait == SANDBOX_BIDDEN ? SANDBOX_STOPPED : SANDBOX_BROKEN;
}

bool sandbox_delay(const struct sink *sink, const struct sandbox_script *script,
		   struct sandbox_outcome *outcome)
{
	struct sandbox_pipe pipe;
	enum sandbox_wait wait;

	sandbox_pipe_init(&pipe, sink, script);
	wait = sandbox_pipe_wait(&pipe, script->delay_ms);
	sandbox_pipe_done(&pipe);
	if (wait != SANDBOX_WAITED)
		*outcome = (struct sandbox_outcome){ .end = ending(wait) };
	return wait == SANDBOX_WAITED;
}

/* Hand over; false when the client is gone or the process has to end. */
static bool deliver(struct play *p)
{
	if (p->pipe.sink.stopping(p->pipe.sink.state)) {
		p->outcome.end = SANDBOX_STOPPED;
		return false;
	}
	if (!sandbox_pipe_flush(&p->pipe)) {
		p->outcome.end = SANDBOX_ABORTED;
		return false;
	}
	p->outcome.events = p->events;
	return true;
}

static bool hold_on(struct play *p, int64_t ms)
{
	enum sandbox_wait wait;

	if (ms <= 0)
		return true;
	if (!deliver(p))
		return false;
	wait = sandbox_pipe_wait(&p->pipe, ms);
	if (wait != SANDBOX_WAITED)
		p->outcome.end = ending(wait);
	return wait == SANDBOX_WAITED;
}

/* The stream ends here, with what has been made so far. */
static bool break_off(struct play *p)
{
	p->outcome.end = SANDBOX_BROKEN;
	deliver(p);
	return false;
}

/* Silence, until the client leaves. */
static bool stall(struct play *p)
{
	if (hold_on(p, STALL_MS))
		p->outcome.end = SANDBOX_BROKEN;
	return false;
}

static bool fail(struct play *p,
		 void (*print)(const struct sandbox_answer *, struct buf *))
{
	print(p->answer, &p->pipe.out);
	p->events++;
	return break_off(p);
}

/* What the script has for this point of the stream; false ends it. */
static bool mishap(struct play *p)
{
	const struct sandbox_script *s = p->script;

	if (p->events + 1 == s->malformed) {
		buf_text(&p->pipe.out,
			 "data: {\"id\":\"sbx\",\"choices\":[{\n\n");
		p->events++;
	}
	if (p->events == s->cut || p->events == s->snap)
		return break_off(p);
	if (p->events == s->error)
		return fail(p, p->dialect->fail);
	if (p->events == s->bare_error)
		return fail(p, p->dialect->fail_bare);
	if (p->events == s->stall)
		return stall(p);
	return true;
}

/* What passes before a piece: thinking before the first token, then its own
 * time for each. */
static bool take_time(struct play *p, const struct sandbox_piece *piece)
{
	int64_t ms = 0;

	if (piece->tokens > 0 && !p->spoken && p->script->first_ms > 0)
		ms = p->script->first_ms;
	if (piece->tokens > 0 && p->script->pace_ms > 0)
		ms += p->script->pace_ms * piece->tokens;
	p->spoken = p->spoken || piece->tokens > 0;
	if (ms > 0)
		return hold_on(p, ms);
	return p->pipe.out.len < BATCH || deliver(p);
}

static bool play_piece(struct play *p, const struct sandbox_piece *piece,
		       const struct sandbox_used *used)
{
	struct buf *out = &p->pipe.out;
	size_t before;

	if (!mishap(p) || !take_time(p, piece))
		return false;
	if (p->script->comments)
		buf_text(out, ": ping\n\n");
	before = out->len;
	p->dialect->event(p->answer, piece, used, out);
	p->events += out->len > before;
	return true;
}

/* The stream was played to its end. */
static void close_stream(struct play *p)
{
	struct buf *out = &p->pipe.out;

	if (p->script->noblank && out->len >= 2) {
		out->len -= 2;
		out->text[out->len] = '\0';
	}
	if (!sandbox_pipe_end(&p->pipe)) {
		p->outcome.end = SANDBOX_ABORTED;
		return;
	}
	p->outcome.end = SANDBOX_ANSWERED;
	p->outcome.events = p->events;
}

static bool begin_stream(struct play *p)
{
	if (p->script->snap >= 0)
		p->pipe.sink.header(p->pipe.sink.state, "Content-Length",
				    endless);
	p->outcome.end = SANDBOX_ABORTED;
	return sandbox_pipe_begin(&p->pipe, 200, "text/event-stream");
}

/* How many tokens an event has; as many as fit when there are bytes to fill. */
static int64_t per_event(const struct sandbox_script *script)
{
	enum { FILLING = 512 };

	if (script->per_event > 0)
		return script->per_event;
	return script->size >= 0 ? FILLING : 1;
}

struct sandbox_outcome sandbox_play_stream(
	const struct sink *sink, struct arena *a,
	const struct sandbox_dialect *dialect,
	const struct sandbox_answer *answer)
{
	struct play p = {
		.dialect = dialect,
		.answer = answer,
		.script = answer->script,
		.outcome.status = 200,
	};
	int64_t tokens = per_event(answer->script);
	struct sandbox_cursor c;
	struct sandbox_piece piece;
	bool going;

	sandbox_pipe_init(&p.pipe, sink, answer->script);
	p.pipe.lines = true;
	sandbox_cursor_init(&c, a, answer);
	going = begin_stream(&p);
	while (going && sandbox_next(&c, tokens, &piece))
		going = play_piece(&p, &piece, &c.used);
	if (going)
		close_stream(&p);
	sandbox_cursor_done(&c);
	sandbox_pipe_done(&p.pipe);
	return p.outcome;
}

/* Where a whole answer breaks off, in bytes; its length when it does not. */
static size_t breaking_point(const struct sandbox_script *s, size_t len)
{
	const int64_t points[] = { s->cut, s->snap, s->stall };

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (points[i] >= 0 && (size_t)points[i] < len)
			len = (size_t)points[i];
	return len;
}

/* Announce the full LENGTH, so that a client sees that some is missing; what
 * is packed has another one. */
static void announce(const struct sandbox_pipe *p, size_t length)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", length);
	if (!p->script->gzip)
		p->sink.header(p->sink.state, "Content-Length", text);
}

static struct sandbox_outcome send_text(struct sandbox_pipe *p, size_t len,
					size_t most)
{
	struct sandbox_outcome outcome = { .end = SANDBOX_ABORTED,
					   .status = 200 };

	announce(p, len);
	if (!sandbox_pipe_begin(p, 200, "application/json"))
		return outcome;
	if (most == len && sandbox_pipe_end(p)) {
		outcome.end = SANDBOX_ANSWERED;
		outcome.events = 1;
	} else if (most < len && sandbox_pipe_flush(p)) {
		outcome.end = SANDBOX_BROKEN;
	}
	if (outcome.end == SANDBOX_BROKEN && p->script->stall >= 0)
		outcome.end = ending(sandbox_pipe_wait(p, STALL_MS));
	return outcome;
}

/* How long a model would have been silent over TOKENS tokens. */
static int64_t time_for(const struct sandbox_script *s, int64_t tokens)
{
	int64_t ms = s->first_ms > 0 ? s->first_ms : 0;

	return s->pace_ms > 0 ? ms + s->pace_ms * tokens : ms;
}

/* The text as the client gets it: not JSON any more, if that is wanted. */
static void fill(struct sandbox_pipe *p, const struct buf *text, size_t most)
{
	buf_add(&p->out, text->text, most);
	if (p->script->malformed > 0 && most == text->len && most > 0)
		p->out.text[most - 1] = ',';
}

struct sandbox_outcome sandbox_play_text(const struct sink *sink,
					 const struct sandbox_script *script,
					 const struct buf *text, int64_t tokens)
{
	size_t most = breaking_point(script, text->len);
	struct sandbox_outcome outcome;
	struct sandbox_pipe pipe;
	enum sandbox_wait wait;

	sandbox_pipe_init(&pipe, sink, script);
	wait = sandbox_pipe_wait(&pipe, time_for(script, tokens));
	if (wait == SANDBOX_WAITED) {
		fill(&pipe, text, most);
		outcome = send_text(&pipe, text->len, most);
	} else {
		outcome = (struct sandbox_outcome){ .end = ending(wait) };
	}
	sandbox_pipe_done(&pipe);
	return outcome;
}
