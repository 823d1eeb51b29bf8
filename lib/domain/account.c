#include "domain/account.h"

#include "base/hash.h"
#include "base/keep.h"
#include "store/sql.h"

#include <stdio.h>

static struct account from_row(struct arena *a, struct rows *rows)
{
	int64_t balance = rows_number(rows, 5), granted = rows_number(rows, 7);

	return (struct account){
		.id = keep(a, rows_text(rows, 0)),
		.name = keep(a, rows_text(rows, 1)),
		.default_model = keep(a, rows_text(rows, 2)),
		.disabled = rows_number(rows, 3) != 0,
		.created_at = rows_number(rows, 4),
		.balance = balance,
		.held = rows_number(rows, 6),
		.granted = granted,
		.used = granted - balance,
		.limits = limits_from_row(rows, 8),
	};
}

static bool list(struct db *db, struct arena *a, const char *ref,
		 struct list *list, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_ACCOUNT_LIST, "t", ref);

	while (rows_next(rows))
		*(struct account *)list_add(list, a) = from_row(a, rows);
	return rows_end(rows, why);
}

bool account_find(struct db *db, struct arena *a, const char *ref,
		  struct account *account, struct fault *why)
{
	struct list found = { .size = sizeof(struct account) };

	if (!list(db, a, ref, &found, why))
		return false;
	if (found.count == 0)
		return fault_set(why, FAULT_NOT_FOUND, "no account '%s'", ref);
	*account = *(struct account *)found.items;
	return true;
}

bool account_list(struct db *db, struct arena *a, struct account **accounts,
		  size_t *count, struct fault *why)
{
	struct list found = { .size = sizeof(struct account) };

	if (!list(db, a, NULL, &found, why))
		return false;
	*accounts = found.items;
	*count = found.count;
	return true;
}

static const char *some(const char *text)
{
	return text && *text ? text : NULL;
}

bool account_create(struct db *db, void *change, struct fault *why)
{
	struct account_change *c = change;
	const struct limits *limits = &c->account.limits;
	char random[17];

	hash_random_hex(8, random);
	snprintf(c->id, sizeof(c->id), "acct-%s", random);
	if (!db_do(db, why, SQL_ACCOUNT_CREATE, "tttnnmmm", c->id,
		   c->account.name, some(c->account.default_model),
		   (int64_t)c->account.disabled, c->at,
		   limit_value(&limits->requests_per_minute),
		   limit_value(&limits->requests_per_day),
		   limit_value(&limits->tokens_per_minute)))
		return false;
	if (db_changed(db) == 0)
		return fault_set(why, FAULT_CONFLICT,
				 "there is an account '%s' already",
				 c->account.name);
	return db_do(db, why, SQL_ACCOUNT_OPEN_BOOK, "t", c->id);
}

bool account_change(struct db *db, void *change, struct fault *why)
{
	const struct account_change *c = change;
	const struct limits *limits = &c->account.limits;

	return db_do(db, why, SQL_VERSION_BUMP, "t", "access") &&
	       db_must(db, why, "no such account", SQL_ACCOUNT_CHANGE, "tnmmmt",
		       some(c->account.default_model),
		       (int64_t)c->account.disabled,
		       limit_value(&limits->requests_per_minute),
		       limit_value(&limits->requests_per_day),
		       limit_value(&limits->tokens_per_minute), c->account.id);
}
