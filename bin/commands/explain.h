#ifndef COMMANDS_EXPLAIN_H
#define COMMANDS_EXPLAIN_H

#include "bin/commands/command.h"

/* The two halves of `turnpike explain`: what became of a generation, and what
 * would become of a request. */
bool explain_generation(struct call *c, const char *id, struct fault *why);
bool explain_route(struct call *c, const char *model, struct fault *why);

#endif
