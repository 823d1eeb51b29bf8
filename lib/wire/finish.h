#ifndef WIRE_FINISH_H
#define WIRE_FINISH_H

#include "base/span.h"

#include <stdbool.h>

/*
 * Why an answer ended, in OpenRouter's words: "stop", "length", "tool_calls",
 * "content_filter" or "error". NATIVE is the provider's JSON value; NULL when
 * it is no string. Where tools were CALLED, "stop" is "tool_calls", which
 * some providers do not say; no other word changes (P49). A word that nobody
 * knows is a stop like any other.
 */
const char *finish_read(struct span native, bool called);

#endif
