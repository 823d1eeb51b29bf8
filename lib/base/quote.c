#include "base/quote.h"

#include "base/utf8.h"

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* What stands for the character at AT, whose length is LEN, 0 if it is none. */
static void add_character(struct buf *b, const char *at, size_t len)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *found = *at ? strchr(from, *at) : NULL;

	if (found)
		buf_print(b, "\\%c", to[found - from]);
	else if (!len)
		buf_text(b, "\xEF\xBF\xBD");
	else if (len == 1 && *at < 0x20)
		buf_print(b, "\\u%04x", (unsigned)*at);
	else
		buf_add(b, at, len);
}

void quote_json(struct buf *b, struct span text)
{
	const char *end;

	buf_text(b, "\"");
	if (text.len) {
		end = text.at + text.len;
		for (const char *at = text.at, *from; at < end;) {
			for (from = at; at < end && is_plain(*at); at++)
				;
			buf_add(b, from, (size_t)(at - from));
			if (at < end) {
				size_t len = utf8_len(at, end);

				add_character(b, at, len);
				at += len ? len : 1;
			}
		}
	}
	buf_text(b, "\"");
}
