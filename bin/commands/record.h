#ifndef COMMANDS_RECORD_H
#define COMMANDS_RECORD_H

#include "bin/commands/sheet.h"
#include "domain/generation.h"

/* A generation as one row: for people the main things, in JSON the fields of
 * GET /generation and a few of our own. */
extern const struct column RECORD_COLUMNS[];

void record_add(struct sheet *s, const struct generation *g);

#endif
