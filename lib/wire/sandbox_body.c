#include "wire/sandbox_body.h"

#include "base/scan.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS = 15 }; /* of a number that is certain to fit */

static void release(void *json)
{
	json_decref(json);
}

/* How many bytes at TEXT are a JSON string, quotes included. */
static size_t string_length(const char *text)
{
	size_t len = 1;

	while (text[len] && text[len] != '"')
		len += text[len] == '\\' && text[len + 1] ? 2 : 1;
	return len + (text[len] == '"');
}

/* Put 0 in the place of each number that may not fit. */
static void tame(char *text)
{
	while (*text) {
		size_t len = strspn(text, "-+.0123456789eE");

		if (*text == '"') {
			text += string_length(text);
			continue;
		}
		if (strchr("-0123456789", *text) &&
		    (len > DIGITS || strcspn(text, "eE") < len)) {
			memset(text, ' ', len);
			*text = '0';
		}
		text += len ? len : 1;
	}
}

static json_t *parse(const char *text, size_t len)
{
	return json_loadb(text, len, JSON_ALLOW_NUL, NULL);
}

bool sandbox_body_read(struct arena *a, struct span body, json_t **object,
		       struct fault *why)
{
	struct fault wrong = { 0 };
	struct span value;
	json_t *json;
	char *copy;

	if (!scan_text(body, SCAN_DEPTH, &value, &wrong))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "We could not parse the JSON body of your "
				 "request: %.300s",
				 wrong.text);
	json = parse(value.at, value.len);
	if (!json) {
		copy = arena_copy(a, value.at, value.len);
		tame(copy);
		json = parse(copy, value.len);
	}
	if (!json_is_object(json)) {
		json_decref(json);
		return fault_set(why, FAULT_BAD_REQUEST,
				 "We could not parse the JSON body of your "
				 "request: expected an object");
	}
	arena_defer(a, release, json);
	*object = json;
	return true;
}
