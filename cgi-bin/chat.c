/*
 * chat - what models say, in OpenAI's dialect
 *
 *	POST /chat/completions  a conversation's next turn, whole or streamed
 *	POST /completions       the same for a bare prompt, as it once was
 */
#include "domain/keyring.h"
#include "http/guard.h"
#include "http/serve.h"
#include "relay/relay.h"

static bool answer(struct exchange *x, const struct trade *trade,
		   struct fault *why)
{
	struct job job = {
		.gateway = x->suite->own,
		.arena = x->arena,
		.sink = exchange_sink(x),
		.key = x->key,
		.renew = guard_renew,
		.asker = x,
		.id = x->id,
		.trade = trade,
		.caller = exchange_caller(x),
		.trace = &x->trace,
	};

	if (!exchange_body(x, why))
		return false;
	job.body = x->body;
	return relay_run(&job, why);
}

static bool chat(struct exchange *x, struct fault *why)
{
	return answer(x, &TRADE_CHAT, why);
}

static bool completion(struct exchange *x, struct fault *why)
{
	return answer(x, &TRADE_COMPLETION, why);
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
	suite->keyring = keyring_new();
	return true;
}

static void stop(struct suite *suite)
{
	gateway_free(suite->own);
	keyring_free(suite->keyring);
}

int main(int argc, char **argv)
{
	return serve(&(struct program){ .name = "chat",
					.routes = routes,
					.start = start,
					.stop = stop },
		     argc, argv);
}
