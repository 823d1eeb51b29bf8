#include "relay/job.h"

#include "base/clock.h"
#include "base/keep.h"
#include "base/wide.h"
#include "store/store.h"

#include <string.h>

/*
 * Apache and lighttpd learn that a client has left only from a write or two
 * after it did, so comments come in pairs; and mod_deflate holds back what is
 * shorter than 69 bytes, so the first one is longer.
 */
static const char first_comment[] =
	": TURNPIKE PROCESSING                                           "
	"                \n\n";
static const char comment[] = ": TURNPIKE PROCESSING\n\n";

enum { PAIR_MS = 300, US = 1000, URL_MOST = 512, WORD_MOST = 256 };

int64_t job_age_ms(const struct job *job)
{
	return (clock_ticks_us() - job->started_us) / US;
}

/* Most of the time that the process has left is for answers that are about to
 * end by themselves; the rest for telling the others and settling. */
bool job_must_stop(struct job *job)
{
	int64_t grace_us = job->gateway->settings->stop_ms * US / 2;

	if (!job->stopping_us && job->sink.stopping(job->sink.state))
		job->stopping_us = clock_ticks_us();
	return job->stopping_us &&
	       clock_ticks_us() - job->stopping_us >= grace_us;
}

bool job_send(struct job *job, const char *bytes, size_t len)
{
	job->gone = job->gone || !job->sink.send(job->sink.state, bytes, len);
	job->spoke_us = clock_ticks_us();
	return !job->gone;
}

bool job_flush(struct job *job)
{
	job->gone = job->gone || !job->sink.flush(job->sink.state);
	return !job->gone;
}

bool job_begin(struct job *job, int status, const char *type)
{
	job->began = true;
	job->gone = !job->sink.begin(job->sink.state, status, type);
	return !job->gone;
}

bool job_begin_stream(struct job *job)
{
	return job_begin(job, 200, "text/event-stream") &&
	       job_send(job, first_comment, strlen(first_comment));
}

bool job_begin_whole(struct job *job)
{
	return job_begin(job, 200, "application/json");
}

static int64_t silent_ms(const struct job *job)
{
	return (clock_ticks_us() - job->spoke_us) / US;
}

static bool idle_stream(struct job *job)
{
	const struct settings *s = job->gateway->settings;

	if (!job->began)
		return job_age_ms(job) < s->commit_head_ms ||
		       (job_begin_stream(job) && job_flush(job));
	if (silent_ms(job) < (job->again ? PAIR_MS : s->heartbeat_ms))
		return true;
	job->again = !job->again;
	return job_send(job, comment, strlen(comment)) && job_flush(job);
}

/* Leading white space is legal JSON. */
static bool idle_whole(struct job *job)
{
	int64_t patience = job->gateway->settings->whole_space_ms;

	if (!job->began)
		return job_age_ms(job) < patience ||
		       (job_begin_whole(job) && job_send(job, " ", 1) &&
			job_flush(job));
	return silent_ms(job) < patience ||
	       (job_send(job, " ", 1) && job_flush(job));
}

bool job_idle(struct job *job)
{
	return job->ask.stream ? idle_stream(job) : idle_whole(job);
}

static bool read_catalogue(struct job *job, struct fault *why)
{
	job->catalog = gateway_catalogue(job->gateway, job->arena,
					 job->key->catalogue_version, why);
	return job->catalog;
}

static bool make_plan(struct job *job, struct fault *why)
{
	struct wish wish = {
		.model = job->ask.model,
		.models = job->ask.models,
		.models_count = job->ask.models_count,
		.key = job->key,
		.kind = "openai",
		.makes = job->trade->makes,
		.prompt_tokens = ask_longest_estimate(&job->ask),
		.output_tokens = job->ask.max_tokens,
		.parameters = job->ask.parameters,
	};

	return preference_read(job->arena, job->ask.provider, &wish.preference,
			       why) &&
	       route_plan(job->catalog, job->arena, &wish, &job->plan, why);
}

static int64_t least_known(int64_t a, int64_t b)
{
	if (!a || !b)
		return a ? a : b;
	return a < b ? a : b;
}

/* The most that one choice can have at this candidate. */
static int64_t output_limit(const struct job *job, const struct candidate *c)
{
	int64_t limit = c->endpoint->output_limit ? c->endpoint->output_limit
						  : c->model->output_limit;

	limit = least_known(limit, job->ask.max_tokens);
	return limit ? limit : job->gateway->settings->output_unknown;
}

/* The bound over all candidates: whichever answers, it is enough. */
static void price_hold(struct job *job)
{
	int64_t prompt = ask_prompt_bound(&job->ask);
	struct hold *h = &job->hold;

	for (size_t i = 0; i < job->plan.count; i++) {
		const struct candidate *c = &job->plan.candidates[i];
		const struct price *price = &c->endpoint->price;
		int64_t context = c->endpoint->context ? c->endpoint->context
						       : c->model->context;
		int64_t nano = price_prompt_bound(
			price,
			least_known(prompt, ask_context(&job->ask, context)));
		int64_t pico = price_output_bound(price);
		int64_t most = output_limit(job, c);

		if (nano > h->prompt_nano)
			h->prompt_nano = nano;
		if (pico > h->output_pico)
			h->output_pico = pico;
		if (most > h->output_tokens)
			h->output_tokens = most;
	}
	job->output_most =
		wide_narrow((wide)h->output_tokens * job->ask.choices);
	if (job->ask.stream && !job->ask.max_tokens)
		h->output_tokens = least_known(
			h->output_tokens, job->gateway->settings->slice_tokens);
	h->output_tokens =
		wide_narrow((wide)h->output_tokens * job->ask.choices);
	h->may_clamp = !job->ask.max_tokens && job->ask.choices &&
		       (job->ask.stream || !job->trade->verbatim);
	if (h->prompt_nano < job->hold_least)
		h->prompt_nano = job->hold_least;
}

