#include "base/splice.h"

#include "support/row.h"

/*
 * Edits are one word per member, by its name's first letter: "-x" removes
 * members x, "=x" puts 9 in the place of their values, "<" and ">" insert
 * "i":0 first and last.
 */
static const struct {
	const char *label, *text, *edits, *want;
} edits[] = {
	{ "nothing", " {\"a\" : 1.0e0,\"b\":\"\\u00e9\" }\n", "",
	  " {\"a\" : 1.0e0,\"b\":\"\\u00e9\" }\n" },
	{ "nothing, empty object", "{ }", "", "{ }" },
	{ "replace first", "{ \"a\": 1 , \"b\":2}", "=a",
	  "{ \"a\": 9 , \"b\":2}" },
	{ "replace last", "{\"a\":1,\"b\": 2 }", "=b", "{\"a\":1,\"b\": 9 }" },
	{ "replace a container", "{\"a\":[1,{\"b\":2}],\"b\":3}", "=a",
	  "{\"a\":9,\"b\":3}" },
	{ "replace all of a name", "{\"a\":1,\"b\":2,\"a\":3}", "=a",
	  "{\"a\":9,\"b\":2,\"a\":9}" },
	{ "remove the only one", "{\"a\":1}", "-a", "{}" },
	{ "remove the only one, in space", "{ \"a\" : 1 }", "-a", "{ }" },
	{ "remove first", "{ \"a\":1 , \"b\":2 }", "-a", "{ \"b\":2 }" },
	{ "remove last", "{ \"a\":1 , \"b\":2 }", "-b", "{ \"a\":1 }" },
	{ "remove last, no space", "{\"a\":1,\"b\":2}", "-b", "{\"a\":1}" },
	{ "remove middle", "{ \"a\":1 , \"b\":2 ,\"c\":3}", "-b",
	  "{ \"a\":1 ,\"c\":3}" },
	{ "remove first two", "{\"a\":1,\"b\":2,\"c\":3}", "-a-b",
	  "{\"c\":3}" },
	{ "remove last two", "{\"a\":1, \"b\":2 ,\"c\":3}", "-b-c",
	  "{\"a\":1}" },
	{ "remove both ends", "{\"a\":1,\"b\":2,\"c\":3}", "-a-c",
	  "{\"b\":2}" },
	{ "remove two in the middle", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}",
	  "-b-c", "{\"a\":1,\"d\":4}" },
	{ "remove every other", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", "-a-c",
	  "{\"b\":2,\"d\":4}" },
	{ "remove all", "{ \"a\":1 , \"b\":2, \"c\":3\n}", "-a-b-c", "{ }" },
	{ "remove all of a name", "{\"a\":1,\"b\":2,\"a\":{\"a\":1}}", "-a",
	  "{\"b\":2}" },
	{ "remove only duplicates", "{\"a\":1,\"a\":2,\"a\":3}", "-a", "{}" },
	{ "remove what an escape names", "{\"b\":1,\"\\u0061\":2}", "-a",
	  "{\"b\":1}" },
	{ "remove strings with commas", "{\"a\":\",}\",\"b\":\"{,\"}", "-a",
	  "{\"b\":\"{,\"}" },
	{ "last in empty", "{}", ">", "{\"i\":0}" },
	{ "last in empty, in space", "{ }", ">", "{ \"i\":0}" },
	{ "last", "{\"a\":1}", ">", "{\"a\":1,\"i\":0}" },
	{ "last, in space", "{ \"a\":1\n}", ">", "{ \"a\":1,\"i\":0\n}" },
	{ "two last", "{\"a\":1}", ">>", "{\"a\":1,\"i\":0,\"i\":0}" },
	{ "two last in empty", "{}", ">>", "{\"i\":0,\"i\":0}" },
	{ "last where all went", "{\"a\":1}", "-a>", "{\"i\":0}" },
	{ "two last where all went", "{ \"a\":1,\"b\":2 }", "-a-b>>",
	  "{ \"i\":0,\"i\":0}" },
	{ "last where the last went", "{\"a\":1,\"b\":2}", "-b>",
	  "{\"a\":1,\"i\":0}" },
	{ "last where the first went", "{\"a\":1,\"b\":2 }", "-a>",
	  "{\"b\":2,\"i\":0 }" },
	{ "first in empty", "{}", "<", "{\"i\":0}" },
	{ "first", "{\"a\":1}", "<", "{\"i\":0,\"a\":1}" },
	{ "first, in space", "{\n \"a\":1}", "<", "{\"i\":0,\n \"a\":1}" },
	{ "first where the first goes", "{\"a\":1, \"b\":2}", "<-a",
	  "{\"i\":0,\"b\":2}" },
	{ "first where the last goes", "{\"a\":1,\"b\":2}", "<-b",
	  "{\"i\":0,\"a\":1}" },
	{ "first where all go", "{\"a\":1,\"b\":2}", "<-a-b", "{\"i\":0}" },
	{ "first and last", "{\"a\":1}", "<>", "{\"i\":0,\"a\":1,\"i\":0}" },
	{ "first and last in empty", "{}", "<>", "{\"i\":0,\"i\":0}" },
	{ "first and last where all go", "{\"a\":1}", "<-a>",
	  "{\"i\":0,\"i\":0}" },
	{ "all at once", "[ignored]{\"a\":1,\"b\":2,\"c\":3} tail", "<-a=b-c>",
	  "[ignored]{\"i\":0,\"b\":9,\"i\":0} tail" },
};

