#include "bin/commands/value.h"

#include "base/clock.h"
#include "base/money.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	RATE_DIGITS = 6, /* dollars a million tokens, in pico-dollars a token */
};

static bool refuse(const struct option *o, const char *text, const char *wants,
		   struct fault *why)
{
	return fault_set(why, FAULT_BAD_REQUEST, "--%s: '%.100s' is not %s",
			 o->name, text, wants);
}

static bool whole(const char *text, int64_t least, int64_t most,
		  int64_t *number)
{
	char *end;
	long long read;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	read = strtoll(text, &end, 10);
	if (errno || *end || read < least || read > most)
		return false;
	*number = read;
	return true;
}

static bool read_count(struct arena *a, const struct option *o,
		       const char *text, int64_t *number, struct fault *why)
{
	return whole(text, o->least, o->most, number) ||
	       refuse(o, text,
		      arena_print(a,
				  "a whole number from %" PRId64 " to %" PRId64,
				  o->least, o->most),
		      why);
}

static bool read_money(const struct option *o, const char *text, int digits,
		       int64_t *number, struct fault *why)
{
	int64_t read;

	if (!money_read(span_of(text), digits, &read) || read < 0)
		return refuse(o, text, "an amount of dollars, such as 2.50",
			      why);
	*number = read;
	return true;
}

/* "90s", "30m", "12h", "30d", "2w" in milliseconds. */
static bool read_duration(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {
		{ 's', 1000 },	   { 'm', 60000 },     { 'h', 3600000 },
		{ 'd', 86400000 }, { 'w', 604800000 },
	};
	const int64_t longest = 1000000;
	char *end;
	long long count;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	count = strtoll(text, &end, 10);
	if (errno || count > longest || !*end || end[1])
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == *end) {
			*ms = count * units[i].ms;
			return true;
		}
	return false;
}

static bool read_time(struct arena *a, const struct option *o, const char *text,
		      int64_t *at, struct fault *why)
{
	int64_t ms;

	if (read_duration(text, &ms)) {
		*at = clock_now_ms() + (o->kind == OPTION_UNTIL ? ms : -ms);
		return true;
	}
	return clock_read(text, at) ||
	       clock_read(arena_print(a, "%sT00:00:00Z", text), at) ||
	       refuse(o, text,
		      "a time, such as 2026-12-31, 2026-12-31T12:00:00Z or 30d",
		      why);
}

static bool read_choice(struct arena *a, const struct option *o,
			const char *text, const char **spelled,
			struct fault *why)
{
	const char *at = o->choices;
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, "|");
		if (strlen(text) == len && !strncasecmp(text, at, len)) {
			*spelled = arena_copy(a, at, len);
			return true;
		}
		if (!at[len])
			return refuse(o, text,
				      arena_print(a, "one of %s", o->choices),
				      why);
	}
}

static void add_item(struct arena *a, struct given *g, const char *text,
		     size_t len)
{
	const char **wider = arena_take(a, (g->count + 1) * sizeof(*wider));

	if (g->count)
		memcpy(wider, g->items, g->count * sizeof(*wider));
	wider[g->count++] = arena_copy(a, text, len);
	g->items = wider;
}

static void read_list(struct arena *a, const char *text, struct given *g)
{
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (len)
			add_item(a, g, text, len);
		if (!text[len])
			return;
	}
}

static bool read_kind(struct arena *a, const struct option *o, const char *text,
		      struct given *g, struct fault *why)
{
	switch (o->kind) {
	case OPTION_SWITCH:
	case OPTION_TEXT: return true;
	case OPTION_COUNT: return read_count(a, o, text, &g->number, why);
	case OPTION_DOLLARS:
		return read_money(o, text, NANO_DIGITS, &g->number, why);
	case OPTION_RATE:
		return read_money(o, text, RATE_DIGITS, &g->number, why);
	case OPTION_FEE:
		return read_money(o, text, PICO_DIGITS, &g->number, why);
	case OPTION_UNTIL:
	case OPTION_SINCE: return read_time(a, o, text, &g->number, why);
	case OPTION_CHOICE: return read_choice(a, o, text, &g->text, why);
	case OPTION_LIST: read_list(a, text, g); return true;
	}
	return false;
}

bool value_read(struct arena *a, const struct option *option, const char *text,
		struct given *given, struct fault *why)
{
	if (given->set && option->kind != OPTION_LIST)
		return fault_set(why, FAULT_BAD_REQUEST, "--%s was given twice",
				 option->name);
	given->set = true;
	given->text = text;
	if (option->nothing && !strcmp(text, option->nothing)) {
		given->nothing = true;
		return true;
	}
	return read_kind(a, option, text, given, why);
}

bool value_dollars(const char *name, const char *text, int64_t *nano,
		   struct fault *why)
{
	int64_t read;

	if (!money_read(span_of(text), NANO_DIGITS, &read) || read <= 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s: '%.100s' is not an amount of dollars "
				 "above 0, such as 2.50",
				 name, text);
	*nano = read;
	return true;
}
