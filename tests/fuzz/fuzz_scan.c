/*
 * scan against jansson: each takes what the other takes, and finds the same
 * in it. They are known to differ in four things: jansson has a range of
 * numbers, refuses a NUL in a name and half a surrogate pair, and overlooks a
 * NUL byte behind a number.
 */
#include "base/scan.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool jansson_cannot(const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);

	return code == json_error_numeric_overflow ||
	       code == json_error_null_byte_in_key ||
	       !strncmp(error->text, "invalid Unicode", 15);
}

static void same_scalar(struct arena *a, struct span value, const json_t *want)
{
	struct span text = scan_string(a, value);
	int64_t number;
	bool flag;

	if (json_is_string(want)) {
		require(text.at && text.len == json_string_length(want));
		require(scan_string_len(value) == text.len);
		require(!memcmp(text.at, json_string_value(want), text.len));
	} else if (json_is_integer(want)) {
		require(scan_int(value, &number));
		require(number == json_integer_value(want));
	} else if (json_is_boolean(want)) {
		require(scan_bool(value, &flag));
		require(flag == json_is_true(want));
	} else if (json_is_null(want)) {
		require(scan_kind(value) == SCAN_NULL);
	} else {
		require(scan_kind(value) == SCAN_NUMBER);
		if (scan_int(value, &number) && number < 1000000)
			require((double)number == json_real_value(want));
	}
}

static void same(struct arena *a, struct span value, const json_t *want);

static void same_array(struct arena *a, struct span value, const json_t *want)
{
	struct scan_walk w = scan_walk(value);
	struct scan_item item;
	size_t count = 0;

	for (; scan_next(&w, &item); count++) {
		require(!item.name.at);
		same(a, item.value, json_array_get(want, count));
	}
	require(count == json_array_size(want));
}

static void same_object(struct arena *a, struct span value, const json_t *want)
{
	struct scan_walk w = scan_walk(value);
	struct scan_item item;
	size_t count = 0;

	while (scan_next(&w, &item)) {
		struct span quoted = { item.name.at - 1, item.name.len + 2 };
		const char *name = scan_string(a, quoted).at;

		require(scan_named(&item, name));
		if (scan_find(value, name).at != item.value.at)
			continue; /* a later one of the name counts */
		same(a, item.value, json_object_get(want, name));
		count++;
	}
	require(count == json_object_size(want));
}

static void same(struct arena *a, struct span value, const json_t *want)
{
	require(want != NULL);
	if (json_is_object(want))
		same_object(a, value, want);
	else if (json_is_array(want))
		same_array(a, value, want);
	else
		same_scalar(a, value, want);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = { (const char *)bytes, len }, value;
	struct fault why = { 0 };
	json_error_t error;
	json_t *want = json_loadb(text.at, len,
				  JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	struct arena *a = arena_new();

	if (scan_text(text, SCAN_DEPTH, &value, &why)) {
		require(want || jansson_cannot(&error));
		if (want)
			same(a, value, want);
	} else if (want && !memchr(bytes, 0, len)) {
		require(!strncmp(why.text, "JSON nested more than 128", 25));
	}
	arena_free(a);
	json_decref(want);
	return 0;
}
