/*
 * chat - what models say, in OpenAI's dialect
 *
 *	POST /chat/completions  a conversation's next turn, whole or streamed
 *	POST /completions       the same for a bare prompt, as it once was
 */
#include "http/serve.h"
#include "relay/relay.h"
#include "wire/openai.h"

typedef bool reader(struct arena *a, struct span body, struct ask *ask,
		    struct fault *why);

static bool answer(struct exchange *x, bool completion, reader *read,
		   struct fault *why)
{
	const char *title = exchange_header(x, "X-OpenRouter-Title");
	struct job job = {
		.gateway = x->suite->own,
		.arena = x->arena,
		.sink = exchange_sink(x),
		.key = x->key,
		.id = x->id,
		.completion = completion,
		.referer = exchange_header(x, "HTTP-Referer"),
		.title = title ? title : exchange_header(x, "X-Title"),
		.agent = exchange_header(x, "User-Agent"),
	};

	if (!exchange_body(x, why) || !read(x->arena, x->body, &job.ask, why))
		return false;
	job.body = x->body;
	return relay_run(&job, why);
}

static bool chat(struct exchange *x, struct fault *why)
{
	return answer(x, false, openai_read_chat, why);
}

static bool completion(struct exchange *x, struct fault *why)
{
	return answer(x, true, openai_read_completion, why);
}

static const struct route routes[] = {
	{ "POST", "/chat/completions", chat, NEED_INFERENCE },
	{ "POST", "/completions", completion, NEED_INFERENCE },
	{ 0 },
};

static bool start(struct suite *suite, struct fault *why)
{
	(void)why;
	suite->own = gateway_new(suite->settings, suite->store);
	return true;
}

static void stop(struct suite *suite)
{
	gateway_free(suite->own);
}

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "chat",
					.routes = routes,
					.start = start,
					.stop = stop },
		     argc, argv);
}
