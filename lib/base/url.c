#include "base/url.h"

#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that "%XX" at AT stands for, or -1 when that is no such thing. */
static int encoded(const char *at)
{
	if (at[0] != '%' || digit(at[1]) < 0 || digit(at[2]) < 0)
		return -1;
	return digit(at[1]) * 16 + digit(at[2]);
}

static bool controls(int byte)
{
	return byte < 0x20 || byte == 0x7f;
}

/* Write what "%XX" stands for in a normalised path; returns its end. */
static char *put(char *to, int byte)
{
	static const char hex[] = "0123456789ABCDEF";

	if (byte != '/' && byte != '%') {
		*to = (char)byte;
		return to + 1;
	}
	*to++ = '%';
	*to++ = hex[byte / 16];
	*to++ = hex[byte % 16];
	return to;
}

/* LEN bytes of FROM into the zeroed TO, which never needs more room. */
static bool normalise(char *to, const char *from, size_t len, struct fault *why)
{
	const char *begin = to;

	for (const char *end = from + len; from < end; from++) {
		bool coded = *from == '%';
		int byte = coded ? encoded(from) : (unsigned char)*from;

		if (byte < 0)
			return fault_set(why, FAULT_BAD_REQUEST,
					 "the path has a '%%' without two "
					 "hexadecimal digits");
		if (controls(byte) || *from == '#')
			return fault_set(why, FAULT_BAD_REQUEST,
					 "the path has a character that does "
					 "not belong there");
		if (coded)
			to = put(to, byte);
		else if (byte != '/' || to == begin || to[-1] != '/')
			*to++ = (char)byte;
		from += coded ? 2 : 0;
	}
	return true;
}

static bool has_dot_segment(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if ((len == 1 && path[0] == '.') ||
		    (len == 2 && path[0] == '.' && path[1] == '.'))
			return true;
		path += len + (path[len] == '/');
	}
	return false;
}

/* The target behind "scheme://authority". */
static const char *behind_authority(const char *target)
{
	static const char scheme[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789+-.";
	size_t len = strspn(target, scheme);

	if (!len || strncmp(target + len, "://", 3) != 0)
		return target;
	target += len + 3;
	return target + strcspn(target, "/?#");
}

bool url_read(struct arena *a, const char *target, struct url *url,
	      struct fault *why)
{
	const char *from = behind_authority(target);
	size_t len = strcspn(from, "?");
	char *path = arena_take(a, len + 2);

	if (from != target && !len)
		path[0] = '/';
	else if (*from != '/')
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request's target is not a path");
	if (!normalise(path, from, len, why))
		return false;
	if (has_dot_segment(url_decode(a, path)))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the path has a '.' or '..' segment");
	*url = (struct url){
		.path = path,
		.query = from[len] ? from + len + 1 : "",
	};
	return true;
}

const char *url_behind(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	while (len && prefix[len - 1] == '/')
		len--;
	if (strncmp(path, prefix, len) != 0 || (path[len] && path[len] != '/'))
		return NULL;
	return path[len] ? path + len : "/";
}

/* Decode LEN bytes; SPACE is the byte that stands for one, besides itself. */
static const char *decode(struct arena *a, const char *text, size_t len,
			  char space)
{
	char *plain = arena_take(a, len + 1), *to = plain;

	for (const char *end = text + len; text < end; text++) {
		int byte = end - text > 2 ? encoded(text) : -1;

		if (byte > 0) {
			*to++ = (char)byte;
			text += 2;
		} else {
			*to = *text;
			if (*to == space)
				*to = ' ';
			to++;
		}
	}
	return plain;
}

const char *url_decode(struct arena *a, const char *text)
{
	return decode(a, text, strlen(text), ' ');
}

const char *url_parameter(struct arena *a, const char *query, const char *name)
{
	while (*query) {
		size_t pair = strcspn(query, "&");
		size_t len = strcspn(query, "=&");

		if (!strcmp(decode(a, query, len, '+'), name))
			return len == pair ? ""
					   : decode(a, query + len + 1,
						    pair - len - 1, '+');
		query += pair + (query[pair] == '&');
	}
	return NULL;
}

static bool stands_in_path(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("/-._~!$&'()*+,=:@%", c));
}

const char *url_encode(struct arena *a, const char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	char *target = arena_take(a, 3 * strlen(path) + 1), *to = target;

	for (; *path; path++) {
		unsigned char byte = (unsigned char)*path;

		if (stands_in_path(*path)) {
			*to++ = *path;
			continue;
		}
		*to++ = '%';
		*to++ = hex[byte / 16];
		*to++ = hex[byte % 16];
	}
	return target;
}

/* Is the parameter that TEXT begins with called NAME? */
static bool is_called(struct arena *a, const char *text, const char *name)
{
	return !strcmp(decode(a, text, strcspn(text, "=&"), '+'), name);
}

/* Each parameter goes with the '&' behind it, the last one with the '&' before
 * it, so that all other bytes stay. */
const char *url_without(struct arena *a, const char *query, const char *name)
{
	char *kept = arena_take(a, strlen(query) + 1), *to = kept;

	for (const char *at = query; *at;) {
		size_t len = strcspn(at, "&");
		bool last = !at[len];

		if (!is_called(a, at, name)) {
			memcpy(to, at, len + !last);
			to += len + !last;
		} else if (last && to > kept && to[-1] == '&') {
			to[-1] = '\0';
		}
		at += len + !last;
	}
	return kept;
}
