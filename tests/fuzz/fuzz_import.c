/* Price lists of any shape. */
#include "domain/import.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new();
	struct import_list list;

	if (import_read(a, (struct span){ (const char *)bytes, len }, &list,
			NULL)) {
		const struct import_row *rows = list.rows.items;

		/* Both prices are known, or neither; none is below zero. */
		for (size_t i = 0; i < list.rows.count; i++)
			for (int kind = 0; kind < PRICE_KINDS; kind++)
				if (rows[i].price.pico[kind] < PRICE_UNKNOWN ||
				    (rows[i].price.pico[PRICE_INPUT] < 0) !=
					    (rows[i].price.pico[PRICE_OUTPUT] <
					     0))
					abort();
	}
	arena_free(a);
	return 0;
}
