#include "wire/sandbox_input.h"

#include "base/buf.h"
#include "wire/sandbox_text.h"

enum { NUMBERS = 16 << 20 }; /* bytes of one list of token numbers, printed */

static bool wrong(struct fault *why, const char *name)
{
	return fault_set(why, FAULT_BAD_REQUEST,
			 "Invalid value for '%s': expected a string, an array "
			 "of strings, or tokens; 1 to %d of them, none empty",
			 name, SANDBOX_INPUTS);
}

/* "3 1 4" for a list of token numbers, each of which is one token. */
static bool read_numbers(struct arena *a, const json_t *list, struct span *text,
			 int64_t *tokens)
{
	struct buf out;
	size_t i;
	json_t *number;
	bool ok = json_array_size(list) > 0;

	buf_init(&out, NUMBERS);
	json_array_foreach (list, i, number) {
		ok = ok && json_is_integer(number);
		buf_print(&out, "%s%lld", i ? " " : "",
			  (long long)json_integer_value(number));
	}
	ok = ok && buf_fits(&out);
	*text = (struct span){ arena_copy(a, out.text, out.len), out.len };
	*tokens += (int64_t)json_array_size(list);
	buf_done(&out);
	return ok;
}

static bool read_one(struct arena *a, const json_t *value, struct span *text,
		     int64_t *tokens)
{
	if (json_is_array(value))
		return read_numbers(a, value, text, tokens);
	if (!json_is_string(value))
		return false;
	*text = (struct span){ json_string_value(value),
			       json_string_length(value) };
	*tokens += sandbox_count(*text);
	return true;
}

bool sandbox_input_read(struct arena *a, const json_t *body, const char *name,
			struct sandbox_input *input, struct fault *why)
{
	json_t *value = json_object_get(body, name);
	bool many = json_is_array(value) &&
		    !json_is_integer(json_array_get(value, 0));
	size_t count = many ? json_array_size(value) : 1;
	struct span *texts;
	int64_t tokens = 0;

	if (!count || count > SANDBOX_INPUTS)
		return wrong(why, name);
	texts = arena_take(a, count * sizeof(*texts));
	for (size_t i = 0; i < count; i++)
		if (!read_one(a, many ? json_array_get(value, i) : value,
			      &texts[i], &tokens))
			return wrong(why, name);
	*input = (struct sandbox_input){ texts, count, tokens };
	return true;
}
