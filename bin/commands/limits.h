#ifndef COMMANDS_LIMITS_H
#define COMMANDS_LIMITS_H

#include "bin/commands/command.h"
#include "bin/commands/sheet.h"
#include "domain/limits.h"

/* Rows of a table of options, which several commands have: what a key, or an
 * account, may ask for. */
#define LIMIT_OPTION(limit, what)                                              \
	{                                                                      \
		.name = limit, .value = "N", .kind = OPTION_COUNT,             \
		.help = what, .nothing = "none", .most = LIMITS_MOST           \
	}
#define LIMIT_OPTIONS                                                          \
	LIMIT_OPTION("requests-per-minute",                                    \
		     "requests in a minute; 0 blocks it"),                     \
		LIMIT_OPTION("requests-per-day", "requests in a day of UTC"),  \
		LIMIT_OPTION("tokens-per-minute",                              \
			     "tokens that its requests may take in a minute")

/* Change LIMITS by what was given for them. */
void take_limits(struct call *c, struct limits *limits);

/* Three cells, in the order of the options. */
void sheet_limits(struct sheet *s, const struct limits *limits);

#endif
