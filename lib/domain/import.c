#include "domain/import.h"

#include "domain/import_shape.h"

#include <string.h>

static const struct {
	const char *name;
	bool (*is)(struct span text);
	void (*read)(struct import_reader *r, struct span text);
} shapes[] = {
	{ "openrouter", import_is_openrouter, import_openrouter },
	{ "litellm", import_is_litellm, import_litellm },
	{ "models.dev", import_is_models_dev, import_models_dev },
};

bool import_read(struct arena *a, struct span text, struct import_list *list,
		 struct fault *why)
{
	struct import_list read = {
		.rows = { .size = sizeof(struct import_row) },
		.aliases = { .size = sizeof(struct import_alias) },
		.tallies = { .size = sizeof(struct import_tally) },
	};
	struct import_reader reader = { a, &read };
	struct span value;

	if (!scan_text(text, SCAN_DEPTH, &value, why))
		return false;
	hash_hex(text.at, text.len, read.hash);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		if (!shapes[i].is(value))
			continue;
		read.shape = shapes[i].name;
		shapes[i].read(&reader, value);
		*list = read;
		return true;
	}
	return fault_set(why, FAULT_BAD_REQUEST,
			 "this is no price list of a known shape: neither "
			 "OpenRouter's /models, nor LiteLLM's "
			 "model_prices_and_context_window.json, nor "
			 "models.dev's api.json");
}
