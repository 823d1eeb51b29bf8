#ifndef UPSTREAM_CALL_H
#define UPSTREAM_CALL_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One HTTP call to a provider, made by the calling thread, which is called
 * back as the answer comes. Only http and https, by HTTP/1.1; redirects are not
 * followed; no proxy from the environment; gzip nobody asked for is undone with
 * a ceiling.
 */
struct pool;

/* The four clocks, in milliseconds; 0 is none. */
struct call_clocks {
	int64_t connect; /* until the name is found and the connection stands,
			    with TLS */
	int64_t head;	 /* from the request's end to the answer's head */
	int64_t idle;	 /* between two pieces of the answer's body */
	int64_t total;
};

struct call {
	const char *method, *url;
	/* "Name: value", ends with NULL. Those that describe the connection or
	 * the body's form (Host, Content-Length, ...) are left out. */
	const char *const *headers;
	struct span body;
	/* Unless this is 0, the body is so many bytes of the file in place of
	 * `body`, from its start. */
	int64_t file_bytes;
	int file;
	struct call_clocks clocks;
	size_t ceiling; /* of the answer's body, undone; 0: none */

	/* Any of these events on this descriptor, or POLLERR or POLLHUP, ends
	 * the call; -1: none. POLLRDHUP counts as POLLIN. */
	int watch;
	short watch_events;
};

struct call_head {
	int status;
	const char *type;	/* Content-Type, or "" */
	int retry_after;	/* seconds from Retry-After (number, date) or
				   retry-after-ms, rounded up; -1: not given */
	const char *request_id; /* the provider's, or "" */
};

/*
 * Who listens. head() comes once, before the first body(). Each may return
 * false to end the call (CALL_STOPPED); the provider then sees a closed
 * connection. tick() comes at least every TICK_MS while nothing else does;
 * it may be NULL. So may header(), which comes before head() for each line of
 * it, as it is but for the line's end.
 */
enum { CALL_TICK_MS = 100 };

struct call_ear {
	bool (*head)(void *who, const struct call_head *head);
	bool (*body)(void *who, const char *bytes, size_t len);
	bool (*tick)(void *who);
	void *who;
	void (*header)(void *who, const char *line, size_t len);
};

enum call_end {
	CALL_DONE,	  /* the whole answer has come */
	CALL_BAD_ADDRESS, /* no such host; a URL, method or header that cannot
			     be sent */
	CALL_NO_CONNECT,  /* refused, unreachable, TLS failed, or timed out */
	CALL_HEAD_LATE,
	CALL_IDLE,
	CALL_TOTAL_LATE,
	CALL_BROKEN,	/* the connection broke, or the answer is not HTTP */
	CALL_TOO_LARGE, /* past the ceiling; or the head is too large, or a
			   packed body unpacks to far more than it was */
	CALL_STOPPED,	/* the ear said so */
	CALL_GONE,	/* an event on the watched descriptor */
};

struct call_report {
	enum call_end end;
	char text[256]; /* what went wrong; never holds a header */
	bool sent;	/* the request reached the provider, or may have */
	bool fresh_connection; /* a new one was made */
	int64_t connect_us, first_byte_us, total_us;
};

/*
 * Threads share a pool; see pool.h. REPORT is filled always. A request reaches
 * the provider twice only when a kept-alive connection turns out to be closed
 * within a second and without a byte of answer; on a fresh one, never.
 */
enum call_end call_run(struct pool *pool, const struct call *call,
		       const struct call_ear *ear, struct call_report *report);

#endif
