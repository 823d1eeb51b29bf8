#ifndef DOMAIN_PREFERENCE_H
#define DOMAIN_PREFERENCE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "domain/catalog.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A request's `provider` object: which endpoints it wants, and in which order
 * (OpenRouter's names and meanings). Providers go by slug, name or alias,
 * without regard to case; "slug/fp8" and "slug/eu" are only those endpoints of
 * it that have this quantization or region.
 */
struct preference_names {
	const char **items;
	size_t count;
};

struct preference {
	bool given; /* false: nothing is preferred */
	struct preference_names order, only, ignore, quantizations;
	bool only_given, quantizations_given; /* if empty, nothing fits */
	bool no_fallbacks, require_parameters;
	bool deny_collection, zdr, distillable;
	bool by_price;
	/* The most that may be paid, in pico-dollars per token, request or
	 * image; PRICE_UNKNOWN: no bound. */
	int64_t most_input, most_output, most_request, most_image, most_audio;
};

/* Read OBJECT, whose `at` is NULL where none was sent. FAULT_BAD_REQUEST names
 * the field that is ill-typed, out of range or contradicts another. */
bool preference_read(struct arena *a, struct span object,
		     struct preference *preference, struct fault *why);

/* What the endpoints are of; PARAMETERS is the comma list of those used. */
struct preference_scope {
	const struct catalog *catalog;
	const struct model *model;
	const char *parameters;
};

/* Does the endpoint fit? */
bool preference_fits(const struct preference *preference,
		     const struct preference_scope *scope,
		     const struct endpoint *e);

/* The endpoint's place in `order`, from 0; SIZE_MAX when it is not there. */
size_t preference_place(const struct preference *preference,
			const struct catalog *catalog,
			const struct endpoint *e);

#endif
