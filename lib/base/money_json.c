#include "base/money_json.h"

#include "base/arena.h"
#include "base/clock.h"

static const int64_t nano_per_dollar = 1000000000;

json_t *money_json(int64_t nano)
{
	if (nano % nano_per_dollar == 0)
		return json_integer(nano / nano_per_dollar);
	return json_real((double)nano / (double)nano_per_dollar);
}

json_t *time_json(int64_t at_ms)
{
	struct arena *a;
	json_t *text;

	if (at_ms == 0)
		return json_null();
	a = arena_new();
	text = json_string(clock_print(a, at_ms));
	arena_free(a);
	return text;
}
