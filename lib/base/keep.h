#ifndef BASE_KEEP_H
#define BASE_KEEP_H

#include "base/arena.h"

#include <stddef.h>
#include <string.h>

/* TEXT copied into memory of A; NULL stays NULL. */
static inline const char *keep(struct arena *a, const char *text)
{
	return text ? arena_copy(a, text, strlen(text)) : NULL;
}

/* At most MOST bytes of TEXT, whole characters only, with '?' for bytes that
 * are no UTF-8 and for control characters: what a stranger says about himself.
 * NULL stays NULL. */
const char *keep_tidy(struct arena *a, const char *text, size_t most);

/*
 * A growing array of items of SIZE bytes in memory of an arena. `items` moves
 * when it grows, so keep numbers, not addresses, while it does.
 */
struct list {
	size_t size, count, room;
	void *items;
};

/* Room for one more, zeroed. */
void *list_add(struct list *list, struct arena *a);

#endif
