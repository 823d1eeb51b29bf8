#ifndef WIRE_SANDBOX_SCRIPT_H
#define WIRE_SANDBOX_SCRIPT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the usage object of an answer looks like. */
enum sandbox_usage {
	SANDBOX_USAGE_TRUE,
	SANDBOX_USAGE_ABSENT,
	SANDBOX_USAGE_NULL,
	SANDBOX_USAGE_NEGATIVE,
	SANDBOX_USAGE_HUGE,
	SANDBOX_USAGE_ZERO,
	SANDBOX_USAGE_FRACTION,
	SANDBOX_USAGE_TEXT,
	SANDBOX_USAGE_PARTS,	  /* a part larger than its whole */
	SANDBOX_USAGE_CUMULATIVE, /* counted up, on every event */
	SANDBOX_USAGE_FINISH,	  /* on the event that has the finish reason */
	SANDBOX_USAGE_TWICE,
	SANDBOX_USAGES,
};

/* What people write for them. */
extern const char *const sandbox_usages[SANDBOX_USAGES];

/*
 * How the make-believe provider is asked to misbehave. Numbers that were not
 * given are -1, texts NULL. Events are counted from 1, and a whole answer's
 * bytes stand for events: cut=100 cuts a stream after 100 events and a whole
 * answer after 100 bytes.
 */
struct sandbox_script {
	/* Before the head. */
	int64_t status, delay_ms;
	int64_t retry_after, retry_after_date, retry_after_ms;
	const char *reject; /* the parameter that is not taken */
	const char *code;   /* error.code of whatever error comes */
	bool html;	    /* errors are a web page */

	/* The course of the answer. */
	int64_t first_ms, pace_ms, per_event;
	int64_t cut, snap, stall, malformed, error, bare_error;
	bool nodone, nofinish, noblank;

	/* What is in it. */
	int64_t tokens, thoughts, size;
	int64_t cached, cache_write;
	const char *finish, *tier;
	enum sandbox_usage usage;
	bool empty, echo_request;

	/* How it is written. */
	bool bytes, crlf, gzip, comments;
};

/* A directive, for the documentation and its test. */
struct sandbox_directive {
	const char *name;
	enum {
		DIRECTIVE_FLAG,
		DIRECTIVE_NUMBER,
		DIRECTIVE_TEXT,
		DIRECTIVE_USAGE,
		DIRECTIVE_AT
	} kind;
	size_t place;
	int64_t least, most;
};

/* Ends with an empty one. */
extern const struct sandbox_directive sandbox_directives[];

void sandbox_script_init(struct sandbox_script *s);

/*
 * Read directives ("delay=500+pace=20 gzip"; '+', ',', ';' and white space
 * part them) on top of what S says already. What follows at=NAME, up to the
 * next at=, counts only when NAME is MOUNT. FAULT_BAD_REQUEST for an unknown
 * directive or a bad value; S may then be half changed.
 */
bool sandbox_script_read(struct arena *a, struct sandbox_script *s,
			 struct span text, const char *mount,
			 struct fault *why);

#endif
