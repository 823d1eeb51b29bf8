#ifndef RELAY_ATTEMPT_H
#define RELAY_ATTEMPT_H

#include "relay/job.h"
#include "relay/meter.h"
#include "upstream/call.h"
#include "wire/openai.h"
#include "wire/sse.h"

/* One candidate asked, once. */
enum verdict {
	VERDICT_ANSWERED,
	VERDICT_NEXT,	   /* failed before any content: another may try */
	VERDICT_REFUSED,   /* failed in a way that no other will mend */
	VERDICT_CUT,	   /* broke off after content had gone out */
	VERDICT_EXHAUSTED, /* the credit did not reach further */
	VERDICT_GONE,	   /* the client left */
	VERDICT_STOPPED,   /* this process has been told to end */
};

struct attempt {
	struct job *job;
	const struct candidate *candidate;
	enum verdict verdict;
	struct call_report report;
	struct call_head head;
	struct meter meter;
	int64_t first_token_us; /* -1: none came */
	int64_t done_us;	/* when the stream's end mark came; -1 */

	/* Why it failed. STATUS is the provider's; 0 when it sent none. */
	int status;
	struct fault fault;

	/* What has come: a whole answer, an error's body, the events before the
	 * first content, or the last that told nothing but usage. */
	struct buf body, held_back, usage, out;
	struct openai_facts facts; /* of the whole answer in `body` */
	struct sse sse;
	bool streaming;	    /* the provider answers with a stream */
	const char *secret; /* the credential that was used, or "" */
};

/* Its parts: make it, which attempt_done() undoes; open the credential, which
 * is then `secret`; what time there is. */
void attempt_init(struct job *job, const struct candidate *candidate,
		  struct attempt *attempt);
bool attempt_unseal(struct attempt *attempt);
struct call_clocks attempt_clocks(const struct job *job);

/* Ask the candidate; all but what a whole answer says has then gone to the
 * client. attempt_done() frees what it holds. */
void attempt_run(struct job *job, const struct candidate *candidate,
		 struct attempt *attempt);
void attempt_done(struct attempt *attempt);

/* The dress for what goes to the client, without usage. */
struct openai_dress attempt_dress(const struct attempt *attempt);

/* What the attempt has come to, and what of it the client pays. */
struct bill {
	struct reading reading;
	struct cost cost;
	int64_t charge; /* what the hold covers of it */
};
struct bill attempt_bill(const struct attempt *attempt, bool whole);

/* Dress with usage and its cost, in decimal text in memory of A. */
void attempt_price(struct arena *a, const struct bill *bill,
		   struct openai_dress *dress);

#endif
