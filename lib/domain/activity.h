#ifndef DOMAIN_ACTIVITY_H
#define DOMAIN_ACTIVITY_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/generation.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an account has asked, one settled generation after the other, newest
 * first. However rare what is looked for and however far down the page, few
 * rows are read in vain: the tallies tell which hours have any, and users and
 * applications have indices of their own.
 */

/* Whose, made from FROM until before TO (milliseconds since 1970, neither
 * below zero). Texts that are NULL are any. An app is known by its address,
 * and by its title if it sends none. */
struct activity_query {
	const char *account;
	int64_t from, to;
	const char *key, *model, *provider, *user, *app;
};

/*
 * Put ids in the place of names: a model's alias, a provider's other name or
 * spelling. FAULT_NOT_FOUND when the key is none of the account's; one that
 * was deleted still is.
 */
bool activity_resolve(struct db *db, struct arena *a,
		      struct activity_query *query, struct fault *why);

/* A stretch of time that has some of what is looked for. */
struct stretch {
	int64_t from, until; /* both inside */
	int64_t count;	     /* -1: not known */
};

enum { ACTIVITY_ID = 128 };

/* A place among them. Its lists are ARENA's, with which it was opened. Of the
 * stretches that are left a day becomes its hours when it is reached. */
struct activity {
	struct arena *arena;
	struct activity_query query;
	int64_t total;		   /* how many there are; -1: not counted */
	struct stretch *stretches; /* newest first, those gone by left out */
	size_t left;
	int64_t skip;
	char before[ACTIVITY_ID]; /* the last one's id, or "~" */
};

/* Before the newest but SKIP. What matches a user or an app is not counted. */
bool activity_open(struct db *db, struct arena *a,
		   const struct activity_query *query, int64_t skip,
		   struct activity *activity, struct fault *why);

/* The next ones, at most MOST; fewer only at the end. */
struct activity_list {
	struct generation *rows;
	size_t count;
};
bool activity_next(struct db *db, struct arena *a, struct activity *activity,
		   size_t most, struct activity_list *next, struct fault *why);

#endif
