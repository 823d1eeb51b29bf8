#ifndef WIRE_NATIVE_H
#define WIRE_NATIVE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/tokens.h"
#include "wire/ask.h"

#include <stdbool.h>

/*
 * What is known of the APIs that providers have by themselves: which requests
 * cost tokens, where they name their model, and how their answers tell usage.
 */
struct native {
	const char *method, *end; /* of the path: "/messages" */
	bool free;		  /* costs nothing */
	bool below;		  /* `end` is what one segment stands below */
	bool in_path;		  /* the model is named in the path */
	bool streams;		  /* the answer is a stream without being asked
				     to be */
	bool vectors;		  /* no output that is counted */
	bool usage_ends;	  /* a stream tells usage once, at its end */

	/* Add what a usage object says to TOKENS; what it does not mention
	 * stays. False when it cannot be believed. */
	bool (*usage)(struct span usage, struct tokens *tokens);
};

/* NULL: nothing is known of it. PATH is normalised; its case, its encoding and
 * a slash at its end make no difference, for some providers know none. */
const struct native *native_find(struct arena *a, const char *method,
				 const char *path);

/*
 * Read what there is to know of a request before it is passed on as it is:
 * model, stream, limits of output, and a bound for the prompt, which every byte
 * of the body counts towards. FAULT_BAD_REQUEST when BODY is no JSON object or
 * says twice what counts.
 */
bool native_read(struct arena *a, const struct native *native, const char *path,
		 struct span body, struct ask *ask, struct fault *why);

/* The model that any request names: in its path behind "/models/", or else in
 * a JSON body. NULL when none is, or when two could be read. */
const char *native_model(struct arena *a, const char *path, struct span body);

#endif
