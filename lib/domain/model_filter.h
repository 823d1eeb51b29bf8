#ifndef DOMAIN_MODEL_FILTER_H
#define DOMAIN_MODEL_FILTER_H

#include "base/arena.h"
#include "base/fault.h"
#include "domain/catalog.h"
#include "domain/view.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Which models of a view are wanted, from a query string with OpenRouter's
 * names. Texts are "" and bounds -1 where nothing was said. A model fits when
 * it fits each of them; lists name what must all be there (parameters, input)
 * or of which one is enough (output, providers, authors).
 */
struct model_filter {
	const char *search, *category, *family, *region;
	const char *parameters, *inputs, *outputs, *providers, *authors;
	int64_t context;		 /* tokens, at the least */
	int64_t input_least, input_most; /* pico-dollars a token */
	int64_t output_least, output_most;
	int64_t age_least, age_most; /* days */
	enum known distillable, zdr;
	bool unknowable; /* by what no model here has: nothing fits */

	int64_t now_ms; /* what an age is counted to */
};

/* FAULT_BAD_REQUEST names the parameter that is wrong. Parameters that are
 * empty count as absent; unknown ones are not looked at. */
bool model_filter_read(struct arena *a, const char *query, int64_t now_ms,
		       struct model_filter *filter, struct fault *why);

/* FIRST is the model's first endpoint in VIEW, whose price counts. */
bool model_filter_fits(const struct model_filter *filter,
		       const struct catalog *catalog, const struct view *view,
		       const struct model *model, const struct endpoint *first);

/* Would the same query choose others tomorrow, with the same catalogue? */
bool model_filter_ages(const struct model_filter *filter);

#endif
