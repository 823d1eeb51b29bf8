#include "wire/openai_prompt.h"

#include "base/scan.h"

/* A token given by its number is one token; by the rule for text, that is
 * four bytes of it. An earlier spoken answer is named by its id alone: it has
 * at most what gpt-4o-audio-preview could say. */
enum { BYTES_OF_A_TOKEN = 4, SPOKEN_MOST = 16384 };

static bool wrong(struct fault *why, int64_t index, const char *text)
{
	return fault_set(why, FAULT_BAD_REQUEST, "messages[%lld]%s",
			 (long long)index, text);
}

/* Strings count by what they say, all else by its spelling. */
static int64_t text_of(struct span value)
{
	if (scan_kind(value) == SCAN_STRING)
		return (int64_t)scan_string_len(value);
	return scan_kind(value) == SCAN_NULL ? 0 : (int64_t)value.len;
}

enum medium { TEXT, IMAGE, AUDIO, FILES };

/* Where each type of part has what is not text; `inner` is NULL where `outer`
 * is the address itself. A video is bounded like a file. */
static const struct part {
	const char *type;
	enum medium medium;
	const char *outer, *inner;
} parts[] = {
	{ "text", TEXT, NULL, NULL },
	{ "image_url", IMAGE, "image_url", "url" },
	{ "input_image", IMAGE, "image_url", NULL },
	{ "input_audio", AUDIO, "input_audio", "data" },
	{ "audio_url", AUDIO, "audio_url", "url" },
	{ "file", FILES, "file", "file_data" },
	{ "document_url", FILES, "document_url", NULL },
	{ "video_url", FILES, "video_url", "url" },
	{ "input_video", FILES, "video_url", "url" },
};

static const struct part *part_of(struct span type)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (scan_says(type, parts[i].type))
			return &parts[i];
	return &parts[0];
}

/* How many bytes came along; 0 where there is just an address or an id. */
static int64_t carried(struct span payload)
{
	static const char address[] = "\"http";

	if (scan_kind(payload) != SCAN_STRING ||
	    (payload.len >= sizeof(address) &&
	     !memcmp(payload.at, address, sizeof(address) - 1)))
		return 0;
	return (int64_t)payload.len;
}

static void add_payload(const struct part *part, struct span value,
			struct ask *ask)
{
	int64_t bytes =
		carried(part->inner ? scan_find(value, part->inner) : value);

	if (part->medium == IMAGE) {
		ask->images++;
	} else if (!bytes) {
		ask->files++;
	} else if (part->medium == AUDIO) {
		ask->audios++;
		ask->audio_bytes += bytes;
	} else {
		ask->file_bytes += bytes;
	}
}

/* A part of a message's content. What is not known is taken for text. */
static bool add_part(struct span value, struct ask *ask)
{
	struct span type = scan_find(value, "type");
	const struct part *part = part_of(type);
	struct scan_item item;

	if (scan_kind(value) != SCAN_OBJECT || scan_kind(type) != SCAN_STRING)
		return false;
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);)
		if (part->outer && scan_named(&item, part->outer))
			add_payload(part, item.value, ask);
		else if (!scan_named(&item, "type") &&
			 !scan_named(&item, "cache_control"))
			ask->text_bytes += text_of(item.value);
	return true;
}

static bool add_parts(struct span value, struct ask *ask)
{
	struct scan_item part;

	for (struct scan_walk w = scan_walk(value); scan_next(&w, &part);)
		if (!add_part(part.value, ask))
			return false;
	return true;
}

static bool add_content(struct span value, int64_t index, struct ask *ask,
			struct fault *why)
{
	switch (scan_kind(value)) {
	case SCAN_NULL: return true;
	case SCAN_STRING: ask->text_bytes += text_of(value); return true;
	case SCAN_ARRAY: break;
	default:
		return wrong(why, index,
			     ".content must be a text, a list of parts or "
			     "null");
	}
	return add_parts(value, ask) ||
	       wrong(why, index,
		     ".content has a part that is no object with a type");
}

/* Members beside role and content: what models said before, mostly. */
static void add_other(const struct scan_item *item, struct ask *ask)
{
	struct scan_item image;

	if (scan_named(item, "images"))
		for (struct scan_walk w = scan_walk(item->value);
		     scan_next(&w, &image);)
			ask->images++;
	else if (scan_named(item, "audio") && item->kind == SCAN_OBJECT)
		ask->text_bytes += SPOKEN_MOST;
	else
		ask->text_bytes += text_of(item->value);
}

static bool add_message(struct span message, int64_t index, struct ask *ask,
			struct fault *why)
{
	struct scan_item item;
	bool role = false;

	if (scan_kind(message) != SCAN_OBJECT)
		return wrong(why, index, " must be an object");
	for (struct scan_walk w = scan_walk(message); scan_next(&w, &item);) {
		if (scan_named(&item, "role"))
			role = item.kind == SCAN_STRING;
		else if (!scan_named(&item, "content"))
			add_other(&item, ask);
		else if (!add_content(item.value, index, ask, why))
			return false;
	}
	ask->messages++;
	return role || wrong(why, index, ".role must be there and be a text");
}

bool prompt_messages(struct span value, struct ask *ask, struct fault *why)
{
	struct scan_item item;
	int64_t index = 0;

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

/* One that is made of parts. */
static bool add_mixed(struct span value, struct ask *ask)
{
	struct span content = scan_find(value, "content");

	ask->messages++;
	return scan_kind(content) == SCAN_ARRAY && add_parts(content, ask);
}

/* Add up a prompt, or all of a list, in which some may be MIXED. */
static bool add_all(struct span value, bool mixed, struct ask *ask)
{
	bool tokens = false, good = scan_kind(value) == SCAN_ARRAY;
	struct scan_item item;

	if (scan_kind(value) == SCAN_STRING)
		good = add_one(value, ask, &tokens);
	for (struct scan_walk w = scan_walk(value);
	     good && scan_next(&w, &item);) {
		int64_t before = ask->text_bytes;

		good = mixed && item.kind == SCAN_OBJECT
			       ? add_mixed(item.value, ask)
			       : add_one(item.value, ask, &tokens);
		if (ask->text_bytes - before > ask->longest_bytes)
			ask->longest_bytes = ask->text_bytes - before;
	}
	ask->messages += tokens;
	ask->prompts = ask->messages;
	return good && ask->messages > 0;
}

bool prompt_bare(struct span value, struct ask *ask, struct fault *why)
{
	return add_all(value, false, ask) ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "prompt must be a text, or a list of texts or tokens "
			 "that is not empty");
}

bool prompt_input(struct span value, struct ask *ask, struct fault *why)
{
	return add_all(value, true, ask) ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "input must be a text, or a list of texts, tokens, "
			 "lists of tokens or objects with content, that is "
			 "not empty");
}
