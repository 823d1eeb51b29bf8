#ifndef DOMAIN_WORDS_H
#define DOMAIN_WORDS_H

#include "base/arena.h"
#include "base/span.h"

#include <jansson.h>
#include <stdbool.h>

/* Comma lists, as the catalogue and queries have them: "text,image". */

/* Go through LIST: its next word, and behind the last one a span that is none.
 */
struct span words_next(const char **list);

/* Does LIST have this word, whatever its case? */
bool words_have(const char *list, struct span word);

/* Does HAS have all words of WANTED; or one of them, if there are any? */
bool words_have_all(const char *has, const char *wanted);
bool words_have_one(const char *has, const char *wanted);

/* ["text","image"] */
json_t *words_json(const char *list);

/* With MARK in place of each comma: "text+image". */
const char *words_joined(struct arena *a, const char *list, char mark);

/* In lower case, without spaces around words and without empty ones. */
const char *words_tidy(struct arena *a, const char *list);

#endif
