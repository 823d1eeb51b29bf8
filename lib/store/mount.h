#ifndef STORE_MOUNT_H
#define STORE_MOUNT_H

#include "base/fault.h"

#include <stdint.h>

/*
 * The write-ahead log needs memory shared by all processes that have the
 * database open, which no file system on another machine gives.
 */

/* The name of the network file system with the number TYPE of statfs(2), or
 * NULL when it is none that is known. */
const char *mount_network(uint64_t type);

/* FAULT_INTERNAL, naming the setting that helps, when the file PATH (which
 * need not exist yet) lies on a network file system. */
bool mount_is_local(const char *path, struct fault *why);

#endif
