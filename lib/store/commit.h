#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "store/checkpoint.h"
#include "store/store.h"

/*
 * The way of all changes of a process into the database, in groups: see
 * store_commit().
 */
struct commit;

struct commit *commit_new(struct opener *opener, struct checkpoint *checkpoint);
void commit_free(struct commit *commit);

bool commit_run(struct commit *commit, store_step *step, void *what,
		struct fault *why);

/* How many transactions there were, and how many steps in them. */
int64_t commit_count(struct commit *commit);
int64_t commit_steps(struct commit *commit);

#endif
