#ifndef RELAY_METER_H
#define RELAY_METER_H

#include "base/tokens.h"
#include "wire/openai.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What an answer has come to so far, in constant memory: the provider's last
 * word on usage, the text that went by, how it finished.
 */
enum { METER_WORD = 64 };

struct meter {
	enum tokens_state state;
	struct tokens tokens; /* when TOKENS_GIVEN */
	int64_t text_bytes, events, malformed;
	const char *finish; /* NULL: has not finished */
	char native_finish[METER_WORD], upstream_id[METER_WORD];
	bool called; /* tools: then a stop is not just a stop */
	bool done;   /* the stream's own end mark */
};

void meter_note(struct meter *meter, const struct openai_facts *facts);

/* How many tokens of output have gone by at the most probable: one for each
 * two bytes of text or each event, whichever is more, unless the provider has
 * counted. What a hold is extended by. */
int64_t meter_output(const struct meter *meter);

/* What is booked. */
struct reading {
	struct tokens tokens;
	bool estimated, disputed;
};

/*
 * The provider's count where it is believable, else the estimate. WHOLE: the
 * answer came to its end; if it did not, a count may be provisional and the
 * larger of the two is taken. CONTEXT bounds what can be believed: no part
 * beyond twice that many tokens (0: not known).
 */
struct reading meter_read(const struct meter *meter, const struct ask *ask,
			  int64_t context, bool whole);

#endif
