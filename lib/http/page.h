#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "http/exchange.h"

#include <stdint.h>

/* Query parameters that choose a page. Absent ones leave *VALUE at OTHERWISE
 * or alone; FAULT_BAD_REQUEST names the wrong ones. */
bool page_number(struct exchange *x, const char *name, int64_t otherwise,
		 int64_t *value, struct fault *why);
bool page_flag(struct exchange *x, const char *name, bool *value,
	       struct fault *why);

#endif
