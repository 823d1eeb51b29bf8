#include "http/body.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A piece of the body at a time, on the stack of a small thread. */
enum { PIECE = 8 * 1024 };

/* Nobody means deeper JSON, and each level costs the parser some stack. */
enum { DEPTH_MOST = 128 };

static size_t take(struct exchange *x, char *bytes)
{
	size_t len =
		x->read ? 0 : x->channel->read(x->channel->state, bytes, PIECE);

	x->read = len == 0;
	return len;
}

void body_drain(struct exchange *x)
{
	char bytes[PIECE];

	while (take(x, bytes) > 0)
		;
}

/* How many bytes were announced; -1 when that was left open, which web
 * servers express in three ways: nothing, an empty text and -1. */
static int64_t announced(const struct exchange *x)
{
	const char *text = exchange_variable(x, "CONTENT_LENGTH");
	char *end;
	long long len;

	if (!text)
		return -1;
	len = strtoll(text, &end, 10); /* too large: the largest, a lie */
	return *end || len < 0 ? -1 : len;
}

static bool is_whole(struct exchange *x, int64_t got, struct fault *why)
{
	int64_t want = announced(x);

	if (x->channel->cut(x->channel->state))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request's body broke off after %" PRId64
				 " bytes",
				 got);
	if (want >= 0 && want != got)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Content-Length says %" PRId64
				 " bytes, but the body has %" PRId64,
				 want, got);
	return true;
}

static void forget(void *what)
{
	buf_done(what);
}

static bool too_large(struct exchange *x, int64_t limit, struct fault *why)
{
	body_drain(x);
	return fault_set(why, FAULT_TOO_LARGE,
			 "the body is larger than %" PRId64 " bytes", limit);
}

bool exchange_body(struct exchange *x, struct fault *why)
{
	struct buf *b = arena_take(x->arena, sizeof(*b));
	char bytes[PIECE];
	size_t len;

	if (x->body.at)
		return true;
	buf_init(b, (size_t)x->suite->settings->body_limit);
	arena_defer(x->arena, forget, b);
	while (buf_fits(b) && (len = take(x, bytes)) > 0)
		buf_add(b, bytes, len);
	if (!buf_fits(b)) {
		buf_done(b);
		return too_large(x, x->suite->settings->body_limit, why);
	}
	if (!is_whole(x, (int64_t)b->len, why))
		return false;
	x->body = (struct span){ b->text, b->len };
	return true;
}

static void close_file(void *what)
{
	close(*(int *)what);
}

/* A file that nobody else sees and that is gone when it is closed. */
static bool open_file(struct exchange *x, int *file, struct fault *why)
{
	char *name = arena_print(x->arena, "%s/.body-XXXXXX",
				 x->suite->settings->home);
	int *kept = arena_take(x->arena, sizeof(*kept));

	*kept = mkostemp(name, O_CLOEXEC);
	if (*kept < 0)
		return fault_set(why, FAULT_INTERNAL,
				 "cannot make a file for a body: %s: %s", name,
				 strerror(errno));
	unlink(name);
	arena_defer(x->arena, close_file, kept);
	*file = *kept;
	return true;
}

static bool append(int file, const char *bytes, size_t len, struct fault *why)
{
	while (len) {
		ssize_t put = write(file, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return fault_set(why, FAULT_INTERNAL,
					 "cannot keep a body: %s",
					 strerror(errno));
		bytes += put;
		len -= (size_t)put;
	}
	return true;
}

/* The rest of a body whose beginning is in B. */
static bool spool_rest(struct exchange *x, const struct buf *b, int64_t limit,
		       struct parcel *parcel, struct fault *why)
{
	struct parcel p = { .file_bytes = (int64_t)b->len };
	char bytes[PIECE];
	size_t len;

	if (!open_file(x, &p.file, why) ||
	    !append(p.file, b->text, b->len, why))
		return false;
	while (p.file_bytes <= limit && (len = take(x, bytes)) > 0) {
		if (!append(p.file, bytes, len, why))
			return false;
		p.file_bytes += (int64_t)len;
	}
	if (p.file_bytes > limit)
		return too_large(x, limit, why);
	*parcel = p;
	return is_whole(x, p.file_bytes, why);
}

bool body_spool(struct exchange *x, size_t in_memory, int64_t limit,
		struct parcel *parcel, struct fault *why)
{
	struct buf *b = arena_take(x->arena, sizeof(*b));
	char bytes[PIECE];
	size_t len;
	bool ok;

	buf_init(b, in_memory + PIECE);
	arena_defer(x->arena, forget, b);
	while (b->len <= in_memory && (len = take(x, bytes)) > 0)
		buf_add(b, bytes, len);
	if (b->len > in_memory) {
		ok = spool_rest(x, b, limit, parcel, why);
		buf_done(b);
		return ok;
	}
	if (!is_whole(x, (int64_t)b->len, why))
		return false;
	*parcel = (struct parcel){ .bytes = { b->text, b->len } };
	return true;
}

/* How deep the brackets of JSON text go, strings left out. */
static size_t depth(struct span json)
{
	size_t here = 0, most = 0;
	bool in_string = false;

	for (size_t i = 0; i < json.len; i++) {
		char c = json.at[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string)
			i += c == '\\';
		else if (c == '[' || c == '{')
			most = ++here > most ? here : most;
		else if (here && (c == ']' || c == '}'))
			here--;
	}
	return most;
}

static void drop(void *json)
{
	json_decref(json);
}

bool exchange_object(struct exchange *x, json_t **object, struct fault *why)
{
	json_error_t error = { .line = 0 };
	json_t *json;

	if (!exchange_body(x, why))
		return false;
	if (depth(x->body) > DEPTH_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the body nests deeper than %d levels",
				 DEPTH_MOST);
	json = x->body.len ? json_loadb(x->body.at, x->body.len, 0, &error)
			   : json_object();
	if (!json)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the body is not JSON: line %d, column %d: %s",
				 error.line, error.column, error.text);
	arena_defer(x->arena, drop, json);
	if (!json_is_object(json))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the body is not a JSON object");
	*object = json;
	return true;
}
