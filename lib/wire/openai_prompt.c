#include "wire/openai_prompt.h"

#include "base/scan.h"

enum { BYTES_OF_A_TOKEN = 4, QUOTES = 2 };

static bool wrong(struct fault *why, const char *what, int64_t index,
		  const char *text)
{
	return fault_set(why, FAULT_BAD_REQUEST, "%s[%lld]%s", what,
			 (long long)index, text);
}

static int64_t text_of(struct span value)
{
	return value.len >= QUOTES ? (int64_t)value.len - QUOTES : 0;
}

/* "data:" addresses carry their bytes; others only name them. */
static int64_t carried(struct span url)
{
	static const char data[] = "\"data:";

	if (url.len < sizeof(data) || memcmp(url.at, data, sizeof(data) - 1))
		return 0;
	return (int64_t)url.len;
}

static void add_file(struct span part, struct ask *ask)
{
	struct span data = scan_find(scan_find(part, "file"), "file_data");
	int64_t bytes = carried(data);

	if (bytes)
		ask->file_bytes += bytes;
	else
		ask->files++;
}

static void add_audio(struct span part, struct ask *ask)
{
	struct span data = scan_find(scan_find(part, "input_audio"), "data");

	ask->audios++;
	ask->audio_bytes += text_of(data);
}

/* A part of a message's content. What is not known is taken for text. */
static bool add_part(struct span part, struct ask *ask)
{
	struct span type = scan_find(part, "type");

	if (scan_kind(part) != SCAN_OBJECT || scan_kind(type) != SCAN_STRING)
		return false;
	if (scan_says(type, "image_url") || scan_says(type, "input_image"))
		ask->images++;
	else if (scan_says(type, "input_audio"))
		add_audio(part, ask);
	else if (scan_says(type, "file"))
		add_file(part, ask);
	else if (scan_says(type, "text"))
		ask->text_bytes += text_of(scan_find(part, "text"));
	else
		ask->text_bytes += (int64_t)part.len;
	return true;
}

static bool add_content(struct span value, int64_t index, struct ask *ask,
			struct fault *why)
{
	struct scan_item part;

	switch (scan_kind(value)) {
	case SCAN_NULL: return true;
	case SCAN_STRING: ask->text_bytes += text_of(value); return true;
	case SCAN_ARRAY: break;
	default:
		return wrong(why, "messages", index,
			     ".content must be a text, a list of parts or "
			     "null");
	}
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &part);)
		if (!add_part(part.value, ask))
			return wrong(why, "messages", index,
				     ".content has a part that is no object "
				     "with a type");
	return true;
}

static bool add_message(struct span message, int64_t index, struct ask *ask,
			struct fault *why)
{
	struct scan_item item;
	bool role = false;

	if (scan_kind(message) != SCAN_OBJECT)
		return wrong(why, "messages", index, " must be an object");
	for (struct scan_walk w = scan_walk(message); scan_next(&w, &item);) {
		if (scan_named(&item, "role")) {
			role = item.kind == SCAN_STRING;
		} else if (scan_named(&item, "content")) {
			if (!add_content(item.value, index, ask, why))
				return false;
		} else {
			ask->text_bytes += (int64_t)item.value.len;
		}
	}
	ask->messages++;
	return role || wrong(why, "messages", index,
			     ".role must be there and be a text");
}

bool prompt_messages(struct span value, struct ask *ask, struct fault *why)
{
	struct scan_item item;
	int64_t index = 0;

	if (scan_kind(value) != SCAN_ARRAY)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "messages must be a list of messages");
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		if (!add_message(item.value, index++, ask, why))
			return false;
	return index > 0 ||
	       fault_set(why, FAULT_BAD_REQUEST, "messages must not be empty");
}

/* One of a list: a text, a token, or a list of tokens. */
static bool add_one(struct span value, struct ask *ask, bool *tokens)
{
	struct scan_item item;
	int64_t token;

	if (scan_kind(value) == SCAN_STRING) {
		ask->text_bytes += text_of(value);
		ask->messages++;
		return true;
	}
	if (scan_int(value, &token)) {
		ask->text_bytes += BYTES_OF_A_TOKEN;
		*tokens = true;
		return true;
	}
	if (scan_kind(value) != SCAN_ARRAY)
		return false;
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);) {
		if (!scan_int(item.value, &token))
			return false;
		ask->text_bytes += BYTES_OF_A_TOKEN;
	}
	ask->messages++;
	return true;
}

bool prompt_bare(struct span value, struct ask *ask, struct fault *why)
{
	struct scan_item item;
	bool tokens = false, good = scan_kind(value) == SCAN_ARRAY;

	if (scan_kind(value) == SCAN_STRING)
		return add_one(value, ask, &tokens);
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		good = good && add_one(item.value, ask, &tokens);
	ask->messages += tokens;
	if (good && ask->messages > 0)
		return true;
	return fault_set(why, FAULT_BAD_REQUEST,
			 "prompt must be a text, or a list of texts or tokens "
			 "that is not empty");
}
