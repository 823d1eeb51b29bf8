#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stdint.h>

/*
 * What became of a request for inference, for the line that the log gets of
 * it. Whoever settles it fills this in; texts are in memory of the request's
 * arena, or NULL where there was none.
 */
struct trace {
	const char *generation, *model, *provider, *outcome;
	int64_t charge; /* nano-dollars */
	const char *error;
};

#endif
