#include "relay/proxy_call.h"

#include "base/clock.h"
#include "relay/failure.h"
#include "relay/proxy_aim.h"
#include "relay/proxy_veil.h"
#include "relay/stream.h"
#include "wire/gauge.h"
#include "wire/native.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ERROR = 400, PIECE_HELD_FOR = 512 };

/* An answer on its way. */
struct passing {
	struct proxy *proxy;
	struct attempt *at;
	struct gauge gauge;
	const char *length; /* Content-Length, or NULL */
	bool packed;	    /* it was, and is no more */
};

static bool named(const char *line, size_t len, const char *name)
{
	size_t called = strlen(name);

	return len > called && line[called] == ':' &&
	       !strncasecmp(line, name, called);
}

/* What a provider repeats of its credential ends here (P60). */
static bool tells_secret(const struct attempt *at, const char *value)
{
	return *at->secret && strstr(value, at->secret);
}

static void on_header(void *who, const char *line, size_t len)
{
	struct passing *p = who;
	struct job *job = p->at->job;
	const char *name, *value;

	if (named(line, len, "Content-Encoding"))
		p->packed = true;
	if (named(line, len, "Content-Length"))
		p->length = arena_copy(job->arena, line + 15, len - 15);
	if (aim_passes_back(job->arena, line, len, &name, &value) &&
	    !tells_secret(p->at, value))
		job->sink.header(job->sink.state, name, value);
}

static bool redirects(int status)
{
	return status >= 300 && status < ERROR && status != 304;
}

static void on_usage(void *who, struct span usage)
{
	struct passing *p = who;
	struct meter *m = &p->at->meter;

	m->state = p->proxy->native->usage(usage, &m->tokens) ? TOKENS_GIVEN
							      : TOKENS_WRONG;
	p->gauge.finished = p->gauge.finished || p->proxy->native->usage_ends;
}

/* What has a body has a type, for web servers make one up otherwise. */
static const char *type_of(const struct call_head *head)
{
	bool bare = head->status == 204 || head->status == 304;

	return *head->type || bare ? head->type : "application/octet-stream";
}

static bool on_head(void *who, const struct call_head *head)
{
	struct passing *p = who;
	struct attempt *at = p->at;
	struct job *job = at->job;

	at->head = *head;
	at->status = head->status;
	at->streaming = !strncasecmp(head->type, "text/event-stream", 17);
	if (redirects(head->status))
		return failure_set(
			at, FAULT_UPSTREAM,
			"%s wants to redirect, which is not "
			"followed",
			job->plan.candidates->endpoint->provider->name);
	gauge_init(&p->gauge, at->streaming, on_usage, p);
	/* A stream may yet get an event of ours at its end. */
	if (p->length && !p->packed && !at->streaming)
		job->sink.header(job->sink.state, "Content-Length",
				 p->length + strspn(p->length, " \t"));
	return job_begin(job, head->status, type_of(head));
}

static void meter(struct passing *p, const char *bytes, size_t len)
{
	const struct native *native = p->proxy->native;
	struct meter *m = &p->at->meter;

	if (!native || !native->usage)
		return;
	gauge_feed(&p->gauge, bytes, len);
	m->text_bytes = p->gauge.text_bytes;
	m->events = !p->at->streaming || p->gauge.finished || m->text_bytes;
}

static bool send_piece(struct passing *p, const char *bytes, size_t len)
{
	meter(p, bytes, len);
	return veil_send(p->at, bytes, len) && stream_extend(p->at);
}

/* What is held for as it goes is looked at often, so that it does not stream
 * far past its hold. */
static bool send_answer(struct passing *p, const char *bytes, size_t len)
{
	size_t most = p->at->job->hold.may_clamp ? PIECE_HELD_FOR : len;

	while (len) {
		size_t piece = len < most ? len : most;

		if (!send_piece(p, bytes, piece))
			return false;
		bytes += piece;
		len -= piece;
	}
	return true;
}

static bool on_body(void *who, const char *bytes, size_t len)
{
	struct passing *p = who;
	struct attempt *at = p->at;
	struct job *job = at->job;

	if (at->first_token_us < 0)
		at->first_token_us = clock_ticks_us();
	job->content = true;
	if (!(at->status >= ERROR ? veil_send(at, bytes, len)
				  : send_answer(p, bytes, len)) ||
	    !job_flush(job))
		return false;
	if (!job_must_stop(job))
		return true;
	at->verdict = VERDICT_STOPPED;
	return false;
}

static bool on_tick(void *who)
{
	struct passing *p = who;

	if (!job_must_stop(p->at->job))
		return true;
	p->at->verdict = VERDICT_STOPPED;
	return false;
}

static const char *const *headers(const struct proxy *p,
				  const struct attempt *at)
{
	struct arena *a = at->job->arena;
	size_t n = 0;
	const char **lines;

	while (p->headers[n])
		n++;
	lines = arena_take(a, (n + 3) * sizeof(*lines));
	memcpy(lines, p->headers, n * sizeof(*lines));
	lines[n++] = "User-Agent: " PROXY_AGENT;
	if (*at->secret)
		lines[n++] =
			aim_credential(a, p->provider, p->path, at->secret);
	return lines;
}

/* A stream that costs tokens tells why it ended; one that does not has been cut
 * where no web server would notice (P35). */
static bool breaks_off(const struct passing *p)
{
	return p->at->streaming && p->proxy->native &&
	       p->proxy->native->usage && !p->gauge.finished;
}

static void judge(const struct passing *p)
{
	struct attempt *at = p->at;
	struct job *job = at->job;

	if (job->gone || at->report.end == CALL_GONE)
		at->verdict = VERDICT_GONE;
	else if (at->verdict != VERDICT_ANSWERED)
		return;
	else if (at->fault.kind != FAULT_NONE)
		at->verdict = job->began ? VERDICT_CUT : VERDICT_NEXT;
	else if (at->report.end != CALL_DONE)
		failure_of_call(at);
	else if (at->status >= ERROR) {
		at->verdict = VERDICT_REFUSED;
		failure_set(at, FAULT_UPSTREAM, "status %d", at->status);
	} else if (breaks_off(p)) {
		at->verdict = VERDICT_CUT;
		failure_set(at, FAULT_UPSTREAM, "the stream broke off");
	}
}

void proxy_call(struct proxy *p, struct attempt *at)
{
	struct job *job = at->job;
	struct passing passing = { .proxy = p, .at = at };
	struct call_ear ear = { .head = on_head,
				.body = on_body,
				.tick = on_tick,
				.who = &passing,
				.header = on_header };
	struct call c = {
		.method = p->method,
		.url = aim_url(job->arena, p->provider->base_url, p->path,
			       p->query),
		.headers = headers(p, at),
		.body = p->body.bytes,
		.file = p->body.file,
		.file_bytes = p->body.file_bytes,
		.clocks = attempt_clocks(job),
	};

	c.watch = job->sink.watch(job->sink.state, &c.watch_events);
	call_run(job->gateway->pool, &c, &ear, &at->report);
	judge(&passing);
}
