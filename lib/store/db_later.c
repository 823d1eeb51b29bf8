/* Sums that are written at the end of a change: later.h. */
#include "store/engine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The texts stand behind the addition, each with its NUL. */
struct kept {
	struct addition addition;
	char texts[];
};

static size_t texts_len(const struct addition *a)
{
	size_t len = 0;

	for (int i = 0; i < LATER_TEXTS && a->texts[i]; i++)
		len += strlen(a->texts[i]) + 1;
	return len;
}

static struct kept *copy(const struct addition *a)
{
	struct kept *kept = malloc(sizeof(*kept) + texts_len(a));
	char *at;

	if (!kept)
		abort();
	kept->addition = *a;
	at = kept->texts;
	for (int i = 0; i < LATER_TEXTS && a->texts[i]; i++) {
		size_t len = strlen(a->texts[i]) + 1;

		kept->addition.texts[i] = memcpy(at, a->texts[i], len);
		at += len;
	}
	return kept;
}

void later_add(struct db *db, const struct addition *addition)
{
	struct later *l = &db->later;

	assert(db_changing(db));
	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 16;
		l->kept = realloc(l->kept, l->room * sizeof(struct kept *));
		if (!l->kept)
			abort();
	}
	l->kept[l->count++] = copy(addition);
	l->made++;
}

static bool same_texts(const struct addition *a, const struct addition *b)
{
	for (int i = 0; i < LATER_TEXTS; i++) {
		if (!a->texts[i] || !b->texts[i])
			return a->texts[i] == b->texts[i];
		if (strcmp(a->texts[i], b->texts[i]) != 0)
			return false;
	}
	return true;
}

static bool same(const struct addition *a, const struct addition *b)
{
	return a->write == b->write &&
	       !memcmp(a->places, b->places, sizeof(a->places)) &&
	       same_texts(a, b);
}

/* Add WHAT to one of the first COUNT, or put it behind them. */
static size_t join(struct kept **kept, size_t count, struct kept *what)
{
	for (size_t i = 0; i < count; i++) {
		struct addition *sum = &kept[i]->addition;

		if (!same(sum, &what->addition))
			continue;
		for (int n = 0; n < LATER_NUMBERS; n++)
			sum->numbers[n] += what->addition.numbers[n];
		if (what->addition.latest > sum->latest)
			sum->latest = what->addition.latest;
		free(what);
		return count;
	}
	kept[count] = what;
	return count + 1;
}

bool later_write(struct db *db, struct fault *why)
{
	struct later *l = &db->later;
	size_t sums = 0;
	bool ok = true;

	for (size_t i = 0; i < l->count; i++)
		sums = join(l->kept, sums, l->kept[i]);
	l->count = sums;
	for (size_t i = 0; i < sums && ok; i++)
		ok = l->kept[i]->addition.write(db, &l->kept[i]->addition, why);
	later_forget(db);
	return ok;
}

/* Aligned for any type, and the text behind them. */
struct note {
	struct note *next;
	const void *table;
	const char *text;
	_Alignas(max_align_t) char bytes[];
};

void *later_known(struct db *db, const void *table, const char *text)
{
	for (struct note *n = db->later.notes; n; n = n->next)
		if (n->table == table && !strcmp(n->text, text))
			return n->bytes;
	return NULL;
}

void *later_note(struct db *db, const void *table, const char *text,
		 size_t size, bool *fresh)
{
	void *known = later_known(db, table, text);
	struct note *n;

	*fresh = !known;
	if (known)
		return known;
	assert(db_changing(db));
	n = calloc(1, sizeof(*n) + size + strlen(text) + 1);
	if (!n)
		abort();
	n->table = table;
	n->text = memcpy(n->bytes + size, text, strlen(text) + 1);
	n->next = db->later.notes;
	db->later.notes = n;
	return n->bytes;
}

void later_forget(struct db *db)
{
	struct later *l = &db->later;

	while (l->count > 0)
		free(l->kept[--l->count]);
	for (struct note *next; l->notes; l->notes = next) {
		next = l->notes->next;
		free(l->notes);
	}
}

void later_done(struct db *db)
{
	later_forget(db);
	free(db->later.kept);
}
