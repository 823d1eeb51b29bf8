#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H

#include "bin/commands/command.h"

/* The page of the command, of its topic, or of the whole, on standard output:
 * as far as C knows what was meant. TOPICS is closed by NULL. */
void help_print(const struct call *c, const struct topic *const *topics);

/* What to type for that page: "turnpike key create --help". */
const char *help_place(const struct call *c);

#endif
