#ifndef COMMANDS_MODEL_H
#define COMMANDS_MODEL_H

#include "bin/commands/command.h"
#include "domain/catalog.h"

/* The commands of `turnpike model`, by what they need. */
bool model_list(struct call *c, struct fault *why);
bool model_show(struct call *c, struct fault *why);
bool model_import(struct call *c, struct fault *why);
bool model_add(struct call *c, struct fault *why);
bool model_price(struct call *c, struct fault *why);

/* The catalogue as it is now; goes with the call. NULL: see WHY. */
const struct catalog *model_catalogue(struct call *c, struct fault *why);

/* NULL: FAULT_NOT_FOUND tells the closest name. */
const struct model *model_find(const struct catalog *catalog, const char *id,
			       struct fault *why);

/* Its endpoint at PROVIDER, or at any (NULL); NULL when there is none. */
const struct endpoint *model_endpoint(const struct model *model,
				      const char *provider);

#endif
