#ifndef RELAY_JOB_H
#define RELAY_JOB_H

#include "base/arena.h"
#include "base/caller.h"
#include "base/sink.h"
#include "base/span.h"
#include "base/trace.h"
#include "domain/catalog.h"
#include "domain/key.h"
#include "domain/ledger.h"
#include "domain/route.h"
#include "relay/gateway.h"
#include "relay/trade.h"
#include "wire/ask.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One client's request on its way: who asks for what, which endpoints may
 * answer, what is held for it, and how far the answer has gone. The program
 * that serves the request fills the first part; the rest is the relay's.
 */
struct job {
	struct gateway *gateway;
	struct arena *arena;
	struct sink sink;
	const struct key *key;
	const char *id; /* the generation's */

	/* Where the key may be one that was remembered: looks it up again and
	 * gives it, or the same pointer when nothing has changed, or NULL with
	 * WHY. Called before anything is refused or when the hold says that
	 * the key is stale. NULL: it was looked up for this request. */
	const struct key *(*renew)(void *asker, struct fault *why);
	void *asker;
	const struct trade *trade;
	struct span body;
	struct caller caller;
	struct trace *trace; /* to be filled in; may be NULL */

	struct ask ask;
	int64_t hold_least; /* nano-dollars, whatever the price */
	int64_t at;	    /* milliseconds since 1970 */
	int64_t started_us; /* clock_ticks_us() */
	const struct catalog *catalog;
	struct plan plan;
	struct hold hold;
	int64_t output_most; /* tokens that all choices together can have */
	bool last_slice;     /* no further one could be held */
	char *failures;	     /* a JSON list's items, comma between; or NULL */
	int attempts;

	int64_t stopping_us; /* since when the process is to end; 0: it is not
			      */
	bool began;	     /* the head has gone out */
	bool content;	     /* and some of what a provider said */
	bool gone;	     /* the client has left */
	int64_t spoke_us;    /* when something last went out */
	bool again;	     /* a comment that a second one is to follow */
};

/* Read, plan and hold: what comes before the first attempt. */
bool job_prepare(struct job *job, struct fault *why);

/* The parts of it: note when it began; hold for the plan. */
void job_start(struct job *job);
bool job_hold(struct job *job, struct fault *why);

/* The process has been told to end, and what could be finished has been. */
bool job_must_stop(struct job *job);

/* How long it has been under way, in milliseconds. */
int64_t job_age_ms(const struct job *job);

/* Write to the client; remember when, and that it has gone if it has. */
bool job_send(struct job *job, const char *bytes, size_t len);
bool job_flush(struct job *job);

/* Send the head. */
bool job_begin(struct job *job, int status, const char *type);

/* Send the head of a stream, with a first comment, or of a whole answer. */
bool job_begin_stream(struct job *job);
bool job_begin_whole(struct job *job);

/*
 * Called while nothing comes from the provider: keeps the client's line alive,
 * with comments in a stream whose head is out or has waited long enough, with
 * spaces before a whole answer. False when the client has left.
 */
bool job_idle(struct job *job);

#endif
