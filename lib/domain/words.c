#include "domain/words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct span words_next(const char **list)
{
	const char *at = *list, *end;

	while (*at == ',')
		at++;
	end = strchrnul(at, ',');
	*list = end;
	return (struct span){ end > at ? at : NULL, (size_t)(end - at) };
}

bool words_have(const char *list, struct span word)
{
	struct span one;

	while ((one = words_next(&list)).at)
		if (one.len == word.len &&
		    !strncasecmp(one.at, word.at, word.len))
			return true;
	return false;
}

bool words_have_all(const char *has, const char *wanted)
{
	struct span word;

	while ((word = words_next(&wanted)).at)
		if (!words_have(has, word))
			return false;
	return true;
}

bool words_have_one(const char *has, const char *wanted)
{
	struct span word;

	if (!*wanted)
		return true;
	while ((word = words_next(&wanted)).at)
		if (words_have(has, word))
			return true;
	return false;
}

json_t *words_json(const char *list)
{
	json_t *array = json_array();
	struct span word;

	while ((word = words_next(&list)).at)
		json_array_append_new(array, json_stringn(word.at, word.len));
	return array;
}

const char *words_joined(struct arena *a, const char *list, char mark)
{
	char *text = arena_copy(a, list, strlen(list));

	for (char *c = text; *c; c++)
		if (*c == ',')
			*c = mark;
	return text;
}

static struct span trimmed(struct span word)
{
	while (word.len && *word.at == ' ')
		word = (struct span){ word.at + 1, word.len - 1 };
	while (word.len && word.at[word.len - 1] == ' ')
		word.len--;
	return word;
}

const char *words_tidy(struct arena *a, const char *list)
{
	char *tidy = arena_take(a, strlen(list) + 1), *to = tidy;
	struct span word;

	while ((word = words_next(&list)).at) {
		word = trimmed(word);
		if (word.len && to > tidy)
			*to++ = ',';
		for (size_t i = 0; i < word.len; i++)
			*to++ = (char)tolower((unsigned char)word.at[i]);
	}
	return tidy;
}
