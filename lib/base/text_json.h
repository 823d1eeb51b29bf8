#ifndef BASE_TEXT_JSON_H
#define BASE_TEXT_JSON_H

#include <jansson.h>

/* TEXT as JSON, null for "" and NULL. Clients' headers may hold any bytes:
 * those that are no UTF-8 become U+FFFD. */
json_t *text_json(const char *text);

#endif
