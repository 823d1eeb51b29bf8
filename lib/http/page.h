#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "http/exchange.h"

#include <stdint.h>

/* Query parameters that choose a page. Absent ones leave *VALUE at OTHERWISE
 * or alone; FAULT_BAD_REQUEST names the wrong ones. */
bool page_number(struct exchange *x, const char *name, int64_t otherwise,
		 int64_t *value, struct fault *why);
bool page_flag(struct exchange *x, const char *name, bool *value,
	       struct fault *why);

/* A whole number from LEAST to MOST; *VALUE is what it is otherwise. */
struct page_bounds {
	int64_t least, most;
};
bool page_between(struct exchange *x, const char *name,
		  struct page_bounds bounds, int64_t *value, struct fault *why);

/* One of CHOICES, which end with NULL; *CHOICE then points into them. */
bool page_choice(struct exchange *x, const char *name,
		 const char *const *choices, const char **choice,
		 struct fault *why);

/* The first of two names that has a text, or NULL; an empty one is none. */
const char *page_text(struct exchange *x, const char *name, const char *other);

/* An account is one workspace: FAULT_NOT_FOUND for a workspace_id that is not
 * the caller's, whether or not it is another's. */
bool page_own_workspace(struct exchange *x, struct fault *why);

/* A time (RFC 3339) or a date, which is its midnight in UTC; milliseconds
 * since 1970, and 0 for what lies before. */
bool page_time(struct exchange *x, const char *name, int64_t *at_ms,
	       struct fault *why);

/*
 * From start_time until before end_time. Without end_time it is until the end
 * of the hour that NOW is in; without start_time from the midnight (UTC) DAYS
 * days before the end, or from 1970 when DAYS is 0. FAULT_BAD_REQUEST when
 * there is nothing in between.
 */
struct page_period {
	int64_t from, to;
};
bool page_period(struct exchange *x, int64_t now, int64_t days,
		 struct page_period *period, struct fault *why);

#endif
