#include "bin/commands/find.h"

#include "base/clock.h"

#include <string.h>

enum { SHORTEST_HASH = 4 };

bool find_account(struct call *c, const char *ref, struct account *account,
		  struct fault *why)
{
	struct account *all;
	size_t count;

	if (ref)
		return account_find(c->db, c->arena, ref, account, why);
	if (!account_list(c->db, c->arena, &all, &count, why))
		return false;
	if (count == 0)
		return fault_set(why, FAULT_NOT_FOUND, "there is no account");
	if (count > 1)
		return misused(c, why, "there are %zu accounts: say which one",
			       count);
	*account = all[0];
	return true;
}

static bool is_called(const struct key *key, const char *ref)
{
	size_t len = strlen(ref);

	return !strcmp(key->name, ref) || !strcmp(key->label, ref) ||
	       (len >= SHORTEST_HASH && !strncmp(key->hash, ref, len));
}

bool find_key(struct call *c, const char *ref, struct key *key,
	      struct fault *why)
{
	const struct key_page page = {
		.with_disabled = true,
		.limit = INT64_MAX,
		.now_ms = clock_now_ms(),
	};
	const struct key *found = NULL;
	struct key *all;
	size_t count;

	if (!strncmp(ref, "lr_", 3) && !strchr(ref, '.'))
		return misused(c, why,
			       "that is a key itself, which has no place on a "
			       "command line: say its name, label or hash");
	if (!key_list(c->db, c->arena, &page, &all, &count, why))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!is_called(&all[i], ref))
			continue;
		if (found)
			return fault_set(why, FAULT_BAD_REQUEST,
					 "several keys are called '%.100s': "
					 "say the beginning of the hash",
					 ref);
		found = &all[i];
	}
	if (!found)
		return fault_set(why, FAULT_NOT_FOUND, "no key '%.100s'", ref);
	*key = *found;
	return true;
}
