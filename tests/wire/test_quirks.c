#include "wire/quirks.h"

#include "support/row.h"

static const struct {
	const char *list;
	unsigned want;
} lists[] = {
	{ "", 0 },
	{ "no_stream_options", QUIRK_NO_STREAM_OPTIONS },
	{ "max_completion_tokens", QUIRK_MAX_COMPLETION_TOKENS },
	{ "max_completion_tokens,no_stream_options",
	  QUIRK_NO_STREAM_OPTIONS | QUIRK_MAX_COMPLETION_TOKENS },
	{ "parametrised", 0 },
	{ "parametrised,no_stream_options", QUIRK_NO_STREAM_OPTIONS },
	{ "no_stream_options_at_all", 0 },
	{ "no_stream", 0 },
	{ ",,no_stream_options,", QUIRK_NO_STREAM_OPTIONS },
};

EACH(quirks, are_read_from_a_comma_list, lists)
{
	cr_expect_eq(quirks_read(row->list), row->want, "%s", row->list);
}
