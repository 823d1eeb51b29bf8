#ifndef WIRE_QUIRKS_H
#define WIRE_QUIRKS_H

/*
 * In what a provider of a kind differs from its dialect; the comma list in
 * provider.quirks. Words that are not known here are for others (the router's
 * "parametrised") and are passed over.
 */
enum quirk {
	QUIRK_NO_STREAM_OPTIONS = 1 << 0,     /* answers 400 to them */
	QUIRK_MAX_COMPLETION_TOKENS = 1 << 1, /* in place of max_tokens */
};

unsigned quirks_read(const char *list);

#endif