static bool costs_nothing(const struct hold *h)
{
	return h->price && h->prompt_nano == 0 && h->output_pico == 0;
}

/* What the limits of the key, its account and free models are asked. */
static struct demand demand(const struct job *job)
{
	const struct settings *s = job->gateway->settings;
	const struct hold *h = &job->hold;
	bool free = costs_nothing(h) && (limits_free(s, job->plan.asked) ||
					 limits_free(s, h->model));

	return (struct demand){
		.arena = job->arena,
		.key = h->key,
		.account = h->account,
		.of_key = job->key->limits,
		.of_account = job->key->account_limits,
		.free = free ? s : NULL,
		.at = h->at,
		.prompt = h->prompt_estimate,
		.output = job->output_most,
		/* What is passed on as it is cannot be told to be shorter. */
		.may_clamp = h->may_clamp && !job->trade->verbatim,
	};
}

static void tell_quota(const struct job *job)
{
	const struct quota *q = &job->hold.demand.quota;
	const struct {
		const char *name;
		int64_t value;
	} headers[] = {
		{ "X-RateLimit-Limit", q->limit },
		{ "X-RateLimit-Remaining", q->remaining },
		{ "X-RateLimit-Reset", q->reset },
	};

	for (size_t i = 0; q->set && i < 3; i++)
		job->sink.header(job->sink.state, headers[i].name,
				 arena_print(job->arena, "%lld",
					     (long long)headers[i].value));
}

/* What is known of a request that may yet be refused. */
static void trace(const struct job *job, bool held)
{
	if (!job->trace)
		return;
	job->trace->model = job->hold.model;
	job->trace->generation = held ? job->id : NULL;
}

static bool take_hold(struct job *job, struct fault *why)
{
	struct gateway *g = job->gateway;
	struct fault first = { 0 };

	if (store_commit(g->store, ledger_hold, &job->hold, &first))
		return true;
	/* What is held for dead processes must not lock anybody out. */
	if (first.kind == FAULT_NO_FUNDS && gateway_sweep_now(g, job->at))
		return store_commit(g->store, ledger_hold, &job->hold, why);
	if (why && why->kind == FAULT_NONE)
		*why = first;
	return false;
}

void job_start(struct job *job)
{
	job->at = clock_now_ms();
	job->started_us = job->spoke_us = clock_ticks_us();
}

bool job_hold(struct job *job, struct fault *why)
{
	const struct candidate *first = &job->plan.candidates[0];
	bool held;

	job->hold = (struct hold){
		.generation = job->id,
		.account = job->key->account,
		.key = job->key->hash,
		.operation = job->trade->operation,
		.model_asked = job->plan.asked,
		.model = first->model->id,
		.endpoint = first->endpoint->id,
		.provider = first->endpoint->provider->slug,
		.holder = job->gateway->holder,
		.price = first->endpoint->price.id,
		.streamed = job->ask.stream,
		.at = job->at,
		.expires_at = job->at + job->gateway->settings->hold_s * 1000,
		.access = job->renew ? job->key->access : 0,
		.prompt_estimate = ask_prompt_estimate(&job->ask),
		.referer = keep_tidy(job->arena, job->caller.referer, URL_MOST),
		.title = keep_tidy(job->arena, job->caller.title, WORD_MOST),
		.end_user = keep_tidy(job->arena, job->ask.user, WORD_MOST),
		.session = keep_tidy(job->arena, job->ask.session, WORD_MOST),
		.agent = keep_tidy(job->arena, job->caller.agent, WORD_MOST),
	};
	price_hold(job);
	job->hold.demand = demand(job);
	held = take_hold(job, why);
	trace(job, held);
	job->output_most = job->hold.demand.granted;
	if (held || (why && why->kind == FAULT_TOO_MANY))
		tell_quota(job);
	return held;
}

static bool plan_and_hold(struct job *job, struct fault *why)
{
	return read_catalogue(job, why) && make_plan(job, why) &&
	       job_hold(job, why);
}

/*
 * Is there another answer than WHY, because the key is no longer what it was
 * remembered to be? Then WHY is forgotten, or says that the key is void.
 */
static bool renew(struct job *job, struct fault *why)
{
	struct fault reason = { 0 };
	const struct key *key =
		job->renew ? job->renew(job->asker, &reason) : job->key;

	if (key == job->key)
		return false;
	*why = reason;
	if (key)
		job->key = key;
	return key;
}

/* What cannot be read is refused with any key that is one. */
static bool read_body(struct job *job, struct fault *why)
{
	struct fault unread;

	if (job->trade->read(job->arena, job->body, &job->ask, why))
		return true;
	unread = *why;
	if (renew(job, why))
		*why = unread;
	return false;
}

bool job_prepare(struct job *job, struct fault *why)
{
	enum { CHANGES_MOST = 8 }; /* while one request is prepared */
	struct fault first = { 0 };
	bool ready;

	job_start(job);
	ready = read_body(job, &first);
	if (ready) {
		ready = plan_and_hold(job, &first);
		for (int i = 0;
		     !ready && i < CHANGES_MOST && renew(job, &first); i++)
			ready = plan_and_hold(job, &first);
	}
	if (!ready && why && why->kind == FAULT_NONE)
		*why = first;
	return ready;
}
