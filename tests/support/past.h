#ifndef SUPPORT_PAST_H
#define SUPPORT_PAST_H

#include "support/books.h"

/*
 * Books with something to look back on: beside acct-1's key there is "key-2"
 * of the same account and "key-x" of acct-2, both with credit; beside model
 * a/m at acme there is b/n (alias "n") at Bolt (alias "bo"). A request is
 * settled a second after it was made; what is not given is a/m at acme by
 * acct-1's first key.
 */
struct past {
	const char *id;
	int64_t at, tokens; /* of output, 10 dollars a million */
	const char *key, *model, *user, *referer, *title;
	enum outcome outcome;
	bool open; /* not settled */
};

/* 2026-02-28T23:00:00Z: an hour, a day and a month end together. */
enum { PAST_MINUTE = 60000, PAST_HOUR = 3600000, PAST_DAY = 86400000 };
extern const int64_t PAST_EVE;

void past_open(struct books *books);
void past_ask(struct books *books, const struct past *past);

#endif
