#ifndef COMMANDS_SECRET_H
#define COMMANDS_SECRET_H

#include "bin/commands/command.h"

/*
 * Read a secret from where --file or --environment say, or else from standard
 * input, where a terminal does not show it. White space around it is left
 * out. It is never taken from the command line, which everybody can read.
 */
bool secret_read(struct call *c, const char **secret, struct fault *why);

#endif
