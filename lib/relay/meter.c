#include "relay/meter.h"

#include "wire/finish.h"

#include <string.h>

enum { BYTES_PER_TOKEN_AT_LEAST = 2, BELIEVED_TIMES = 2 };

/* A JSON string without its quotes, cut to what a word may be. */
static void keep_word(char word[METER_WORD], struct span json)
{
	size_t len = json.len >= 2 ? json.len - 2 : 0;

	if (!json.at || *json.at != '"')
		return;
	if (len >= METER_WORD)
		len = METER_WORD - 1;
	memcpy(word, json.at + 1, len);
	word[len] = '\0';
}

void meter_note(struct meter *m, const struct openai_facts *facts)
{
	m->events += facts->content;
	m->text_bytes += facts->text_bytes;
	m->called = m->called || facts->called;
	if (facts->usage_state == TOKENS_GIVEN) {
		m->tokens = facts->tokens;
		m->state = TOKENS_GIVEN;
	} else if (facts->usage_state != TOKENS_ABSENT &&
		   m->state != TOKENS_GIVEN) {
		m->state = facts->usage_state;
	}
	if (facts->finish)
		m->finish = finish_read(facts->native_finish, m->called);
	if (facts->native_finish.at)
		keep_word(m->native_finish, facts->native_finish);
	if (!*m->upstream_id)
		keep_word(m->upstream_id, facts->id);
}

int64_t meter_output(const struct meter *m)
{
	int64_t seen = m->text_bytes / BYTES_PER_TOKEN_AT_LEAST;

	if (m->events > seen)
		seen = m->events;
	if (m->state == TOKENS_GIVEN && tokens_completion(&m->tokens) > seen)
		seen = tokens_completion(&m->tokens);
	return seen;
}

static bool believable(const struct tokens *t, int64_t context)
{
	int64_t most = context * BELIEVED_TIMES;

	return !context ||
	       (tokens_prompt(t) <= most && tokens_completion(t) <= most);
}

struct reading meter_read(const struct meter *m, const struct ask *ask,
			  int64_t context, bool whole)
{
	struct reading estimate = {
		.tokens = { .fresh = ask_prompt_estimate(ask),
			    .output = ask_output_estimate(m->text_bytes) },
		.estimated = true,
		.disputed = m->state == TOKENS_WRONG,
	};
	struct reading given = { .tokens = m->tokens };

	if (m->state != TOKENS_GIVEN)
		return estimate;
	if (!believable(&m->tokens, context)) {
		estimate.disputed = true;
		return estimate;
	}
	if (!whole &&
	    tokens_completion(&given.tokens) < estimate.tokens.output) {
		given.tokens.output += estimate.tokens.output -
				       tokens_completion(&given.tokens);
		given.estimated = true;
	}
	return given;
}
