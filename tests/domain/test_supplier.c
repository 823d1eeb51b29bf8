#include "domain/supplier.h"

#include "support/books.h"
#include "support/row.h"

static const struct supplier good = {
	.slug = "local",
	.name = "Local",
	.kind = "openai",
	.base_url = "http://127.0.0.1:11434/v1",
	.quirks = "",
	.environment = "LOCAL_KEY",
	.needs_credential = true,
};

static struct supplier found(struct books *b, const char *slug)
{
	struct supplier s = { 0 };
	struct fault why = { 0 };

	cr_assert(supplier_find(b->db, b->arena, slug, &s, &why), "%s",
		  why.text);
	return s;
}

static int64_t version(struct books *b)
{
	return books_number(b, "SELECT number FROM version");
}

Test(supplier, is_what_was_written)
{
	struct books b;
	struct supplier s;
	int64_t before;

	books_open(&b, 0);
	before = version(&b);
	books_do(&b, supplier_create,
		 &(struct supplier_change){ .supplier = good, .at = 7 });
	cr_expect_eq(version(&b), before + 1);
	s = found(&b, "LOCAL");
	cr_expect_str_eq(s.name, good.name);
	cr_expect_str_eq(s.base_url, good.base_url);
	cr_expect_str_eq(s.environment, good.environment);
	cr_expect(s.needs_credential && !s.disabled);
	cr_expect_eq(s.created_at, 7);
	cr_expect_eq(s.endpoints, 0);
	s.environment = "";
	s.disabled = true;
	books_do(&b, supplier_change,
		 &(struct supplier_change){ .supplier = s });
	cr_expect_eq(version(&b), before + 2);
	s = found(&b, "local");
	cr_expect_str_eq(s.environment, "");
	cr_expect(s.disabled);
	books_close(&b);
}

Test(supplier, is_there_once_by_slug_or_alias)
{
	struct supplier_change change = { .supplier = good };
	struct books b;
	struct fault why = { 0 };

	books_open(&b, 0);
	books_run(&b, "INSERT INTO provider_alias VALUES ('local', 'acme')");
	cr_expect(!books_try(&b, supplier_create, &change, &why));
	cr_expect_eq(why.kind, FAULT_CONFLICT);
	change.supplier.slug = "acme";
	why = (struct fault){ 0 };
	cr_expect(!books_try(&b, supplier_create, &change, &why));
	cr_expect_eq(why.kind, FAULT_CONFLICT);
	cr_expect_str_eq(found(&b, "Local").slug, "acme");
	books_close(&b);
}

Test(supplier, counts_what_is_not_disabled)
{
	struct books b;

	books_open(&b, 0);
	books_run(&b, "INSERT INTO credential VALUES"
		      " ('c1', 'acme', '', '', '', 1, 0, 0),"
		      " ('c2', 'acme', '', '', '', 1, 1, 0)");
	cr_expect_eq(found(&b, "acme").credentials, 1);
	cr_expect_eq(found(&b, "acme").endpoints, 1);
	books_run(&b, "UPDATE endpoint SET disabled = 1");
	cr_expect_eq(found(&b, "acme").endpoints, 0);
	books_close(&b);
}

static const struct {
	const char *label;
	struct supplier bad; /* members that are NULL are good */
} invalid[] = {
	{ "no slug", { .slug = "" } },
	{ "upper case", { .slug = "Local" } },
	{ "a colon", { .slug = "a:b" } },
	{ "no name", { .name = "" } },
	{ "no kind", { .kind = "" } },
	{ "no address", { .base_url = "" } },
	{ "another scheme", { .base_url = "file:///etc/passwd" } },
	{ "no host", { .base_url = "https:///v1" } },
	{ "a query in place of a host", { .base_url = "https://?x" } },
	{ "a password", { .base_url = "https://me:secret@x/v1" } },
	{ "a query", { .base_url = "https://x/v1?key=1" } },
	{ "a fragment", { .base_url = "https://x/v1#a" } },
	{ "a slash at the end", { .base_url = "https://x/v1/" } },
	{ "a new line", { .base_url = "https://x/v1\nHost: y" } },
	{ "beyond ASCII", { .base_url = "https://\xc3\xbc/v1" } },
	{ "no variable", { .environment = "A=B" } },
};

static const char *either(const char *bad, const char *otherwise)
{
	return bad ? bad : otherwise;
}

EACH(supplier, cannot_be_anything, invalid)
{
	struct supplier s = good;
	struct fault why = { 0 };

	cr_assert(supplier_valid(&s, &why), "%s", why.text);
	s.slug = either(row->bad.slug, s.slug);
	s.name = either(row->bad.name, s.name);
	s.kind = either(row->bad.kind, s.kind);
	s.base_url = either(row->bad.base_url, s.base_url);
	s.environment = either(row->bad.environment, s.environment);
	cr_expect(!supplier_valid(&s, &why), "%s", row->label);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", row->label);
}
