#ifndef COMMANDS_FIND_H
#define COMMANDS_FIND_H

#include "bin/commands/command.h"
#include "domain/account.h"
#include "domain/key.h"

/* The account called REF (a name or an id); NULL: the only one there is, and
 * STATUS_MISUSED when there are several. */
bool find_account(struct call *c, const char *ref, struct account *account,
		  struct fault *why);

/*
 * The key called REF: its hash or the beginning of it, its name, or its label.
 * FAULT_BAD_REQUEST when several are. A key's own text is refused: it has no
 * place on a command line.
 */
bool find_key(struct call *c, const char *ref, struct key *key,
	      struct fault *why);

#endif
