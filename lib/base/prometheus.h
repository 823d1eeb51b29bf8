#ifndef BASE_PROMETHEUS_H
#define BASE_PROMETHEUS_H

#include "base/buf.h"

/*
 * Prometheus' text format, 0.0.4: families, each with its samples behind it.
 * All names are our own; the values of labels may be any text.
 */
#define PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* TYPE is counter, gauge or histogram. */
void prometheus_family(struct buf *out, const char *name, const char *type,
		       const char *help);

/* LABELS are names and values by turns, ending with NULL; NULL: none. VALUE is
 * a number. */
void prometheus_sample(struct buf *out, const char *name,
		       const char *const *labels, const char *value);

#endif
