#ifndef DOMAIN_GENERATION_H
#define DOMAIN_GENERATION_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/tokens.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The record of one request: metadata only, never what was said. Amounts are
 * nano-dollars, times milliseconds since 1970, durations milliseconds (-1:
 * never came to it). Texts that were not given are "".
 */
struct generation {
	const char *id, *account, *api_key, *state, *holder;
	int64_t at, ended_at, expires_at, held;
	int64_t prompt_estimate, output_known;
	const char *operation, *model_asked, *model, *endpoint, *provider;
	bool streamed;
	int64_t price; /* 0: none */
	const char *outcome;
	int64_t charge, cost;
	bool estimated, disputed;
	struct tokens tokens;
	const char *finish, *native_finish, *error, *upstream_id, *failures;
	int64_t status, first_token_ms, total_ms;
	const char *referer, *title, *end_user, *session, *agent;
};

/* FAULT_NOT_FOUND, also when it is another account's (NULL: anybody's). */
bool generation_find(struct db *db, struct arena *a, const char *id,
		     const char *account, struct generation *generation,
		     struct fault *why);

/* A page, newest first. ACCOUNT and KEY NULL: everybody's; BEFORE_MS 0: from
 * now; SINCE_MS 0: from the first. */
struct generation_page {
	const char *account, *key;
	int64_t since_ms, before_ms, limit;
};
bool generation_list(struct db *db, struct arena *a,
		     const struct generation_page *page,
		     struct generation **list, size_t *count,
		     struct fault *why);

/* One at a time, oldest first, for what must read them all; false from EACH
 * ends it. A generation's texts live until EACH returns. */
bool generation_each(struct db *db,
		     bool (*each)(void *who, const struct generation *g),
		     void *who, struct fault *why);

/* Those that are held, of one holder. */
bool generation_held(struct db *db, struct arena *a, const char *holder,
		     struct generation **list, size_t *count,
		     struct fault *why);

#endif
