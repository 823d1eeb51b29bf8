#ifndef HTTP_METRICS_PAGE_H
#define HTTP_METRICS_PAGE_H

#include "http/exchange.h"

/*
 * GET /metrics, in Prometheus' text format. Whom the setting `metrics` lets in
 * sees the numbers of the whole installation, and a management key those of
 * its account. suite->own is the struct metrics_memory.
 */
bool metrics_page(struct exchange *x, struct fault *why);

#endif
