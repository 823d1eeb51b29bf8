#ifndef COMMANDS_INIT_STEP_H
#define COMMANDS_INIT_STEP_H

#include "base/keep.h"
#include "base/seal.h"
#include "domain/credential.h"
#include "domain/key.h"

/* A provider that got its credential from a variable. */
struct found {
	const char *provider, *variable;
};

/* What a home starts with. */
struct start {
	struct arena *arena;
	int64_t at;
	const char *account; /* NULL: "default"; then the one that it is */
	int64_t credit;	     /* of the first account */
	bool new_key;	     /* even if there is an account already */
	struct seal seal;
	const char *sandbox;	 /* "on" or "off" as it was typed, or NULL */
	const char *sandbox_url; /* or NULL */
	bool sandbox_on;	 /* what is in force */

	/* What came of it. */
	char account_id[32];
	bool account_made, keys_made;
	struct key_change key, management;
	struct list found; /* of struct found */
	struct list
		refused; /* of const char *: what is wrong with a variable */
};

/* A step for store_commit(): seeds, sandbox, account, keys, and credentials
 * from the environment. */
bool init_step(struct db *db, void *start, struct fault *why);

#endif
