#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "http/exchange.h"

/*
 * Read what is left of the body and drop it. An answer begun before the body
 * has been read to its end may never arrive: web servers wait to get rid of
 * the body while the program waits to get rid of the answer.
 */
void body_drain(struct exchange *x);

#endif
