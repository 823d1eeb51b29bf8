#ifndef DOMAIN_ROUTE_H
#define DOMAIN_ROUTE_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/catalog.h"
#include "domain/key.h"
#include "domain/preference.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which endpoints may answer a request, best first, and why the others are
 * left out. A pure function of its arguments, so that it can be replayed and
 * explained.
 */

/* What is asked for. */
struct wish {
	const char *model;	   /* "" or NULL: none named */
	const char *const *models; /* tried in order after it */
	size_t models_count;
	const struct key *key;
	const char *kind; /* the dialect that endpoints must speak */
	/* Output modalities, NULL at the end; a model must have one of them.
	 * NULL: any will do. */
	const char *const *makes;
	int64_t prompt_tokens;	/* an estimate */
	int64_t output_tokens;	/* asked for; 0: not said */
	const char *parameters; /* used; a comma list; NULL: not told */
	struct preference preference;
};

enum left_out {
	LEFT_OUT_KEY,	     /* the key may not use the model or the provider */
	LEFT_OUT_CREDENTIAL, /* the operator has no credential for it */
	LEFT_OUT_UNPRICED,
	LEFT_OUT_CONTEXT,    /* prompt and output do not fit */
	LEFT_OUT_KIND,	     /* speaks another dialect */
	LEFT_OUT_MAKES,	     /* makes something else: another endpoint's work */
	LEFT_OUT_PREFERENCE, /* the request's provider object leaves it out */
};

struct candidate {
	const struct model *model;
	const struct endpoint *endpoint;
	const char *native; /* the provider's name for the model */
};

struct passed_over {
	const struct model *model;
	const struct endpoint *endpoint;
	enum left_out why;
};

struct plan {
	const char *asked; /* the first model named, as it was written */
	struct candidate *candidates;
	size_t count;
	struct passed_over *passed_over;
	size_t passed_over_count;
};

/*
 * FAULT_BAD_REQUEST for a model that does not exist (with the closest names),
 * that no endpoint can hold the prompt of, that has no price, or that is to be
 * asked elsewhere (its `availability` says where);
 * FAULT_FORBIDDEN when the key may not; FAULT_NO_ROUTE when only credentials
 * are missing; FAULT_NOT_FOUND when the preferences leave nobody. PLAN is then
 * set all the same, for those who explain.
 */
bool route_plan(const struct catalog *catalog, struct arena *a,
		const struct wish *wish, struct plan *plan, struct fault *why);

/* "needs a credential", ...: for people. */
const char *left_out_text(enum left_out why);

#endif
