#include "relay/relay.h"

#include "relay/failure.h"
#include "relay/settle.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char done[] = "data: [DONE]\n\n";

enum { CHUNK_MOST = 64 * 1024 };

/* Ask one after another, as far as attempts and time go. */
static void ask(struct job *job, struct attempt *at)
{
	const struct settings *s = job->gateway->settings;

	for (size_t i = 0; i < job->plan.count; i++) {
		if (i > 0)
			attempt_done(at);
		job->attempts++;
		attempt_run(job, &job->plan.candidates[i], at);
		if (at->verdict == VERDICT_NEXT ||
		    at->verdict == VERDICT_REFUSED)
			failure_note(job, at);
		if (at->verdict != VERDICT_NEXT ||
		    job->attempts >= s->attempts ||
		    job_age_ms(job) >= s->total_ms)
			return;
	}
}

static bool send_chunk(struct job *job, const struct buf *chunk)
{
	return job_send(job, "data: ", 6) &&
	       job_send(job, chunk->text, chunk->len) &&
	       job_send(job, "\n\n", 2);
}

/* An error that can no longer be a status, in the client's stream. */
static void tell_in_stream(struct job *job, const struct attempt *at,
			   const struct fault *why)
{
	struct openai_dress dress = attempt_dress(at);
	struct buf chunk;

	buf_init(&chunk, CHUNK_MOST);
	openai_error_chunk(&dress, fault_status(why->kind),
			   why->kind == FAULT_INTERNAL ? "internal error"
						       : why->text,
			   fault_error_type(why), &chunk);
	if (send_chunk(job, &chunk))
		job_flush(job);
	buf_done(&chunk);
}

/* The provider's own usage event with what it cost, or one of ours. */
static void write_usage(struct job *job, const struct attempt *at,
			const struct bill *bill, struct buf *chunk)
{
	struct span kept = { at->usage.text, at->usage.len };
	struct openai_dress dress = attempt_dress(at);
	struct openai_facts facts;

	attempt_price(job->arena, bill, &dress);
	if (kept.len && openai_read_answer(kept, &facts))
		openai_write_answer(&facts, &dress, chunk);
	else
		openai_usage_chunk(&dress, chunk);
}

/* How a stream ends, whatever the provider left out or said twice: a finish if
 * it was cut, usage once if it is wanted, and the mark. */
static void end_stream(struct job *job, const struct attempt *at,
		       const struct bill *bill)
{
	struct openai_dress dress = attempt_dress(at);
	bool cut = at->verdict == VERDICT_EXHAUSTED;
	struct buf chunk;

	buf_init(&chunk, CHUNK_MOST + at->usage.len);
	if (cut) {
		openai_finish_chunk(&dress, "length", &chunk);
		send_chunk(job, &chunk);
		buf_clear(&chunk);
	}
	if (job->ask.wants_usage) {
		write_usage(job, at, bill, &chunk);
		send_chunk(job, &chunk);
	}
	if (job_send(job, done, strlen(done)))
		job_flush(job);
	buf_done(&chunk);
}

static void send_whole(struct job *job, struct attempt *at,
		       const struct bill *bill)
{
	struct openai_dress dress = attempt_dress(at);

	attempt_price(job->arena, bill, &dress);
	buf_clear(&at->out);
	openai_write_answer(&at->facts, &dress, &at->out);
	if (!job->began)
		job->sink.header(job->sink.state, "Content-Length",
				 arena_print(job->arena, "%zu", at->out.len));
	if ((job->began || job_begin_whole(job)) &&
	    job_send(job, at->out.text, at->out.len))
		job_flush(job);
}

/* The same error object that a status would have come with. */
static void tell_in_whole(struct job *job, const struct fault *why)
{
	json_t *error = json_pack(
		"{s:{s:s, s:s, s:i, s:{s:s}}}", "error", "message",
		why->kind == FAULT_INTERNAL ? "internal error" : why->text,
		"type", fault_type(why->kind), "code", fault_status(why->kind),
		"metadata", "error_type", fault_error_type(why));
	char *text = error ? json_dumps(error, JSON_COMPACT) : NULL;

	json_decref(error);
	if (text && job_send(job, text, strlen(text)))
		job_flush(job);
	free(text);
}

/* Tell the client in what has begun; true when that was possible. */
static bool tell(struct job *job, const struct attempt *at,
		 const struct fault *why)
{
	if (!job->began)
		return false;
	if (job->ask.stream)
		tell_in_stream(job, at, why);
	else
		tell_in_whole(job, why);
	return true;
}

static bool deliver(struct job *job, struct attempt *at,
		    const struct bill *bill, struct fault *why)
{
	switch (at->verdict) {
	case VERDICT_ANSWERED:
	case VERDICT_EXHAUSTED:
		if (job->ask.stream)
			end_stream(job, at, bill);
		else
			send_whole(job, at, bill);
		return true;
	case VERDICT_GONE: return fault_set(why, FAULT_GONE, "the client left");
	case VERDICT_STOPPED:
		fault_set(why, FAULT_NO_ROUTE,
			  "the gateway is being restarted: try again");
		why->retry_after = 1;
		return tell(job, at, why);
	case VERDICT_NEXT:
	case VERDICT_REFUSED:
	case VERDICT_CUT: failure_tell(job, at, why); return tell(job, at, why);
	}
	return true;
}

bool relay_run(struct job *job, struct fault *why)
{
	struct attempt at;
	struct fault mine = { 0 };
	struct bill bill;
	bool ok;

	if (!job_prepare(job, why))
		return false;
	job->sink.header(job->sink.state, "X-Generation-Id", job->id);
	ask(job, &at);
	ok = settle_attempt(job, &at, &bill, &mine)
		     ? deliver(job, &at, &bill, &mine)
		     : tell(job, &at, &mine);
	attempt_done(&at);
	gateway_served(job->gateway);
	if (!ok && why && why->kind == FAULT_NONE)
		*why = mine;
	return ok;
}
