#include "relay/stream.h"

#include "base/clock.h"
#include "relay/failure.h"
#include "store/store.h"

#include <string.h>

enum { EXTEND_BEFORE = 4, BYTES_OF_A_TOKEN = 4 };

static bool send(struct attempt *at, const struct buf *buf)
{
	return job_send(at->job, buf->text, buf->len);
}

/* The first content, or an end without any: now the head can go out. */
static bool open_stream(struct attempt *at)
{
	struct job *job = at->job;

	if (!job->began && !job_begin_stream(job))
		return false;
	job->content = true;
	if (at->held_back.len == 0)
		return true;
	return send(at, &at->held_back) && (buf_clear(&at->held_back), true);
}

/*
 * Is it time to hold for more? A quarter of a slice before what is held has
 * streamed past; not again when there was no more to be had. An answer that is
 * held for up to the model's limit needs no more, unless it goes so far beyond
 * that the limit must be wrong.
 */
static bool wants_more(const struct job *job, int64_t known)
{
	const struct hold *h = &job->hold;
	int64_t slice = job->gateway->settings->slice_tokens;

	if (!h->may_clamp || (h->granted_tokens >= job->output_most &&
			      known / BYTES_OF_A_TOKEN < job->output_most))
		return false;
	if (slice > h->granted_tokens || job->last_slice)
		slice = 0;
	return known >= h->granted_tokens - slice / EXTEND_BEFORE;
}

/* Hold for another slice before the one that is held has streamed past. */
bool stream_extend(struct attempt *at)
{
	struct job *job = at->job;
	struct hold *h = &job->hold;
	struct extension e = { .hold = h,
			       .more = job->gateway->settings->slice_tokens *
				       job->ask.choices,
			       .known = meter_output(&at->meter) };
	struct fault why = { 0 };

	if (!wants_more(job, e.known))
		return true;
	if (e.known > h->granted_tokens)
		e.more += e.known - h->granted_tokens;
	e.at = clock_now_ms();
	if (store_commit(job->gateway->store, ledger_extend, &e, &why)) {
		h->granted_tokens += e.more;
		h->held += e.added;
		return true;
	}
	job->last_slice = true;
	if (e.known < h->granted_tokens)
		return true; /* what is held lasts a little longer */
	at->verdict = VERDICT_EXHAUSTED;
	return false;
}

/* "data: {...}\n\n" with the JSON dressed; padded for hosts that buffer. Usage
 * beside a choice is not shown: it is told once, at the end. */
static void write_event(struct attempt *at, const struct openai_facts *facts)
{
	int64_t pad = at->job->gateway->settings->sse_pad;
	struct openai_dress dress = attempt_dress(at);

	dress.nulls = at->job->ask.wants_usage;
	openai_write_event(facts, &dress, &at->out);
	if (pad > 0)
		buf_print(&at->out, ":%*s\n\n", (int)pad, "");
}

/* The provider's own words for the end, when they have been settled. */
static bool keep_usage(struct attempt *at, const struct openai_facts *facts)
{
	buf_clear(&at->usage);
	buf_add(&at->usage, facts->root.at, facts->root.len);
	return true;
}

static bool forward(struct attempt *at, const struct openai_facts *facts)
{
	bool shows = facts->content || facts->finish;

	if (!facts->choices && facts->usage.at)
		return keep_usage(at, facts);
	buf_clear(&at->out);
	write_event(at, facts);
	if (!at->job->content && !shows) {
		buf_add(&at->held_back, at->out.text, at->out.len);
		return buf_fits(&at->held_back) ||
		       failure_set(at, FAULT_UPSTREAM,
				   "the provider's stream has no content");
	}
	if (at->first_token_us < 0 && facts->content)
		at->first_token_us = clock_ticks_us();
	return open_stream(at) && send(at, &at->out);
}

bool stream_event(void *attempt, const struct sse_event *event)
{
	struct attempt *at = attempt;
	struct openai_facts facts;

	if (at->meter.done)
		return true;
	if (span_is(event->data, "[DONE]")) {
		at->meter.done = true;
		at->done_us = clock_ticks_us();
		return true;
	}
	if (!openai_read_answer(event->data, &facts)) {
		at->meter.malformed++;
		return true;
	}
	meter_note(&at->meter, &facts);
	if (facts.error)
		return failure_in_stream(at, &facts);
	return forward(at, &facts) && stream_extend(at);
}

bool stream_feed(struct attempt *at, const char *bytes, size_t len)
{
	bool go_on = sse_feed(&at->sse, bytes, len);

	if (sse_overflowed(&at->sse))
		return failure_set(at, FAULT_UPSTREAM,
				   "an event of the provider's stream is too "
				   "large");
	if (at->job->began && !job_flush(at->job))
		return false;
	if (go_on && !at->meter.done && job_must_stop(at->job)) {
		at->verdict = VERDICT_STOPPED;
		return false;
	}
	return go_on;
}

void stream_close(struct attempt *at)
{
	if (at->streaming && sse_end(&at->sse) && at->job->began)
		job_flush(at->job);
}
