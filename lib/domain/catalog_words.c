/* The half of catalog.h that compares names. */
#include "domain/catalog.h"

#include <string.h>

enum { WORD_MOST = 64, NEAR = 3, CLOSEST_MOST = 8 };

bool catalog_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; *at;) {
		size_t item = strcspn(at, ",");

		if (item == len && !memcmp(at, word, len))
			return true;
		at += item + (at[item] == ',');
	}
	return false;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance of two words, both cut to WORD_MOST. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MOST + 1], la = strnlen(a, WORD_MOST),
				   lb = strnlen(b, WORD_MOST);

	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[lb];
}

static const char *slug(const char *id)
{
	const char *slash = strchr(id, '/');

	return slash ? slash + 1 : id;
}

/* How far a name is from what was written: by the slug, so that a wrong or
 * missing author does not hide the right model; a beginning is near. */
static size_t apart(const char *written, const char *id)
{
	const char *a = slug(written), *b = slug(id);
	size_t la = strnlen(a, WORD_MOST), lb = strnlen(b, WORD_MOST);

	if (*a && !strncmp(a, b, strlen(a)))
		return 1;
	if (la > lb + NEAR || lb > la + NEAR)
		return NEAR + 1;
	return distance(a, b);
}

/* A short name is near to fewer: a third of its letters may be wrong. */
static size_t reach(const char *written)
{
	size_t third = (strnlen(slug(written), WORD_MOST) + 2) / 3;

	return third < NEAR ? third : NEAR;
}

size_t catalog_closest(const struct catalog *catalog, const char *id,
		       const char **closest, size_t most)
{
	size_t count, found = 0, at, far[CLOSEST_MOST + 1];
	const struct model *models = catalog_models(catalog, &count);
	const size_t near = reach(id);

	if (most > CLOSEST_MOST)
		most = CLOSEST_MOST;
	for (size_t i = 0; most && i < count; i++) {
		size_t d = apart(id, models[i].id);

		if (d > near || (found == most && d >= far[found - 1]))
			continue;
		for (at = found; at && far[at - 1] > d; at--) {
			far[at] = far[at - 1];
			if (at < most)
				closest[at] = closest[at - 1];
		}
		far[at] = d;
		closest[at] = models[i].id;
		found += found < most;
	}
	return found;
}
