#include "wire/sandbox_script.h"

#include "base/buf.h"

#include <string.h>

#define PLACE(member) offsetof(struct sandbox_script, member)

enum { MINUTES_10 = 600000 };

static const int64_t events = 1000000000;
static const int64_t large = 1000000000000;

const struct sandbox_directive sandbox_directives[] = {
	{ "status", DIRECTIVE_NUMBER, PLACE(status), 300, 599 },
	{ "retry-after", DIRECTIVE_NUMBER, PLACE(retry_after), 0, 1000000 },
	{ "retry-after-date", DIRECTIVE_NUMBER, PLACE(retry_after_date), 0,
	  1000000 },
	{ "retry-after-ms", DIRECTIVE_NUMBER, PLACE(retry_after_ms), 0,
	  1000000000 },
	{ "reject", DIRECTIVE_TEXT, PLACE(reject), 0, 0 },
	{ "code", DIRECTIVE_TEXT, PLACE(code), 0, 0 },
	{ "html", DIRECTIVE_FLAG, PLACE(html), 0, 0 },
	{ "delay", DIRECTIVE_NUMBER, PLACE(delay_ms), 0, MINUTES_10 },
	{ "first", DIRECTIVE_NUMBER, PLACE(first_ms), 0, MINUTES_10 },
	{ "pace", DIRECTIVE_NUMBER, PLACE(pace_ms), 0, MINUTES_10 },
	{ "tokens-per-event", DIRECTIVE_NUMBER, PLACE(per_event), 1, 4096 },
	{ "cut", DIRECTIVE_NUMBER, PLACE(cut), 0, events },
	{ "snap", DIRECTIVE_NUMBER, PLACE(snap), 0, events },
	{ "stall", DIRECTIVE_NUMBER, PLACE(stall), 0, events },
	{ "malformed", DIRECTIVE_NUMBER, PLACE(malformed), 1, events },
	{ "error", DIRECTIVE_NUMBER, PLACE(error), 0, events },
	{ "bare-error", DIRECTIVE_NUMBER, PLACE(bare_error), 0, events },
	{ "nodone", DIRECTIVE_FLAG, PLACE(nodone), 0, 0 },
	{ "nofinish", DIRECTIVE_FLAG, PLACE(nofinish), 0, 0 },
	{ "noblank", DIRECTIVE_FLAG, PLACE(noblank), 0, 0 },
	{ "tokens", DIRECTIVE_NUMBER, PLACE(tokens), 0, large },
	{ "thoughts", DIRECTIVE_NUMBER, PLACE(thoughts), 0, large },
	{ "size", DIRECTIVE_NUMBER, PLACE(size), 0, large },
	{ "empty", DIRECTIVE_FLAG, PLACE(empty), 0, 0 },
	{ "finish", DIRECTIVE_TEXT, PLACE(finish), 0, 0 },
	{ "tier", DIRECTIVE_TEXT, PLACE(tier), 0, 0 },
	{ "usage", DIRECTIVE_USAGE, PLACE(usage), 0, 0 },
	{ "cached", DIRECTIVE_NUMBER, PLACE(cached), 0, events },
	{ "cache-write", DIRECTIVE_NUMBER, PLACE(cache_write), 0, events },
	{ "echo-request", DIRECTIVE_FLAG, PLACE(echo_request), 0, 0 },
	{ "bytes", DIRECTIVE_FLAG, PLACE(bytes), 0, 0 },
	{ "crlf", DIRECTIVE_FLAG, PLACE(crlf), 0, 0 },
	{ "gzip", DIRECTIVE_FLAG, PLACE(gzip), 0, 0 },
	{ "comments", DIRECTIVE_FLAG, PLACE(comments), 0, 0 },
	{ "at", DIRECTIVE_AT, 0, 0, 0 },
	{ 0 },
};

const char *const sandbox_usages[SANDBOX_USAGES] = {
	[SANDBOX_USAGE_TRUE] = "true",
	[SANDBOX_USAGE_ABSENT] = "absent",
	[SANDBOX_USAGE_NULL] = "null",
	[SANDBOX_USAGE_NEGATIVE] = "negative",
	[SANDBOX_USAGE_HUGE] = "huge",
	[SANDBOX_USAGE_ZERO] = "zero",
	[SANDBOX_USAGE_FRACTION] = "fraction",
	[SANDBOX_USAGE_TEXT] = "text",
	[SANDBOX_USAGE_PARTS] = "parts",
	[SANDBOX_USAGE_CUMULATIVE] = "cumulative",
	[SANDBOX_USAGE_FINISH] = "finish",
	[SANDBOX_USAGE_TWICE] = "twice",
};

