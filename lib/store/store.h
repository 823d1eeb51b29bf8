#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/settings.h"
#include "store/db.h"

/*
 * A process's way to the database: a few connections, opened when first asked
 * for and borrowed for the length of one question or one commit; changes that
 * several threads want at the same time go into one transaction; the write-
 * ahead log is checkpointed by a thread of our own, so that no request pays
 * for it. All functions may be called from any thread.
 */
struct store;

/* Nothing is opened yet. SETTINGS must outlive the store. */
struct store *store_new(const struct settings *settings);
void store_free(struct store *store);

/* A connection for reading, which refuses to change anything; waits for one to
 * come free. NULL: see WHY. To return NULL is to return nothing. */
struct db *store_borrow(struct store *store, struct fault *why);
void store_return(struct store *store, struct db *db);

/*
 * One of the steps of a transaction: do it all, or say why not, and then
 * whatever it had done is undone. May run in another thread, while the one
 * that asked waits. All others wait for it as well: it neither borrows nor
 * commits, and does nothing slow. It may be taken once more, when another one
 * has failed and all were undone, so what it leaves in WHAT does not depend on
 * what was left there before.
 */
typedef bool store_step(struct db *db, void *what, struct fault *why);

/*
 * Carry out STEP(WHAT) and make it durable. True means that it has been
 * committed. Steps are taken in the order in which they were asked for, as
 * many as are waiting in one transaction: the first to come leads and commits
 * for all, the others wait for it. When the commit itself fails, all fail with
 * FAULT_INTERNAL.
 */
bool store_commit(struct store *store, store_step *step, void *what,
		  struct fault *why);

/*
 * From the first commit on, a thread tends the log: for processes that live
 * long. Others call store_tidy() when nobody is waiting for them any more (a
 * CGI program whose answer has gone out, a command at its end): it brings the
 * log home when that has become long.
 */
void store_tend(struct store *store);
void store_tidy(struct store *store);

/* For `make bench` and /metrics. */
struct store_counts {
	int64_t commits, steps, checkpoints;
	int64_t busy; /* short sleeps while another process was writing */
};
struct store_counts store_counts(struct store *store);

#endif
