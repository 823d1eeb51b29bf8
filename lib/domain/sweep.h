#ifndef DOMAIN_SWEEP_H
#define DOMAIN_SWEEP_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/store.h"

#include <stdint.h>

/*
 * What dead processes left: their open holds are settled by whoever comes
 * next, charged by what is known (the prompt by estimate, and the output that
 * had streamed past when the hold was last extended) and marked estimated. A
 * process that cannot be seen from here is believed until its holds expire.
 */
struct swept {
	int64_t holders, generations, freed; /* freed: nano-dollars */
};

bool sweep(struct store *store, struct arena *a, int64_t now_ms,
	   struct swept *swept, struct fault *why);

#endif
