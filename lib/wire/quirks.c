#include "wire/quirks.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *word;
	enum quirk quirk;
} words[] = {
	{ "no_stream_options", QUIRK_NO_STREAM_OPTIONS },
	{ "max_completion_tokens", QUIRK_MAX_COMPLETION_TOKENS },
};

unsigned quirks_read(const char *list)
{
	unsigned quirks = 0;

	for (const char *at = list; *at;) {
		size_t len = strcspn(at, ",");

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strlen(words[i].word) == len &&
			    !memcmp(at, words[i].word, len))
				quirks |= words[i].quirk;
		at += len + (at[len] == ',');
	}
	return quirks;
}
