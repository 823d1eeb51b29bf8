#include "domain/credential.h"

#include "base/hash.h"
#include "base/keep.h"
#include "store/sql.h"

#include <stdio.h>
#include <string.h>

enum { HINT = 4, SHORTEST_HINTED = 12, LONGEST = 8192 };

static struct credential from_row(struct arena *a, struct rows *rows)
{
	return (struct credential){
		.id = keep(a, rows_text(rows, 0)),
		.provider = keep(a, rows_text(rows, 1)),
		.label = keep(a, rows_text(rows, 2)),
		.sealed = keep(a, rows_text(rows, 3)),
		.hint = keep(a, rows_text(rows, 4)),
		.weight = rows_number(rows, 5),
		.disabled = rows_number(rows, 6) != 0,
		.created_at = rows_number(rows, 7),
	};
}

bool credential_list(struct db *db, struct arena *a, const char *provider,
		     struct credential **list, size_t *count, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_CREDENTIAL_LIST, "t", provider);
	struct list found = { .size = sizeof(struct credential) };

	while (rows_next(rows))
		*(struct credential *)list_add(&found, a) = from_row(a, rows);
	if (!rows_end(rows, why))
		return false;
	*list = found.items;
	*count = found.count;
	return true;
}

static bool touch(struct db *db, struct fault *why)
{
	return db_do(db, why, SQL_VERSION_BUMP, "t", "catalogue");
}

static bool usable(const char *secret, struct fault *why)
{
	size_t len = strlen(secret);

	if (len == 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the credential is empty");
	if (len > LONGEST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the credential is longer than %d characters",
				 LONGEST);
	for (size_t i = 0; i < len; i++)
		if (secret[i] <= ' ' || secret[i] > '~')
			return fault_set(why, FAULT_BAD_REQUEST,
					 "the credential has a character that "
					 "no key has, at place %zu",
					 i + 1);
	return true;
}

bool credential_create(struct db *db, void *change, struct fault *why)
{
	struct credential_change *c = change;
	const struct credential *new = &c->credential;
	size_t len = strlen(c->secret);
	char random[17];

	if (!usable(c->secret, why))
		return false;
	hash_random_hex(8, random);
	snprintf(c->id, sizeof(c->id), "cred-%s", random);
	return db_do(db, why, SQL_CREDENTIAL_CREATE, "tttttnn", c->id,
		     new->provider, new->label,
		     seal_close(c->seal, c->arena, c->secret),
		     len < SHORTEST_HINTED ? "" : c->secret + len - HINT,
		     new->weight, c->at) &&
	       touch(db, why);
}

bool credential_change(struct db *db, void *change, struct fault *why)
{
	const struct credential_change *c = change;

	return db_must(db, why, "no such credential", SQL_CREDENTIAL_CHANGE,
		       "tnnt", c->credential.label, c->credential.weight,
		       (int64_t)c->credential.disabled, c->credential.id) &&
	       touch(db, why);
}

bool credential_delete(struct db *db, void *change, struct fault *why)
{
	const struct credential_change *c = change;

	return db_must(db, why, "no such credential", SQL_CREDENTIAL_DELETE,
		       "t", c->credential.id) &&
	       touch(db, why);
}
