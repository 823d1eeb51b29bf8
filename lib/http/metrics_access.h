#ifndef HTTP_METRICS_ACCESS_H
#define HTTP_METRICS_ACCESS_H

#include "http/exchange.h"

/*
 * May the caller see metrics? *ACCOUNT is NULL for all of them, or the one
 * whose numbers he may see: that of his management key. FAULT_NOT_FOUND when
 * there are none to be seen, or as guard_admit().
 */
bool metrics_admit(struct exchange *x, const char **account, struct fault *why);

#endif
