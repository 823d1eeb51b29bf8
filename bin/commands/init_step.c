#include "bin/commands/init_step.h"

#include "domain/account.h"
#include "domain/ledger.h"
#include "domain/supplier.h"
#include "store/sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char label[] = "environment";

static bool plant(struct db *db, struct fault *why)
{
	for (size_t i = 0; i < SQL_SEED_STEPS; i++)
		if (!db_run(db, SQL_SEED[i], why))
			return false;
	return true;
}

/* Both of the make-believe providers answer, or neither does. */
static bool set_sandbox(struct db *db, const struct start *s, const char *slug,
			struct fault *why)
{
	struct supplier_change change = { .at = s->at };

	if (!supplier_find(db, s->arena, slug, &change.supplier, why))
		return false;
	if (s->sandbox || s->account_made)
		change.supplier.disabled = !s->sandbox_on;
	if (s->sandbox_url)
		change.supplier.base_url = s->sandbox_url;
	return supplier_change(db, &change, why);
}

static bool set_sandboxes(struct db *db, const struct start *s,
			  struct fault *why)
{
	if (!s->sandbox && !s->sandbox_url && !s->account_made)
		return true;
	return set_sandbox(db, s, "sandbox", why) &&
	       set_sandbox(db, s, "sandbox2", why);
}

static bool make_account(struct db *db, struct start *s, struct fault *why)
{
	struct account_change change = { .account = { .name = s->account },
					 .at = s->at };
	struct grant grant = { .account = change.id,
			       .note = "first credit",
			       .amount = s->credit,
			       .at = s->at };

	if (!account_create(db, &change, why) ||
	    (s->credit && !ledger_grant(db, &grant, why)))
		return false;
	s->account_made = true;
	snprintf(s->account_id, sizeof(s->account_id), "%s", change.id);
	return true;
}

/* The first account, or, where there is one, the one that is meant. */
static bool set_account(struct db *db, struct start *s, struct fault *why)
{
	struct account *all, named;
	size_t count;

	if (!account_list(db, s->arena, &all, &count, why))
		return false;
	if (!s->account)
		s->account = count ? all[0].name : "default";
	if (count == 0)
		return make_account(db, s, why);
	if (!account_find(db, s->arena, s->account, &named, why))
		return false;
	snprintf(s->account_id, sizeof(s->account_id), "%s", named.id);
	return true;
}

static bool make_key(struct db *db, const struct start *s, const char *name,
		     struct key_change *change, struct fault *why)
{
	*change = (struct key_change){
		.key = { .account = s->account_id,
			 .name = name,
			 .management = change == &s->management,
			 .limit_reset = "",
			 .allowed_models = "",
			 .allowed_providers = "" },
		.at = s->at,
	};
	return key_create(db, change, why);
}

static bool make_keys(struct db *db, struct start *s, struct fault *why)
{
	if (!s->account_made && !s->new_key)
		return true;
	s->keys_made = make_key(db, s, "default", &s->key, why) &&
		       make_key(db, s, "management", &s->management, why);
	return s->keys_made;
}

/* The variable's value without white space around it; NULL when there is
 * none. */
static const char *value_of(struct arena *a, const char *variable)
{
	const char *text = *variable ? getenv(variable) : NULL;
	size_t len;

	if (!text)
		return NULL;
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return len ? arena_copy(a, text, len) : NULL;
}

/* Is SECRET what CREDENTIAL holds? One that does not open holds nothing. */
static bool holds(const struct start *s, const struct credential *credential,
		  const char *secret)
{
	const char *opened;

	return seal_open(&s->seal, s->arena, credential->sealed, &opened,
			 NULL) &&
	       !strcmp(opened, secret);
}

/* A credential with SECRET in place of OLD, if there is one. */
static bool replace(struct db *db, struct start *s, const struct supplier *p,
		    const char *secret, const struct credential *old,
		    struct fault *why)
{
	struct credential_change gone = { .credential = { 0 } };
	struct credential_change new = {
		.credential = { .provider = p->slug,
				.label = label,
				.weight = old ? old->weight : 1 },
		.secret = secret,
		.seal = &s->seal,
		.arena = s->arena,
		.at = s->at,
	};
	struct fault refused = { 0 };

	if (!credential_create(db, &new, &refused)) {
		if (refused.kind != FAULT_BAD_REQUEST)
			return fault_set(why, refused.kind, "%s", refused.text);
		*(const char **)list_add(&s->refused, s->arena) =
			arena_print(s->arena, "%s is passed over: %s",
				    p->environment, refused.text);
		return true;
	}
	*(struct found *)list_add(&s->found, s->arena) =
		(struct found){ p->slug, p->environment };
	if (!old)
		return true;
	gone.credential.id = old->id;
	return credential_delete(db, &gone, why);
}

static bool take_variable(struct db *db, struct start *s,
			  const struct supplier *p, struct fault *why)
{
	const char *secret = value_of(s->arena, p->environment);
	const struct credential *old = NULL;
	struct credential *all;
	size_t count;

	if (!secret)
		return true;
	if (!credential_list(db, s->arena, p->slug, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (holds(s, &all[i], secret))
			return true;
		if (!strcmp(all[i].label, label))
			old = &all[i];
	}
	return replace(db, s, p, secret, old, why);
}

static bool take_environment(struct db *db, struct start *s, struct fault *why)
{
	struct supplier *all;
	size_t count;

	if (!supplier_list(db, s->arena, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_variable(db, s, &all[i], why))
			return false;
	return true;
}

bool init_step(struct db *db, void *start, struct fault *why)
{
	struct start *s = start;

	return plant(db, why) && set_account(db, s, why) &&
	       set_sandboxes(db, s, why) && make_keys(db, s, why) &&
	       take_environment(db, s, why);
}
