#ifndef HTTP_TAG_H
#define HTTP_TAG_H

#include "http/exchange.h"

/*
 * Answers that clients may keep, if they ask each time whether they still
 * hold. WHAT is all that the answer depends on, and says nothing to others: it
 * is hashed into the entity tag.
 *
 * Sets the headers. True when the client has just that: it has then been told
 * so (304), and there is nothing more to answer.
 */
bool tag_answer(struct exchange *x, const char *what);

/* Does an If-None-Match header have TAG, which is quoted? A tag that a web
 * server marked when it compressed the answer counts as the same. */
bool tag_matches(const char *header, const char *tag);

#endif
