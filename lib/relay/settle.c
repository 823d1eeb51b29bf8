#include "relay/settle.h"

#include "base/clock.h"
#include "base/keep.h"
#include "store/store.h"

static enum outcome outcome(const struct attempt *at)
{
	switch (at->verdict) {
	case VERDICT_ANSWERED: return OUTCOME_ANSWERED;
	case VERDICT_GONE: return OUTCOME_CANCELLED;
	case VERDICT_CUT:
	case VERDICT_EXHAUSTED: return OUTCOME_CUT;
	case VERDICT_STOPPED:
		return at->job->content ? OUTCOME_CUT : OUTCOME_FAILED;
	case VERDICT_NEXT:
	case VERDICT_REFUSED: return OUTCOME_FAILED;
	}
	return OUTCOME_FAILED;
}

/*
 * Who is not charged: a request that no provider answered, one whose client
 * left before a provider had it, and one that came to nothing by the
 * provider's fault (no output, and no finish or an error: zero completion
 * insurance).
 */
static bool free_of_charge(const struct attempt *at, enum outcome outcome,
			   const struct reading *reading)
{
	if (outcome == OUTCOME_FAILED)
		return true;
	if (outcome == OUTCOME_CANCELLED)
		return !at->report.sent;
	return tokens_completion(&reading->tokens) == 0 && !at->meter.finish &&
	       !at->meter.events;
}

static struct bill bill_of(const struct attempt *at, enum outcome outcome)
{
	struct bill bill = attempt_bill(at, outcome == OUTCOME_ANSWERED);

	if (!free_of_charge(at, outcome, &bill.reading))
		return bill;
	return (struct bill){ 0 };
}

static int64_t since(const struct job *job, int64_t at_us)
{
	return at_us < 0 ? -1 : (at_us - job->started_us) / 1000;
}

static const char *finish(const struct attempt *at)
{
	if (at->verdict == VERDICT_EXHAUSTED)
		return "length";
	if (at->verdict == VERDICT_CUT)
		return "error";
	return at->meter.finish;
}

static int64_t status(const struct job *job, const struct attempt *at)
{
	if (at->verdict == VERDICT_GONE)
		return fault_status(FAULT_GONE);
	if (job->trade->verbatim && at->status)
		return at->status;
	if (job->began || at->fault.kind == FAULT_NONE)
		return 200;
	return fault_status(at->fault.kind);
}

static void trace(const struct job *job, const struct settlement *s)
{
	if (!job->trace)
		return;
	*job->trace = (struct trace){
		.generation = s->generation,
		.model = s->model,
		.provider = s->provider,
		.outcome = outcome_name(s->outcome),
		.charge = s->charge,
		.error = keep(job->arena, s->error),
	};
}

bool settle_attempt(struct job *job, const struct attempt *at,
		    struct bill *bill, struct fault *why)
{
	const struct endpoint *e = at->candidate->endpoint;
	struct settlement s = {
		.generation = job->id,
		.account = job->key->account,
		.key = job->key->hash,
		.model = at->candidate->model->id,
		.endpoint = e->id,
		.provider = e->provider->slug,
		.outcome = outcome(at),
		.finish = finish(at),
		.native_finish = at->meter.native_finish,
		.error = at->fault.kind ? at->fault.text : NULL,
		.upstream_id = at->meter.upstream_id,
		.status = status(job, at),
		.at = clock_now_ms(),
		.first_token_ms = since(job, at->first_token_us),
		.total_ms = job_age_ms(job),
		.attempt_ms = at->report.total_us / 1000,
	};

	*bill = bill_of(at, s.outcome);
	s.tokens = bill->reading.tokens;
	s.estimated = bill->reading.estimated;
	s.disputed = bill->reading.disputed;
	s.cost = bill->cost.all;
	if (s.cost || tokens_prompt(&s.tokens) || tokens_completion(&s.tokens))
		s.price = e->price.id;
	if (job->failures)
		s.failures = arena_print(job->arena, "[%s]", job->failures);
	if (!store_commit(job->gateway->store, ledger_settle, &s, why))
		return false;
	trace(job, &s);
	return true;
}
