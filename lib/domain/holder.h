#ifndef DOMAIN_HOLDER_H
#define DOMAIN_HOLDER_H

#include "base/arena.h"

/*
 * Who holds: a process, named so that others can tell whether it still lives
 * and that no later one is taken for it: machine boot and process namespace,
 * process id, and when it started ("BOOT.NAMESPACE:PID:START", from /proc).
 */
enum holder_state {
	HOLDER_ALIVE,
	HOLDER_DEAD,
	HOLDER_UNSEEN, /* another boot or namespace: only time can tell */
};

/* This process. */
const char *holder_self(struct arena *a);

enum holder_state holder_state(const char *holder);

#endif
