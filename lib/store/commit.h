#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "store/opener.h"
#include "store/store.h"

/*
 * The way of all changes of a process into the database, in groups: see
 * store_commit().
 */
struct commit;

struct commit *commit_new(struct opener *opener);
void commit_free(struct commit *commit);

bool commit_run(struct commit *commit, store_step *step, void *what,
		struct fault *why);

/* Is this thread inside a step? Whoever waits there waits for itself. */
bool commit_is_step(struct commit *commit);

/* Do ACT(WHAT) when it is this caller's turn, while nobody else of this process
 * is writing. */
void commit_alone(struct commit *commit, void (*act)(void *what), void *what);

/* How many pages the log had after the last commit; in commit_alone(), say
 * that the next one will begin it anew. */
int64_t commit_log_pages(struct commit *commit);
void commit_log_is_home(struct commit *commit);

/* How many transactions there were, and how many steps in them. */
int64_t commit_count(struct commit *commit);
int64_t commit_steps(struct commit *commit);

#endif
