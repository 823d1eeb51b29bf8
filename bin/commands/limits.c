#include "bin/commands/limits.h"

static void take(struct call *c, const char *name, struct limit *limit)
{
	const struct given *value = given(c, name);

	if (value->set)
		*limit = (struct limit){ !value->nothing, value->number };
}

void take_limits(struct call *c, struct limits *limits)
{
	take(c, "requests-per-minute", &limits->requests_per_minute);
	take(c, "requests-per-day", &limits->requests_per_day);
	take(c, "tokens-per-minute", &limits->tokens_per_minute);
}

void sheet_limits(struct sheet *s, const struct limits *limits)
{
	sheet_maybe(s, limit_value(&limits->requests_per_minute));
	sheet_maybe(s, limit_value(&limits->requests_per_day));
	sheet_maybe(s, limit_value(&limits->tokens_per_minute));
}
