#include "relay/attempt.h"

#include "base/clock.h"
#include "base/money.h"
#include "relay/failure.h"
#include "relay/stream.h"
#include "wire/quirks.h"

#include <string.h>
#include <strings.h>

enum {
	ERROR_BODY_MOST = 64 * 1024,
	GRACE_US = 250000, /* for a stream to close behind its end mark */
	LENGTH_MOST = 1 << 30,
	DRESS_MOST = 64 * 1024, /* what an answer may grow by */
};

static bool is_stream(const char *type)
{
	return !strncasecmp(type, "text/event-stream", 17);
}

static bool on_head(void *who, const struct call_head *head)
{
	struct attempt *at = who;
	const struct settings *s = at->job->gateway->settings;

	at->head = *head;
	at->status = head->status;
	at->streaming = head->status == 200 && is_stream(head->type);
	buf_init(&at->body, head->status == 200 ? (size_t)s->answer_limit
						: ERROR_BODY_MOST);
	return true;
}

/* An error's body is read as far as it is of use; a whole answer wholly. */
static bool collect(struct attempt *at, const char *bytes, size_t len)
{
	size_t room = at->body.ceiling - at->body.len;

	if (at->status != 200 && len > room) {
		buf_add(&at->body, bytes, room);
		return false;
	}
	buf_add(&at->body, bytes, len);
	if (buf_fits(&at->body))
		return true;
	return failure_set(at, FAULT_UPSTREAM,
			   "the provider's answer is too large");
}

static bool on_body(void *who, const char *bytes, size_t len)
{
	struct attempt *at = who;

	if (at->streaming && at->job->ask.stream)
		return stream_feed(at, bytes, len);
	return collect(at, bytes, len);
}

static bool on_tick(void *who)
{
	struct attempt *at = who;
	struct job *job = at->job;

	if (at->done_us >= 0 && clock_ticks_us() - at->done_us > GRACE_US)
		return false;
	if (job_must_stop(job)) {
		at->verdict = VERDICT_STOPPED;
		return false;
	}
	return job_idle(job);
}

bool attempt_unseal(struct attempt *at)
{
	const struct provider *p = at->candidate->endpoint->provider;
	const struct gateway *g = at->job->gateway;

	at->secret = "";
	if (p->credential_count == 0)
		return true;
	if (g->sealed.kind != FAULT_NONE)
		return failure_set(at, FAULT_INTERNAL, "%s", g->sealed.text);
	return seal_open(&g->seal, at->job->arena, p->credentials[0].sealed,
			 &at->secret, &at->fault);
}

static const char *const *headers(struct attempt *at)
{
	struct arena *a = at->job->arena;
	const char **lines = arena_take(a, 6 * sizeof(*lines));
	size_t n = 0;

	lines[n++] = "Content-Type: application/json";
	lines[n++] = at->job->ask.stream ? "Accept: text/event-stream"
					 : "Accept: application/json";
	lines[n++] = "User-Agent: Turnpike";
	if (*at->secret)
		lines[n++] = arena_join(a, "Authorization: Bearer ", at->secret,
					NULL);
	lines[n] = NULL;
	return lines;
}

/* What the hold pays for and the limits bear, where the client set no bound
 * itself. A stream's hold grows as it goes. */
static int64_t clamp(const struct job *job)
{
	const struct hold *h = &job->hold;
	int64_t most = h->demand.granted;

	if (!job->ask.stream && h->granted_tokens < most)
		most = h->granted_tokens;
	if (!h->may_clamp || most >= h->demand.output)
		return 0;
	most /= job->ask.choices;
	return most ? most : 1;
}

static int64_t time_left(const struct job *job)
{
	int64_t left = job->gateway->settings->total_ms - job_age_ms(job);

	return left > 0 ? left : 1;
}

struct call_clocks attempt_clocks(const struct job *job)
{
	const struct settings *s = job->gateway->settings;

	return (struct call_clocks){ .connect = s->connect_ms,
				     .head = s->first_byte_ms,
				     .idle = s->idle_ms,
				     .total = time_left(job) };
}

static void call(struct attempt *at)
{
	const struct endpoint *e = at->candidate->endpoint;
	struct job *job = at->job;
	struct openai_request how = { .model = at->candidate->native,
				      .clamp = clamp(job),
				      .quirks =
					      quirks_read(e->provider->quirks),
				      .completion = job->trade->completion };
	struct call_ear ear = {
		.head = on_head, .body = on_body, .tick = on_tick, .who = at
	};
	struct call c = {
		.method = "POST",
		.url = arena_join(job->arena, e->provider->base_url,
				  job->trade->path, NULL),
		.headers = headers(at),
		.clocks = attempt_clocks(job),
	};
	struct buf request;

	c.watch = job->sink.watch(job->sink.state, &c.watch_events);
	buf_init(&request, LENGTH_MOST);
	openai_write_request(job->body, &how, &request);
	c.body = (struct span){ request.text, request.len };
	call_run(job->gateway->pool, &c, &ear, &at->report);
	buf_done(&request);
}

void attempt_init(struct job *job, const struct candidate *candidate,
		  struct attempt *at)
{
	const struct settings *s = job->gateway->settings;
	size_t event_limit = (size_t)s->event_limit;
	size_t whole =
		(size_t)(s->answer_limit > s->event_limit ? s->answer_limit
							  : s->event_limit);

	*at = (struct attempt){ .job = job,
				.candidate = candidate,
				.verdict = VERDICT_ANSWERED,
				.first_token_us = -1,
				.done_us = -1 };
	buf_init(&at->body, ERROR_BODY_MOST);
	buf_init(&at->held_back, event_limit);
	buf_init(&at->usage, event_limit);
	buf_init(&at->out, whole + DRESS_MOST);
	sse_init(&at->sse, event_limit, stream_event, at);
}

void attempt_run(struct job *job, const struct candidate *candidate,
		 struct attempt *at)
{
	attempt_init(job, candidate, at);
	if (attempt_unseal(at))
		call(at);
	else
		at->verdict = VERDICT_NEXT;
	failure_judge(at);
}

void attempt_done(struct attempt *at)
{
	buf_done(&at->body);
	buf_done(&at->held_back);
	buf_done(&at->usage);
	buf_done(&at->out);
	sse_done(&at->sse);
}

struct openai_dress attempt_dress(const struct attempt *at)
{
	return (struct openai_dress){
		.id = at->job->id,
		.model = at->candidate->model->id,
		.provider = at->candidate->endpoint->provider->name,
		.completion = at->job->trade->completion,
		.called = at->meter.called,
		.created = at->job->at / 1000,
	};
}

struct bill attempt_bill(const struct attempt *at, bool whole)
{
	const struct candidate *c = at->candidate;
	int64_t context =
		c->endpoint->context ? c->endpoint->context : c->model->context;
	const struct ask *ask = &at->job->ask;
	struct bill bill = { .reading = meter_read(&at->meter, ask,
						   ask_context(ask, context),
						   whole) };
	int64_t held = at->job->hold.held;

	bill.cost = price_cost(&c->endpoint->price, &bill.reading.tokens);
	bill.charge = bill.cost.all < held ? bill.cost.all : held;
	return bill;
}

void attempt_price(struct arena *a, const struct bill *bill,
		   struct openai_dress *dress)
{
	dress->usage = true;
	dress->tokens = &bill->reading.tokens;
	dress->cost = money_print(a, bill->charge, NANO_DIGITS);
	dress->prompt_cost = money_print(a, bill->cost.prompt, NANO_DIGITS);
	dress->completion_cost =
		money_print(a, bill->cost.completion, NANO_DIGITS);
}