static bool asked(const char *list, char what, const struct scan_item *item)
{
	char name[2] = { 0 };

	for (; *list; list++) {
		if (*list != what)
			continue;
		name[0] = list[1];
		if (scan_named(item, name))
			return true;
	}
	return false;
}

static void edit(struct splice *s, struct span object, const char *list)
{
	struct scan_walk w = scan_walk(object);
	struct scan_item item;

	if (strchr(list, '<'))
		splice_insert_first(s, "i", span_of("0"));
	while (scan_next(&w, &item)) {
		if (asked(list, '-', &item))
			splice_remove(s, &item);
		else if (asked(list, '=', &item))
			splice_replace(s, item.value, span_of("9"));
	}
	for (; *list; list++)
		if (*list == '>')
			splice_insert_last(s, "i", span_of("0"));
}

EACH(splice, changes_only_what_it_is_told_to, edits)
{
	struct span text = span_of(row->text), object;
	struct splice s;
	struct buf out;

	object.at = strchr(text.at, '{');
	object.len = (size_t)(strrchr(text.at, '}') - object.at) + 1;
	buf_init(&out, 1000);
	splice_begin(&s, text, object, &out);
	edit(&s, object, row->edits);
	splice_end(&s);
	cr_expect_str_eq(out.text, row->want, "%s", row->label);
	buf_done(&out);
}

static struct span part(const char *text, const char *what)
{
	return (struct span){ strstr(text, what), strlen(what) };
}

Test(splice, edits_an_object_within)
{
	static const char text[] =
		"{\"a\":1,\"o\":{ \"b\":2,\"c\":3 },\"d\":4}";
	struct span inner_text = part(text, "{ \"b\":2,\"c\":3 }");
	struct splice s, inner;
	struct buf out;

	buf_init(&out, 1000);
	buf_text(&out, "data: ");
	splice_begin(&s, span_of(text), span_of(text), &out);
	splice_replace(&s, part(text, "1"), span_of("one"));
	splice_inside(&s, inner_text, &inner);
	edit(&inner, inner_text, "-b=c>");
	splice_end(&inner);
	splice_replace(&s, part(text, "4"), span_of("four"));
	splice_end(&s);
	cr_expect_str_eq(out.text, "data: {\"a\":one,\"o\":{ \"c\":9,\"i\":0 },"
				   "\"d\":four}");
	buf_done(&out);
}

Test(splice, inserts_between_two_bytes)
{
	static const char text[] = "{\"a\":1,\"b\":2}";
	struct splice s;
	struct buf out;

	buf_init(&out, 1000);
	splice_begin(&s, span_of(text), span_of(text), &out);
	splice_replace(&s, (struct span){ strstr(text, ",\"b\""), 0 },
		       span_of(",\"new\":0"));
	splice_end(&s);
	cr_expect_str_eq(out.text, "{\"a\":1,\"new\":0,\"b\":2}");
	buf_done(&out);
}

Test(splice, keeps_the_ceiling)
{
	static const char text[] = "{\"a\":1}";
	struct splice s;
	struct buf out;

	buf_init(&out, sizeof(text) - 1);
	splice_begin(&s, span_of(text), span_of(text), &out);
	splice_insert_last(&s, "b", span_of("2"));
	splice_end(&s);
	cr_expect_not(buf_fits(&out));
	buf_done(&out);
}
