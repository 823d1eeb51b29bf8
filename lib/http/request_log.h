#ifndef HTTP_REQUEST_LOG_H
#define HTTP_REQUEST_LOG_H

#include "http/exchange.h"

/* Is there a line for each request (the setting log_requests)? */
bool request_log_on(const struct exchange *x);

/*
 * Write the request's line, when all is over: "request=gen-... method=POST
 * path=/chat/completions status=200 bytes=512 ms=87 ...". A value that is more
 * than letters, digits and a few marks is quoted; what could end the line, or
 * a value, is written as in C. There is nothing in it that a client would have
 * to keep to himself: no query, no key but its label, no text of anybody's.
 */
void request_log_end(const struct exchange *x);

#endif
