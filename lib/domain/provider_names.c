#include "domain/provider_names.h"

#include "base/keep.h"
#include "store/sql.h"

#include <string.h>

bool provider_names_read(struct db *db, struct arena *a,
			 struct provider_names *names, struct fault *why)
{
	struct list list = { .size = sizeof(struct provider_name) };
	struct rows *rows = db_ask(db, SQL_PROVIDER_NAMES, "");

	while (rows_next(rows))
		*(struct provider_name *)list_add(&list, a) =
			(struct provider_name){
				.slug = keep(a, rows_text(rows, 0)),
				.name = keep(a, rows_text(rows, 1)),
			};
	*names = (struct provider_names){ list.items, list.count };
	return rows_end(rows, why);
}

const char *provider_names_find(const struct provider_names *names,
				const char *slug)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->rows[i].slug, slug))
			return names->rows[i].name;
	return slug;
}
