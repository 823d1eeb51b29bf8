/* Reading requests: what their members are together. */
#include "base/scan.h"
#include "wire/openai.h"
#include "wire/openai_members.h"
#include "wire/openai_prompt.h"

/* Read what chat and completions have in common. */
static bool begin(struct arena *a, struct span body, struct reading *r,
		  struct fault *why)
{
	struct span root;

	*r = (struct reading){ .arena = a,
			       .ask = { .choices = 1, .prompts = 1 },
			       .best_of = 1 };
	if (!scan_text(body, SCAN_DEPTH, &root, why))
		return false;
	if (scan_kind(root) != SCAN_OBJECT)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request's body must be a JSON object");
	if (!members_read(r, root, why))
		return false;
	r->ask.parameters = members_used(r);
	return true;
}

static bool read_chat_prompt(struct reading *r, struct fault *why)
{
	if (r->messages.at)
		return prompt_messages(r->messages, &r->ask, why);
	if (!r->prompt.at)
		return fault_set(why, FAULT_BAD_REQUEST, "messages is missing");
	if (scan_kind(r->prompt) != SCAN_STRING)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "prompt must be a text where it stands in "
				 "place of messages");
	return prompt_bare(r->prompt, &r->ask, why);
}

bool openai_read_chat(struct arena *a, struct span body, struct ask *ask,
		      struct fault *why)
{
	struct reading r;

	if (!begin(a, body, &r, why) || !read_chat_prompt(&r, why))
		return false;
	r.ask.text_bytes += (int64_t)r.input.len; /* it may be text here */
	*ask = r.ask;
	return true;
}

bool openai_read_completion(struct arena *a, struct span body, struct ask *ask,
			    struct fault *why)
{
	struct reading r;

	if (!begin(a, body, &r, why))
		return false;
	if (!r.prompt.at)
		return fault_set(why, FAULT_BAD_REQUEST, "prompt is missing");
	if (!prompt_bare(r.prompt, &r.ask, why))
		return false;
	if (r.best_of > r.ask.choices)
		r.ask.choices = r.best_of;
	r.ask.choices *= r.ask.prompts;
	r.ask.text_bytes += (int64_t)r.input.len;
	*ask = r.ask;
	return true;
}

bool openai_read_embedding(struct arena *a, struct span body, struct ask *ask,
			   struct fault *why)
{
	struct reading r;

	if (!begin(a, body, &r, why))
		return false;
	if (r.ask.stream)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "embeddings are not streamed: leave stream "
				 "out");
	if (!r.input.at)
		return fault_set(why, FAULT_BAD_REQUEST, "input is missing");
	if (!prompt_input(r.input, &r.ask, why))
		return false;
	r.ask.choices = r.ask.max_tokens = 0;
	*ask = r.ask;
	return true;
}
