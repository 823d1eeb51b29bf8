#include "domain/supplier.h"

#include "base/keep.h"
#include "store/sql.h"

#include <string.h>

enum { SLUG_MOST = 64, NAME_MOST = 256, URL_MOST = 1024 };

static const char slug_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
static const char variable_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

static struct supplier from_row(struct arena *a, struct rows *rows)
{
	return (struct supplier){
		.slug = keep(a, rows_text(rows, 0)),
		.name = keep(a, rows_text(rows, 1)),
		.kind = keep(a, rows_text(rows, 2)),
		.base_url = keep(a, rows_text(rows, 3)),
		.quirks = keep(a, rows_text(rows, 4)),
		.environment = keep(a, rows_text(rows, 5)),
		.needs_credential = rows_number(rows, 6) != 0,
		.disabled = rows_number(rows, 7) != 0,
		.created_at = rows_number(rows, 8),
		.credentials = rows_number(rows, 9),
		.endpoints = rows_number(rows, 10),
	};
}

static bool list(struct db *db, struct arena *a, const char *slug,
		 struct list *found, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_SUPPLIER_LIST, "t", slug);

	while (rows_next(rows))
		*(struct supplier *)list_add(found, a) = from_row(a, rows);
	return rows_end(rows, why);
}

bool supplier_find(struct db *db, struct arena *a, const char *slug,
		   struct supplier *supplier, struct fault *why)
{
	struct list found = { .size = sizeof(struct supplier) };

	if (!list(db, a, slug, &found, why))
		return false;
	if (found.count == 0)
		return fault_set(why, FAULT_NOT_FOUND, "no provider '%.100s'",
				 slug);
	*supplier = *(struct supplier *)found.items;
	return true;
}

bool supplier_list(struct db *db, struct arena *a, struct supplier **all,
		   size_t *count, struct fault *why)
{
	struct list found = { .size = sizeof(struct supplier) };

	if (!list(db, a, NULL, &found, why))
		return false;
	*all = found.items;
	*count = found.count;
	return true;
}

/* Not empty, not longer than MOST, and made of LETTERS alone. */
static bool made_of(const char *text, const char *letters, size_t most)
{
	size_t len = strlen(text);

	return len > 0 && len <= most && strspn(text, letters) == len;
}

/* The host of an http or https address, or NULL. */
static const char *host_of(const char *url)
{
	if (!strncmp(url, "https://", 8))
		return url + 8;
	if (!strncmp(url, "http://", 7))
		return url + 7;
	return NULL;
}

static bool valid_url(const char *url, struct fault *why)
{
	const char *host = host_of(url);
	size_t authority = host ? strcspn(host, "/?#") : 0;

	if (authority == 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the base URL must begin with https:// or "
				 "http:// and a host");
	if (memchr(host, '@', authority))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the base URL must not have a user or a "
				 "password: a credential is kept apart");
	if (strpbrk(host, "?#"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the base URL must end with its path");
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c > '~')
			return fault_set(why, FAULT_BAD_REQUEST,
					 "the base URL has a character that "
					 "no URL has");
	if (strlen(url) > URL_MOST || url[strlen(url) - 1] == '/')
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the base URL must not end with a slash or "
				 "have more than %d characters",
				 URL_MOST);
	return true;
}

bool supplier_valid(const struct supplier *s, struct fault *why)
{
	if (!made_of(s->slug, slug_letters, SLUG_MOST))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "a provider's name is up to %d lower-case "
				 "letters, digits and '-_.'",
				 SLUG_MOST);
	if (!*s->name || strlen(s->name) > NAME_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "a provider's title has up to %d characters",
				 NAME_MOST);
	if (!made_of(s->kind, slug_letters, SLUG_MOST))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "'%.100s' is no dialect", s->kind);
	if (*s->environment &&
	    !made_of(s->environment, variable_letters, NAME_MOST))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "'%.100s' is no variable's name",
				 s->environment);
	return valid_url(s->base_url, why);
}

static const char *some(const char *text)
{
	return *text ? text : NULL;
}

static bool touch(struct db *db, struct fault *why)
{
	return db_do(db, why, SQL_VERSION_BUMP, "t", "catalogue");
}

bool supplier_create(struct db *db, void *change, struct fault *why)
{
	const struct supplier_change *c = change;
	const struct supplier *s = &c->supplier;

	if (!supplier_valid(s, why) ||
	    !db_do(db, why, SQL_SUPPLIER_CREATE, "ttttttnnn", s->slug, s->name,
		   s->kind, s->base_url, s->quirks, some(s->environment),
		   (int64_t)s->needs_credential, (int64_t)s->disabled, c->at))
		return false;
	if (db_changed(db) == 0)
		return fault_set(why, FAULT_CONFLICT,
				 "there is a provider '%s' already", s->slug);
	return touch(db, why);
}

bool supplier_change(struct db *db, void *change, struct fault *why)
{
	const struct supplier_change *c = change;
	const struct supplier *s = &c->supplier;

	return supplier_valid(s, why) &&
	       db_must(db, why, "no such provider", SQL_SUPPLIER_CHANGE,
		       "tttttnnt", s->name, s->kind, s->base_url, s->quirks,
		       some(s->environment), (int64_t)s->needs_credential,
		       (int64_t)s->disabled, s->slug) &&
	       touch(db, why);
}
