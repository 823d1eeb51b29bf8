#ifndef HTTP_KEY_PAGE_H
#define HTTP_KEY_PAGE_H

#include "domain/key.h"
#include "http/exchange.h"

/*
 * GET /keys: which of the caller's account are asked for, by offset as
 * OpenRouter's clients do it or by the page_token of the page before as
 * ARouter's do. Answers with them, and with the token of the next page.
 */
bool key_page(struct exchange *x, struct fault *why);

#endif
