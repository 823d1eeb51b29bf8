#ifndef COMMANDS_INIT_HOME_H
#define COMMANDS_INIT_HOME_H

#include "bin/commands/command.h"

/* Make the home, for its owner alone, and the folders that it is in. One that
 * is there is left as it is. It is then this process's to set up: another that
 * wants to waits until this one ends. */
bool home_make(struct call *c, struct fault *why);

/*
 * Write turnpike.conf with all settings at their defaults, but SANDBOX ("on",
 * "off", or NULL) as it is given, and read it. One that is there is kept.
 */
bool home_configure(struct call *c, const char *sandbox, struct fault *why);

/* Give what root has just made to whom the home belongs: the programs, which
 * run as that user, could not write it otherwise. */
bool home_hand_over(const struct call *c, struct fault *why);

#endif
