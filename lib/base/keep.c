#include "base/keep.h"

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
