#include "wire/finish.h"

#include "support/row.h"

static const struct {
	const char *native, *want, *called;
} finishes[] = {
	{ "\"stop\"", "stop", "tool_calls" },
	{ "\"length\"", "length", "length" },
	{ "\"tool_calls\"", "tool_calls", "tool_calls" },
	{ "\"content_filter\"", "content_filter", "content_filter" },
	{ "\"error\"", "error", "error" },
	{ "\"function_call\"", "tool_calls", "tool_calls" },
	{ "\"end_turn\"", "stop", "tool_calls" },
	{ "\"eos\"", "stop", "tool_calls" },
	{ "\"tool_use\"", "tool_calls", "tool_calls" },
	{ "\"max_tokens\"", "length", "length" },
	{ "\"MAX_TOKENS\"", "length", "length" },
	{ "\"STOP\"", "stop", "tool_calls" },
	{ "\"SAFETY\"", "content_filter", "content_filter" },
	{ "\"model_length\"", "length", "length" },
	{ "\"insufficient_system_resource\"", "error", "error" },
	{ "\"network_error\"", "error", "error" },
	{ "\"lengthy\"", "stop", "tool_calls" },
	{ "\"\"", "stop", "tool_calls" },
	{ "null", NULL, NULL },
	{ "1", NULL, NULL },
};

EACH(finish, P49_is_one_of_five_words, finishes)
{
	struct span native = span_of(row->native);
	const char *plain = finish_read(native, false);
	const char *called = finish_read(native, true);

	if (!row->want) {
		cr_expect_null(plain, "%s", row->native);
		cr_expect_null(called, "%s", row->native);
		return;
	}
	cr_expect_str_eq(plain, row->want, "%s", row->native);
	cr_expect_str_eq(called, row->called, "%s", row->native);
}

Test(finish, is_none_where_there_is_none)
{
	cr_expect_null(finish_read((struct span){ 0 }, true));
}
