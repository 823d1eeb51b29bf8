#include "http/page.h"

#include "base/clock.h"
#include "domain/key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MOST = 1000000 };

static const int64_t hour_ms = 3600000, day_ms = 86400000;

/* strtoll() alone would take "+7" and " 7". */
static bool read_number(const char *text, int64_t *number)
{
	char *end;

	if (*text != '-' && (*text < '0' || *text > '9'))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return !errno && end != text && !*end;
}

bool page_between(struct exchange *x, const char *name,
		  struct page_bounds bounds, int64_t *value, struct fault *why)
{
	const char *text = exchange_query(x, name);
	int64_t number;

	if (!text)
		return true;
	if (!read_number(text, &number) || number < bounds.least ||
	    number > bounds.most)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a number from %" PRId64
				 " to %" PRId64,
				 name, bounds.least, bounds.most);
	*value = number;
	return true;
}

bool page_number(struct exchange *x, const char *name, int64_t otherwise,
		 int64_t *value, struct fault *why)
{
	*value = otherwise;
	return page_between(x, name, (struct page_bounds){ 0, NUMBER_MOST },
			    value, why);
}

bool page_flag(struct exchange *x, const char *name, bool *value,
	       struct fault *why)
{
	const char *text = exchange_query(x, name);

	if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
	    strcmp(text, "1") != 0 && strcmp(text, "0") != 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be true or false", name);
	if (text)
		*value = *text == 't' || *text == '1';
	return true;
}

/* "a, b or c". */
static const char *listed(struct arena *a, const char *const *choices)
{
	const char *text = choices[0];

	for (size_t i = 1; choices[i]; i++)
		text = arena_print(a, "%s%s%s", text,
				   choices[i + 1] ? ", " : " or ", choices[i]);
	return text;
}

bool page_choice(struct exchange *x, const char *name,
		 const char *const *choices, const char **choice,
		 struct fault *why)
{
	const char *text = exchange_query(x, name);

	if (!text)
		return true;
	for (size_t i = 0; choices[i]; i++)
		if (!strcmp(choices[i], text)) {
			*choice = choices[i];
			return true;
		}
	return fault_set(why, FAULT_BAD_REQUEST, "%s must be %s", name,
			 listed(x->arena, choices));
}

const char *page_text(struct exchange *x, const char *name, const char *other)
{
	const char *text = exchange_query(x, name);

	if (text && *text)
		return text;
	return other ? page_text(x, other, NULL) : NULL;
}

bool page_own_workspace(struct exchange *x, struct fault *why)
{
	const char *workspace = page_text(x, "workspace_id", NULL);

	return !workspace || !strcmp(workspace, x->key->account) ||
	       fault_set(why, FAULT_NOT_FOUND, "no workspace_id '%.100s'",
			 workspace);
}

bool page_time(struct exchange *x, const char *name, int64_t *at_ms,
	       struct fault *why)
{
	const char *text = exchange_query(x, name);
	int64_t at;

	if (!text)
		return true;
	if (!clock_read(text, &at) &&
	    !clock_read(arena_print(x->arena, "%sT00:00:00Z", text), &at))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a time like 2026-04-03T10:00:00Z, "
				 "or a date",
				 name);
	*at_ms = at > 0 ? at : 0;
	return true;
}

bool page_period(struct exchange *x, int64_t now, int64_t days,
		 struct page_period *period, struct fault *why)
{
	int64_t to = now - now % hour_ms + hour_ms, from = 0;

	if (!page_time(x, "end_time", &to, why))
		return false;
	if (days && to > 0)
		from = clock_day_start(to - 1) - days * day_ms;
	if (from < 0)
		from = 0;
	if (!page_time(x, "start_time", &from, why))
		return false;
	if (from >= to)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "start_time must be before end_time%s",
				 exchange_query(x, "end_time") ? ""
							       : ", which is "
								 "now");
	*period = (struct page_period){ from, to };
	return true;
}
