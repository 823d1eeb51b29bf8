#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/fault.h"

#include <sys/types.h>
#include <time.h>

/*
 * A listening Unix socket of our own. Its file may be used by owner and group
 * (0660), so that whoever may write to it can be chosen by the group.
 */
struct listener {
	int fd;
	const char *path;
	struct timespec made; /* inodes are used again, times are not */
	dev_t device;
	ino_t inode;
};

/*
 * Listen at PATH, which must outlive the listener. A socket that a dead process
 * left there is removed; FAULT_CONFLICT when a live one listens at it, and
 * FAULT_BAD_REQUEST when it is too long, or something else than a socket.
 */
bool listen_at(const char *path, struct listener *listener, struct fault *why);

/* Remove the file, if it is still this socket's, so that the next process can
 * listen there while this one ends what it has under way. */
void listen_end(const struct listener *listener);

#endif
