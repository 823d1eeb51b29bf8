#include "support/dialogue.h"

#include "base/hash.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t body_len(const struct dialogue *d)
{
	return d->body_len || !d->body ? d->body_len : strlen(d->body);
}

static const char *variable(void *state, const char *name)
{
	struct dialogue *d = state;

	for (size_t i = 0; d->variables && d->variables[i]; i += 2)
		if (!strcmp(d->variables[i], name))
			return d->variables[i + 1];
	if (!strcmp(name, "REQUEST_METHOD"))
		return d->method;
	if (!strcmp(name, "REQUEST_URI"))
		return d->uri;
	if (strcmp(name, "CONTENT_LENGTH") != 0 || !d->body)
		return NULL;
	snprintf(d->length, sizeof(d->length), "%zu", body_len(d));
	return d->length;
}

static size_t take(void *state, char *bytes, size_t room)
{
	struct dialogue *d = state;
	size_t left = body_len(d) - d->taken;
	size_t len = left < room ? left : room;

	if (len)
		memcpy(bytes, d->body + d->taken, len);
	d->taken += len;
	d->ended = !len;
	return len;
}

static bool cut(void *state)
{
	struct dialogue *d = state;

	return d->ended && d->cut;
}

static bool give(void *state, const char *bytes, size_t len)
{
	struct dialogue *d = state;

	d->early |= !d->ended;
	if (d->leave_after && d->answer.len + len > d->leave_after)
		return false;
	buf_add(&d->answer, bytes, len);
	return buf_fits(&d->answer);
}

static bool flush(void *state)
{
	struct dialogue *d = state;

	d->flushes++;
	return true;
}

/* A descriptor that a test can tell from others; it is never polled. */
static int watch(void *state, short *events)
{
	(void)state;
	*events = POLLIN;
	return 77;
}

void dialogue_run(struct dialogue *d, const struct program *program,
		  const struct suite *suite)
{
	static const struct settings settings = { .body_limit = 1 << 20 };
	const char *head;

	hash_init();
	buf_init(&d->answer, 64 << 20);
	d->channel =
		(struct channel){ variable, take, cut, give, flush, watch, d };
	serve_one(program,
		  suite ? suite : &(struct suite){ .settings = &settings },
		  &d->channel);
	head = strstr(d->answer.text, "\r\n\r\n");
	d->reply = head ? head + 4 : "";
}

void dialogue_done(struct dialogue *d)
{
	buf_done(&d->answer);
}

int dialogue_status(const struct dialogue *d)
{
	return strncmp(d->answer.text, "Status: ", 8)
		       ? 0
		       : (int)strtol(d->answer.text + 8, NULL, 10);
}

const char *dialogue_header(struct dialogue *d, const char *name)
{
	const char *line = d->answer.text;
	size_t len = strlen(name);

	for (; line < d->reply && *line != '\r'; line = strchr(line, '\n') + 1)
		if (!strncasecmp(line, name, len) &&
		    !strncmp(line + len, ": ", 2)) {
			snprintf(d->value, sizeof(d->value), "%.*s",
				 (int)strcspn(line + len + 2, "\r"),
				 line + len + 2);
			return d->value;
		}
	return NULL;
}
