#ifndef DOMAIN_MENU_H
#define DOMAIN_MENU_H

#include "base/span.h"
#include "domain/catalog.h"

/*
 * The catalogue's model objects as JSON text. Each is printed once, when it is
 * first asked for, and kept for as long as the catalogue is: a list of
 * thousands is then only a matter of copying. BASE is model_json()'s, and the
 * same in all calls of a process. Any thread may ask.
 */
struct span menu_text(const struct catalog *catalog, const char *base,
		      const struct model *model, const struct endpoint *first);

#endif
