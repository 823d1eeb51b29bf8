#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/arena.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Everything an operator may turn; the table in settings.c tells each one's
 * meaning, default and bounds. Times are milliseconds or seconds by their
 * names, sizes bytes, counts plain.
 */
struct settings {
	const char *home;     /* where the files below are, unless absolute */
	const char *database; /* the SQLite file */
	const char *sealing_key; /* what provider credentials are sealed with */
	const char *log_file;	 /* empty: standard error */
	bool log_requests;	 /* a line for each */
	const char *metrics;	 /* who sees all: "token", "loopback", "open";
				    "off": nobody sees any */
	const char *metrics_token; /* a file; empty: there is none */
	int64_t metrics_models;	   /* that have labels of their own */
	const char *journal;	   /* "wal" or "rollback" */
	const char *synchronous;   /* "normal" or "full" */
	const char *base_path;	   /* what the web server puts before /v1 */
	bool sandbox;		   /* the make-believe provider answers */
	bool public_models;	   /* the catalogue is shown without a key */
	int64_t connections;	  /* database connections; 0: twice the cores */
	int64_t busy_wait_ms;	  /* patience with another writer */
	int64_t body_limit;	  /* request bodies, bytes */
	int64_t proxy_body_limit; /* the same where they are passed on */
	bool proxy_unpriced;	  /* pass on what has no price */
	int64_t proxy_hold;	  /* held for it, micro-dollars */
	int64_t answer_limit;	  /* whole answers of providers, bytes */
	int64_t event_limit;	  /* one event of a stream, bytes */
	int64_t max_threads;	  /* requests at a time in a process */
	int64_t spare_threads;	  /* kept waiting for the next request */
	int64_t stop_ms;	  /* what is under way gets, after SIGTERM */
	int64_t send_ms;	  /* how long a client may not read */
	int64_t connect_ms;	  /* the four clocks of an attempt */
	int64_t first_byte_ms;
	int64_t idle_ms;
	int64_t total_ms;
	int64_t attempts;	 /* at the most, for one request */
	int64_t commit_head_ms;	 /* a stream's head waits for content so long */
	int64_t heartbeat_ms;	 /* a silent stream's comments */
	int64_t whole_space_ms;	 /* a slow whole answer's spaces */
	int64_t retry_after_max; /* seconds; longer: next candidate */
	int64_t sse_pad;	 /* bytes of padding in an event's flush */
	int64_t slice_tokens;	 /* a stream is held for so many at a time */
	int64_t hold_s;		 /* a hold whose process can't be seen lasts */
	int64_t output_unknown;	 /* tokens, where a model has no limit */
	const char *free_models; /* what the next four are for: "variants"
				    (those named ":free"), "all", "none" */
	int64_t free_per_minute; /* requests of an account, for free models */
	int64_t free_per_day;
	int64_t free_per_day_bought; /* where so much credit was bought: */
	int64_t free_bought;	     /* dollars */
};

/*
 * Fill S from the defaults, then the `name = value` lines of the file PATH
 * (NULL: no file), then the environment, where the name is in capitals with
 * TURNPIKE_ before it. A bad value's fault names the setting, its bounds and
 * its line. Texts are in memory of A.
 */
bool settings_read(struct arena *a, const char *path, struct settings *s,
		   struct fault *why);

/*
 * As programs do it: the home is $TURNPIKE_HOME, or else the first of
 * "../var", "../../var" and "../../../turnpike" beside the program that has
 * a turnpike.conf, or else /var/lib/turnpike; the file is turnpike.conf in it.
 * File names in S come back absolute.
 */
bool settings_find(struct arena *a, struct settings *s, struct fault *why);

/* The whole table as a commented file: what `turnpike settings` prints. */
const char *settings_print(struct arena *a);

#endif
