#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Append TEXT to B as a JSON string, with its quotes. Whatever TEXT is, the
 * string is valid: bytes that are no UTF-8 become U+FFFD.
 */
void quote_json(struct buf *b, struct span text);

#endif
