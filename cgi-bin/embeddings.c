/*
 * embeddings - texts as vectors, in OpenAI's dialect
 *
 *	POST /embeddings         a vector for each input
 *	GET  /embeddings/models  what can make them, for the calling key
 */
#include "domain/keyring.h"
#include "http/catalogue.h"
#include "http/guard.h"
#include "http/serve.h"
#include "relay/relay.h"

static bool embed(struct exchange *x, struct fault *why)
{
	struct job job = {
		.gateway = x->suite->own,
		.arena = x->arena,
		.sink = exchange_sink(x),
		.key = x->key,
		.renew = guard_renew,
		.asker = x,
		.id = x->id,
		.trade = &TRADE_EMBEDDING,
		.caller = exchange_caller(x),
		.trace = &x->trace,
	};

	if (!exchange_body(x, why))
		return false;
	job.body = x->body;
	return relay_run(&job, why);
}

static bool models(struct exchange *x, struct fault *why)
{
	struct gateway *g = x->suite->own;

	return catalogue_list(x, g->catalogue, "embeddings", why);
}

static const struct route routes[] = {
	{ "POST", "/embeddings", embed, NEED_INFERENCE },
	{ "GET", "/embeddings/models", models, NEED_CATALOGUE },
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
	return serve(&(struct program){ .name = "embeddings",
					.routes = routes,
					.start = start,
					.stop = stop },
		     argc, argv);
}
