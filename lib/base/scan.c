#include "base/scan.h"

#include "base/utf8.h"

#include <assert.h>

/* The validating pass. One loop and a stack of bits, so that no text can make
 * it recurse. */
struct reader {
	const char *start, *at, *end;
	unsigned depth, ceiling;
	uint64_t objects[SCAN_DEPTH_MOST / 64]; /* a bit for each level */
	const char *wrong;			/* NULL: nothing so far */
	bool deep;
};

static bool wrong(struct reader *r, const char *what)
{
	r->wrong = what;
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end && is_space(*r->at))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static uint64_t repeated(unsigned char c)
{
	return UINT64_MAX / 255 * c;
}

/* Not zero when one of the eight bytes is zero. */
static uint64_t zeros(uint64_t word)
{
	return (word - repeated(1)) & ~word & repeated(0x80);
}

/* Of eight bytes, a bit in each that is a quote, a backslash, a control
 * character or no ASCII; only the first such byte is sure. */
static uint64_t specials(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return zeros(word ^ repeated('"')) | zeros(word ^ repeated('\\')) |
	       (((word - repeated(0x20)) | word) & repeated(0x80));
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void skip_plain(struct reader *r)
{
	const bool first_is_low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	const char *at = r->at;
	uint64_t found;

	for (; r->end - at >= 8; at += 8) {
		found = specials(at);
		if (found && first_is_low) {
			r->at = at + __builtin_ctzll(found) / 8;
			return;
		}
		if (found)
			break;
	}
	while (at < r->end && is_plain(*at))
		at++;
	r->at = at;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* After the backslash. */
static bool read_escape(struct reader *r)
{
	if (r->at == r->end)
		return wrong(r, "a string is not closed");
	switch (*r->at) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': r->at++; return true;
	case 'u': r->at++; break;
	default: return wrong(r, "there is no such escape");
	}
	for (int i = 0; i < 4; i++, r->at++)
		if (r->at == r->end || !is_hex(*r->at))
			return wrong(r, "\\u needs four hex digits");
	return true;
}

/* At least one, and all that follow as long as they are not ASCII. */
static bool read_characters(struct reader *r)
{
	size_t len;

	if ((unsigned char)*r->at < 0x20)
		return wrong(r, "a control character stands in a string");
	do {
		len = utf8_len(r->at, r->end);
		if (!len)
			return wrong(r, "a string is not valid UTF-8");
		r->at += len;
	} while (r->at < r->end && (unsigned char)*r->at >= 0x80);
	return true;
}

/* After the opening quote. */
static bool read_string(struct reader *r)
{
	for (;;) {
		skip_plain(r);
		if (r->at == r->end)
			return wrong(r, "a string is not closed");
		if (take(r, '"'))
			return true;
		if (take(r, '\\') ? !read_escape(r) : !read_characters(r))
			return false;
	}
}

static bool read_digits(struct reader *r)
{
	const char *first = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > first || wrong(r, "a number lacks a digit");
}

static bool read_number(struct reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !read_digits(r))
		return false;
	if (take(r, '.') && !read_digits(r))
		return false;
	if (!take(r, 'e') && !take(r, 'E'))
		return true;
	if (!take(r, '+'))
		take(r, '-');
	return read_digits(r);
}

static bool read_word(struct reader *r, const char *word)
{
	for (; *word; word++)
		if (!take(r, *word))
			return wrong(r, "a value is expected");
	return true;
}

static bool read_name(struct reader *r)
{
	skip_space(r);
	if (!take(r, '"'))
		return wrong(r, "a member's name is expected");
	if (!read_string(r))
		return false;
	skip_space(r);
	return take(r, ':') || wrong(r, "a colon is expected");
}

static bool in_object(const struct reader *r)
{
	unsigned level = r->depth - 1;

	return r->objects[level / 64] >> (level % 64) & 1;
}

/* Step into an array or object; *DONE when it is empty and thus read. */
static bool open_level(struct reader *r, bool object, bool *done)
{
	uint64_t *bits = &r->objects[r->depth / 64];
	uint64_t bit = (uint64_t)1 << (r->depth % 64);

	if (r->depth == r->ceiling) {
		r->deep = true;
		return wrong(r, "nested too deep");
	}
	r->at++;
	skip_space(r);
	*done = take(r, object ? '}' : ']');
	if (*done)
		return true;
	*bits = object ? *bits | bit : *bits & ~bit;
	r->depth++;
	return !object || read_name(r);
}

/* Read a value's first part: all of a scalar, or the way into a container's
 * first value, and then *DONE is false. */
static bool open_value(struct reader *r, bool *done)
{
	skip_space(r);
	*done = true;
	if (r->at == r->end)
		return wrong(r, "a value is expected, not the end");
	switch (*r->at) {
	case '{': return open_level(r, true, done);
	case '[': return open_level(r, false, done);
	case '"': r->at++; return read_string(r);
	case 't': return read_word(r, "true");
	case 'f': return read_word(r, "false");
	case 'n': return read_word(r, "null");
	default: break;
	}
	if (*r->at != '-' && (*r->at < '0' || *r->at > '9'))
		return wrong(r, "a value is expected");
	return read_number(r);
}

/* After a value: close what ends here, up to the next value or the end. */
static bool close_value(struct reader *r)
{
	while (r->depth) {
		bool object = in_object(r);

		skip_space(r);
		if (take(r, ','))
			return !object || read_name(r);
		if (!take(r, object ? '}' : ']'))
			return wrong(r, object ? "a comma or '}' is expected"
					       : "a comma or ']' is expected");
		r->depth--;
	}
	return true;
}

static bool read_value(struct reader *r)
{
	bool done;

	do {
		if (!open_value(r, &done) || (done && !close_value(r)))
			return false;
	} while (!done || r->depth);
	return true;
}

static bool tell(const struct reader *r, struct fault *why)
{
	size_t at = (size_t)(r->at - r->start);

	if (r->deep)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "JSON nested more than %u levels deep, at "
				 "byte %zu",
				 r->ceiling, at);
	return fault_set(why, FAULT_BAD_REQUEST,
			 "not valid JSON at byte %zu: %s", at, r->wrong);
}

bool scan_text(struct span text, unsigned depth, struct span *value,
	       struct fault *why)
{
	const char *start = text.at ? text.at : "";
	struct reader r = { .start = start,
			    .at = start,
			    .end = start + text.len,
			    .ceiling = depth };
	struct span found;

	assert(depth <= SCAN_DEPTH_MOST);
	skip_space(&r);
	found.at = r.at;
	if (!read_value(&r))
		return tell(&r, why);
	found.len = (size_t)(r.at - found.at);
	skip_space(&r);
	if (r.at < r.end) {
		wrong(&r, "something follows the value");
		return tell(&r, why);
	}
	*value = found;
	return true;
}
