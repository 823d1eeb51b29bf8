#ifndef HTTP_ACTIVITY_PAGE_H
#define HTTP_ACTIVITY_PAGE_H

#include "http/exchange.h"

/*
 * GET /activity. A record for each request, or a row for each day and
 * endpoint: view=records or view=daily. A regular key gets the first and a
 * management key the second, as the two systems have it. JSON, or CSV with
 * format=csv or Accept: text/csv.
 */
bool activity_page(struct exchange *x, struct fault *why);

#endif
