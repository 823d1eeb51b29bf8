#include "http/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MOST = 1000000 };

bool page_number(struct exchange *x, const char *name, int64_t otherwise,
		 int64_t *value, struct fault *why)
{
	const char *text = exchange_query(x, name);
	long long number;
	char *end;

	if (!text) {
		*value = otherwise;
		return true;
	}
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end || number < 0 || number > NUMBER_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a number from 0 to %d", name,
				 NUMBER_MOST);
	*value = number;
	return true;
}

bool page_flag(struct exchange *x, const char *name, bool *value,
	       struct fault *why)
{
	const char *text = exchange_query(x, name);

	if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0 &&
	    strcmp(text, "1") != 0 && strcmp(text, "0") != 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be true or false", name);
	if (text)
		*value = *text == 't' || *text == '1';
	return true;
}
