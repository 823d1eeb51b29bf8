#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "store/commit.h"

/*
 * Brings the write-ahead log home, either by a thread of its own or when
 * somebody has time. Only for WAL; with the rollback journal it does nothing.
 */
struct checkpoint;

struct checkpoint *checkpoint_new(struct opener *opener, struct commit *commit);

/* Ends the thread, if there is one, within one checkpoint. */
void checkpoint_free(struct checkpoint *checkpoint);

/* From now on a thread does it. */
void checkpoint_tend(struct checkpoint *checkpoint);

/* There was a commit. */
void checkpoint_note(struct checkpoint *checkpoint);

/* Do it now if the log is long. */
void checkpoint_tidy(struct checkpoint *checkpoint);

int64_t checkpoint_count(struct checkpoint *checkpoint);

#endif
