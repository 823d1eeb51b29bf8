#include "bin/commands/model.h"

static const struct option list_options[] = {
	{ .name = "provider",
	  .value = "PROVIDER",
	  .kind = OPTION_TEXT,
	  .help = "only what it has, at its prices" },
	{ 0 },
};

static const struct command commands[] = {
	{ .name = "list",
	  .arguments = "[SEARCH]",
	  .summary = "List models, with dollars per million tokens",
	  .notes = "With SEARCH only those that have it in their id or name.",
	  .example = "turnpike model list gpt --provider openai",
	  .options = list_options,
	  .run = model_list },
	{ .name = "show",
	  .arguments = "MODEL",
	  .summary = "Show a model and where it can be had",
	  .example = "turnpike model show openai/gpt-5",
	  .run = model_show },
	{ 0 },
};

const struct topic MODEL_TOPIC = {
	"model",
	"Say which models there are, and what they cost",
	commands,
};
