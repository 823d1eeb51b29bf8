#ifndef DOMAIN_PROVIDER_NAMES_H
#define DOMAIN_PROVIDER_NAMES_H

#include "base/arena.h"
#include "base/fault.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>

/* What providers are called, those that are disabled too. */
struct provider_name {
	const char *slug, *name;
};
struct provider_names {
	struct provider_name *rows;
	size_t count;
};

bool provider_names_read(struct db *db, struct arena *a,
			 struct provider_names *names, struct fault *why);

/* Its name, or the slug itself when there is none. */
const char *provider_names_find(const struct provider_names *names,
				const char *slug);

#endif
