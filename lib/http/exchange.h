#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "base/arena.h"
#include "base/caller.h"
#include "base/fault.h"
#include "base/settings.h"
#include "base/sink.h"
#include "base/span.h"
#include "base/trace.h"
#include "http/channel.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct log;
struct store;
struct key;
struct keyring;

/*
 * What all requests of a process share; made in main, never changed after.
 * `own` is what the program's start() made for itself.
 */
struct suite {
	const struct settings *settings;
	struct store *store;
	struct log *log;	 /* NULL: standard error */
	struct keyring *keyring; /* NULL: keys are looked up for each request */
	void *own;
};

/* One request and its answer. All its memory is the arena's. */
struct exchange {
	struct arena *arena;
	struct channel *channel;
	const struct suite *suite;
	const struct key *key; /* who asks; NULL on a route without a key */
	const char *id;	       /* "gen-...": names the request in logs */
	const char *method;
	const char *path;    /* decoded, normalised, behind base path and /v1 */
	const char *raw;     /* the same before its last decoding: "%2F" is no
				separator yet */
	const char *tail;    /* what a route's '*' stood for, or "" */
	const char *query;   /* raw, without '?'; "" when there is none */
	struct span body;    /* after exchange_body() */
	const char *headers; /* lines that begin() will send */
	bool read, began, gone;

	/* For the log's line about it. */
	int status;	    /* 0 until it has begun */
	int64_t sent;	    /* bytes of the answer's body */
	int64_t started_us; /* clock_ticks_us() */
	struct trace trace;
};

/* A query parameter (decoded) or header, or NULL; an empty header is NULL.
 * Name headers as clients do: "X-Title". */
const char *exchange_query(struct exchange *x, const char *name);
const char *exchange_header(struct exchange *x, const char *name);

/* A CGI variable; NULL when it is empty, as some web servers have it. */
const char *exchange_variable(const struct exchange *x, const char *name);

/* The attribution headers, by both systems' names. */
struct caller exchange_caller(struct exchange *x);

/*
 * Read the whole body into x->body. FAULT_TOO_LARGE past the body_limit, after
 * the rest has been read and dropped; FAULT_BAD_REQUEST when it is shorter
 * than announced or the client broke off.
 */
bool exchange_body(struct exchange *x, struct fault *why);

/* The body as a JSON object, bound to the arena. FAULT_BAD_REQUEST, with the
 * place, when it is none; an empty body is an empty object. */
bool exchange_object(struct exchange *x, json_t **object, struct fault *why);

/* Add a header line to the answer; only before it has begun. Control characters
 * in VALUE become spaces; a NAME that is none, and what goes beyond the 3 KiB
 * that web servers bear, is left out. */
void exchange_add_header(struct exchange *x, const char *name,
			 const char *value);

/*
 * Send the head, after the body has been read to its end or dropped. Nothing
 * that can fail with a status may follow. "text/event-stream" comes with what
 * keeps web servers from buffering; nothing is to be cached, unless a header
 * Cache-Control says otherwise.
 */
bool exchange_begin(struct exchange *x, int status, const char *type);

/* False when the client is gone. HEAD gets no body: it is dropped here. */
bool exchange_send(struct exchange *x, const char *bytes, size_t len);
bool exchange_flush(struct exchange *x);

/* Answer with one text. False when the client is gone. */
bool exchange_text(struct exchange *x, int status, const char *type,
		   const char *text);

/* Answer with one JSON value. Takes the reference, also on failure. */
bool exchange_json(struct exchange *x, int status, json_t *body,
		   struct fault *why);

/* This exchange as the place a relayed answer goes to. */
struct sink exchange_sink(struct exchange *x);

#endif
