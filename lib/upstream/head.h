#ifndef UPSTREAM_HEAD_H
#define UPSTREAM_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/*
 * What we read of an answer's head. Texts are short printable ASCII or empty:
 * they go into records and answers of our own, so what is longer or stranger
 * is left out rather than cut or quoted.
 */
enum {
	HEAD_TEXT = 160,
	HEAD_DATE = 40,
	HEAD_WAIT_MAX = 24 * 60 * 60, /* a provider's longest believed wait */
};

struct head {
	int status;
	char type[HEAD_TEXT], request_id[HEAD_TEXT];

	/* As given, or -1; head_retry_after() makes one number of them. */
	int64_t wait_s, wait_ms;
	time_t wait_until;
	char date[HEAD_DATE]; /* read only where a wait counts from it */
};

/* Nothing read yet. */
void head_init(struct head *h);

/* Take one line, with or without its line end. A status line starts anew, so
 * that nothing of an interim (1xx) answer stays. */
void head_line(struct head *h, const char *line, size_t len);

/* Seconds to wait, rounded up, from 0 to HEAD_WAIT_MAX; -1 when the provider
 * gave no time that can be read. A date counts from the answer's own Date, so
 * that clocks need not agree, or else from NOW. */
int head_retry_after(const struct head *h, time_t now);

#endif
