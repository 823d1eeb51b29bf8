#include "base/keep.h"

#include "base/utf8.h"

#include <stdbool.h>

enum { FIRST_ROOM = 16 };

void *list_add(struct list *list, struct arena *a)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : FIRST_ROOM;
		void *wider = arena_take(a, room * list->size);

		if (list->count)
			memcpy(wider, list->items, list->count * list->size);
		list->items = wider;
		list->room = room;
	}
	return (char *)list->items + list->count++ * list->size;
}

const char *keep_tidy(struct arena *a, const char *text, size_t most)
{
	size_t len = text ? strnlen(text, most) : 0, used = 0;
	char *tidy = arena_take(a, len + 1);

	for (size_t at = 0; at < len;) {
		size_t character = utf8_len(text + at, text + strlen(text));
		bool odd = !character || (unsigned char)text[at] < ' ';
		size_t step = odd ? 1 : character;

		if (used + step > len)
			break;
		memcpy(tidy + used, odd ? "?" : text + at, step);
		used += step;
		at += step;
	}
	return text ? tidy : NULL;
}
