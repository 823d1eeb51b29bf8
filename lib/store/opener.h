#ifndef STORE_OPENER_H
#define STORE_OPENER_H

#include "store/db.h"

#include <pthread.h>

/*
 * How this process opens its database: one connection at a time, as db_open()
 * wants it for a new file.
 */
struct opener {
	struct db_options options;
	pthread_mutex_t turn;
};

/* PATIENCE_MS is the busy_wait_ms of this connection. */
bool opener_open(struct opener *opener, int64_t patience_ms, struct db **db,
		 struct fault *why);

#endif
