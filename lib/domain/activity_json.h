#ifndef DOMAIN_ACTIVITY_JSON_H
#define DOMAIN_ACTIVITY_JSON_H

#include "base/fields.h"
#include "domain/generation.h"
#include "domain/provider_names.h"
#include "domain/tally.h"

/*
 * The two views of activity, as fields. A record is one request and has all
 * that a row of OpenRouter's daily activity has, as a group of one.
 */
struct activity_record {
	struct generation generation;
	const char *provider_name;
	int64_t prompt, completion, requests, byok;
	bool is_byok;
};
struct activity_record activity_record(const struct generation *generation,
				       const struct provider_names *names);
extern const struct field ACTIVITY_RECORD[];

/* One day's use of a model at an endpoint. */
struct activity_day {
	struct tally tally;
	const char *account, *provider_name;
	int64_t byok;
};
struct activity_day activity_day(const struct tally *tally, const char *account,
				 const struct provider_names *names);
extern const struct field ACTIVITY_DAY[];

#endif
