#include "wire/sandbox_text.h"

#include <string.h>

/* A round of it begins with a space, so that rounds can follow each other. */
static const char lorem[] =
	" Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do "
	"eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim "
	"ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut "
	"aliquip ex ea commodo consequat. Duis aute irure dolor in "
	"reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla "
	"pariatur. Excepteur sint occaecat cupidatat non proident, sunt in "
	"culpa qui officia deserunt mollit anim id est laborum.";

enum { SENTENCES = 4, LOREM = sizeof(lorem) - 1 };

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '\'';
}

/* How many bytes the character at the start of TEXT has. */
static size_t character(struct span text)
{
	size_t len = 1;

	if ((text.at[0] & 0xC0) == 0xC0)
		while (len < text.len && len < 4 &&
		       (text.at[len] & 0xC0) == 0x80)
			len++;
	return len;
}

size_t sandbox_token(struct span text)
{
	size_t len;

	if (!text.len)
		return 0;
	len = text.at[0] == ' ' && text.len > 1 && in_word(text.at[1]);
	if (!in_word(text.at[len]))
		return character(text);
	while (len < text.len && len < SANDBOX_TOKEN_BYTES &&
	       in_word(text.at[len]))
		len++;
	return len;
}

int64_t sandbox_count(struct span text)
{
	int64_t count = 0;

	while (text.len > 0) {
		size_t len = sandbox_token(text);

		text.at += len;
		text.len -= len;
		count++;
	}
	return count;
}

struct sandbox_text sandbox_given(struct span text)
{
	return (struct sandbox_text){
		.given = { text.at ? text.at : "", text.len },
		.tokens = SANDBOX_NO_LIMIT,
		.bytes = (int64_t)text.len,
	};
}

struct sandbox_text sandbox_lorem(int64_t tokens, size_t start)
{
	return (struct sandbox_text){
		.start = start % SENTENCES,
		.tokens = tokens,
		.bytes = SANDBOX_NO_LIMIT,
	};
}

bool sandbox_more(const struct sandbox_text *text,
		  const struct sandbox_place *place)
{
	return place->tokens < text->tokens && place->bytes < text->bytes;
}

/* Where the lorem's sentence begins, behind its space. */
static size_t sentence(size_t number)
{
	const char *at = lorem;

	while (number-- > 0)
		at = strchr(at, '.') + 1;
	return (size_t)(at - lorem) + 1;
}

/* What comes next, up to the end of the text or of a round. */
static struct span rest(const struct sandbox_text *text,
			struct sandbox_place *place)
{
	if (text->given.at)
		return (struct span){ text->given.at + place->at,
				      text->given.len - place->at };
	if (!place->bytes)
		place->at = sentence(text->start);
	else if (place->at == LOREM)
		place->at = 0;
	return (struct span){ lorem + place->at, LOREM - place->at };
}

int64_t sandbox_take(const struct sandbox_text *text,
		     struct sandbox_place *place, int64_t count,
		     struct buf *out)
{
	int64_t taken = 0;

	for (; taken < count && sandbox_more(text, place); taken++) {
		struct span left = rest(text, place);
		size_t len = sandbox_token(left);

		if ((int64_t)len > text->bytes - place->bytes)
			len = (size_t)(text->bytes - place->bytes);
		buf_add(out, left.at, len);
		place->at += len;
		place->bytes += (int64_t)len;
		place->tokens++;
	}
	return taken;
}

/* A stop that the lorem has begins within the first round. */
static struct span sample(const struct sandbox_text *text, size_t stop_len,
			  struct buf *b)
{
	struct sandbox_place place = { 0 };

	if (text->given.at)
		return (struct span){ text->given.at, (size_t)text->bytes };
	while (b->len < LOREM + stop_len && sandbox_more(text, &place))
		sandbox_take(text, &place, 1, b);
	return (struct span){ b->text, b->len };
}

bool sandbox_stop(struct sandbox_text *text, struct span stop)
{
	struct buf b;
	struct span in;
	const char *found;

	if (!stop.len)
		return false;
	buf_init(&b, LOREM + stop.len + SANDBOX_TOKEN_BYTES);
	in = sample(text, stop.len, &b);
	found = memmem(in.at, in.len, stop.at, stop.len);
	if (found)
		text->bytes = found - in.at;
	buf_done(&b);
	return found;
}

/* Does TEXT have more than TOKENS tokens? */
static bool longer(const struct sandbox_text *text, int64_t tokens)
{
	struct sandbox_place place = { 0 };
	struct buf none;

	if (text->tokens <= tokens)
		return false;
	if (text->bytes == SANDBOX_NO_LIMIT)
		return true;
	buf_init(&none, 0);
	sandbox_take(text, &place, tokens, &none);
	buf_done(&none);
	return sandbox_more(text, &place);
}

bool sandbox_limit(struct sandbox_text *text, int64_t tokens)
{
	if (!longer(text, tokens))
		return false;
	text->tokens = tokens;
	return true;
}
