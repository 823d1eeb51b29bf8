#ifndef DOMAIN_REPORT_JSON_H
#define DOMAIN_REPORT_JSON_H

#include "domain/report.h"

#include <jansson.h>

/* ARouter's usage summary: the sums of all, and of each provider, model and
 * key, what cost most first. */
json_t *report_summary_json(struct arena *a, const struct report *report);

/* Its time series' points. */
json_t *report_points_json(const struct point *points, size_t count);

#endif
