#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include "bin/commands/command.h"

/* The options that every command has. */
extern const struct option GLOBAL_OPTIONS[];

/* How many rows there are in front of the closing one. */
size_t options_count(const struct option *options);

/* Take the options that come next on the command line, then one word; NULL
 * when there is none left. */
bool options_word(struct call *c, const char **word, struct fault *why);

/* Take all that is left: the options and arguments of the command. Whether
 * something is missing is asked for apart: not where help is wanted. */
bool options_rest(struct call *c, struct fault *why);
bool options_missing(struct call *c, struct fault *why);

#endif
