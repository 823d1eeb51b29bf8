#include "store/opener.h"

bool opener_open(struct opener *opener, int64_t patience_ms, struct db **db,
		 struct fault *why)
{
	struct db_options options = opener->options;
	bool ok;

	options.busy_wait_ms = patience_ms;
	pthread_mutex_lock(&opener->turn);
	ok = db_open(&options, db, why);
	pthread_mutex_unlock(&opener->turn);
	return ok;
}
