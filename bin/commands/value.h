#ifndef COMMANDS_VALUE_H
#define COMMANDS_VALUE_H

#include "bin/commands/command.h"

/* What TEXT means for OPTION; FAULT_BAD_REQUEST names the option, the text
 * and what it would take. Adds to GIVEN when it is a list. */
bool value_read(struct arena *a, const struct option *option, const char *text,
		struct given *given, struct fault *why);

/* The same for an argument called NAME. */
bool value_dollars(const char *name, const char *text, int64_t *nano,
		   struct fault *why);

#endif
