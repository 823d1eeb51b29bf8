#ifndef HTTP_CREW_H
#define HTTP_CREW_H

#include "http/serve.h"

/*
 * Threads that wait for connections on one listening socket, and serve one
 * each. There are `spare` to begin with; whoever takes a connection while no
 * other waits adds one, up to `most`. Those that nobody needed for the whole
 * of `trim_ms` go again.
 */
struct crew {
	int listener;
	int64_t most, spare;
	int64_t trim_ms;
	int64_t stop_ms; /* what is under way gets, after a signal to stop */
	struct log *log;

	/* Serve the connection and close it; called from many threads. */
	void (*serve)(void *what, int connection);
	/* No connection is going to be accepted any more. */
	void (*stop)(void *what);
	void *what;
};

/*
 * Block the signals that concern the crew. To be called before the process
 * makes its first thread, so that all of them inherit it.
 */
void crew_block_signals(void);

/*
 * Work until SIGTERM, SIGUSR1 or SIGINT; from then on serve_stopping() is
 * true and no connection is accepted. Returns whether all threads have ended:
 * if not, some are still in serve() and the process must end without
 * touching what they use.
 */
bool crew_run(const struct crew *crew);

/*
 * Wait for bytes on a connection that has nothing under way. False when the
 * other side closed it or the process is to stop, or after PATIENCE_MS.
 */
bool crew_await(int connection, int64_t patience_ms);

#endif
