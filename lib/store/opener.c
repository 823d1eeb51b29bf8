#include "store/opener.h"

#include <string.h>

bool opener_open(struct opener *opener, int64_t patience_ms, struct db **db,
		 struct fault *why)
{
	struct db_options options = opener->options;
	bool ok;

	/* Each connection would have a database of its own. */
	if (!strcmp(options.path, ":memory:"))
		return fault_set(why, FAULT_INTERNAL,
				 "database :memory: cannot be shared");
	options.busy_wait_ms = patience_ms;
	pthread_mutex_lock(&opener->turn);
	ok = db_open(&options, db, why);
	pthread_mutex_unlock(&opener->turn);
	return ok;
}