void sandbox_script_init(struct sandbox_script *s)
{
	*s = (struct sandbox_script){ 0 };
	for (const struct sandbox_directive *d = sandbox_directives; d->name;
	     d++)
		if (d->kind == DIRECTIVE_NUMBER)
			*(int64_t *)((char *)s + d->place) = -1;
}

/* At most twelve digits, so that nothing can overflow. */
static bool read_number(struct span text, int64_t *number)
{
	int64_t value = 0;

	if (!text.len || text.len > 13)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (text.at[i] - '0');
	}
	*number = value;
	return true;
}

static bool unknown(struct span name, struct fault *why)
{
	struct buf known;

	buf_init(&known, sizeof(why->text));
	for (const struct sandbox_directive *d = sandbox_directives; d->name;
	     d++)
		buf_print(&known, " %s", d->name);
	fault_set(why, FAULT_BAD_REQUEST,
		  "no sandbox directive '%.*s'; known are:%s",
		  name.len > 32 ? 32 : (int)name.len, name.at, known.text);
	buf_done(&known);
	return false;
}

static bool bad_usage(struct fault *why)
{
	struct buf known;

	buf_init(&known, sizeof(why->text));
	for (size_t i = 0; i < SANDBOX_USAGES; i++)
		buf_print(&known, " %s", sandbox_usages[i]);
	fault_set(why, FAULT_BAD_REQUEST,
		  "sandbox directive 'usage' is one of:%s", known.text);
	buf_done(&known);
	return false;
}

static bool set_number(const struct sandbox_directive *d, struct span value,
		       int64_t *place, struct fault *why)
{
	int64_t number;

	if (!read_number(value, &number) || number < d->least ||
	    number > d->most)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "sandbox directive '%s' takes a number "
				 "from %lld to %lld",
				 d->name, (long long)d->least,
				 (long long)d->most);
	*place = number;
	return true;
}

static bool set_usage(struct span value, enum sandbox_usage *place,
		      struct fault *why)
{
	for (size_t i = 0; i < SANDBOX_USAGES; i++) {
		if (!span_is(value, sandbox_usages[i]))
			continue;
		*place = (enum sandbox_usage)i;
		return true;
	}
	return bad_usage(why);
}

static bool set_text(struct arena *a, const struct sandbox_directive *d,
		     struct span value, const char **place, struct fault *why)
{
	if (!value.len || value.len > 64)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "sandbox directive '%s' takes a text of 1 to "
				 "64 bytes",
				 d->name);
	*place = arena_copy(a, value.at, value.len);
	return true;
}

/* VALUE.at is NULL where there was no '='. */
static bool set(struct arena *a, struct sandbox_script *s,
		const struct sandbox_directive *d, struct span value,
		struct fault *why)
{
	char *place = (char *)s + d->place;

	switch (d->kind) {
	case DIRECTIVE_NUMBER:
		return set_number(d, value, (int64_t *)place, why);
	case DIRECTIVE_TEXT:
		return set_text(a, d, value, (const char **)place, why);
	case DIRECTIVE_USAGE:
		return set_usage(value, (enum sandbox_usage *)place, why);
	case DIRECTIVE_FLAG:
	case DIRECTIVE_AT: break;
	}
	if (value.at)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "sandbox directive '%s' takes no value",
				 d->name);
	*(bool *)place = true;
	return true;
}

static const struct sandbox_directive *find(struct span name)
{
	for (const struct sandbox_directive *d = sandbox_directives; d->name;
	     d++)
		if (span_is(name, d->name))
			return d;
	return NULL;
}

/* The next word of TEXT, which loses it and what parts it from the rest. */
static struct span take_word(struct span *text)
{
	struct span word = { text->at, 0 };

	while (word.len < text->len && !strchr("+,; \t", word.at[word.len]))
		word.len++;
	text->at += word.len + (word.len < text->len);
	text->len -= word.len + (word.len < text->len);
	return word;
}

/* What stands behind the '=', which NAME loses; NULL when there is none. */
static struct span take_value(struct span *name)
{
	const char *equals = memchr(name->at, '=', name->len);
	struct span value;

	if (!equals)
		return (struct span){ NULL, 0 };
	value = (struct span){ equals + 1,
			       name->len - 1 - (size_t)(equals - name->at) };
	name->len = (size_t)(equals - name->at);
	return value;
}

bool sandbox_script_read(struct arena *a, struct sandbox_script *s,
			 struct span text, const char *mount, struct fault *why)
{
	bool here = true;

	while (text.len > 0) {
		struct span name = take_word(&text);
		struct span value;
		const struct sandbox_directive *d;

		if (!name.len)
			continue;
		value = take_value(&name);
		d = find(name);
		if (!d)
			return unknown(name, why);
		if (d->kind == DIRECTIVE_AT)
			here = span_is(value, mount);
		else if (here && !set(a, s, d, value, why))
			return false;
	}
	return true;
}
