/*
 * sandbox - a make-believe provider, for trying the gateway out and for tests
 *
 *	POST   /sandbox/v1/chat/completions  OpenAI's chat, whole and streamed
 *	POST   /sandbox/v1/completions       its older form
 *	POST   /sandbox/v1/embeddings
 *	GET    /sandbox/v1/models
 *	GET    /sandbox/v1/counts            what has been asked for so far
 *	DELETE /sandbox/v1/counts            begin to count again
 *
 * and the same under /sandbox2, so that there are two providers to choose from.
 * What it answers and how it can be made to fail is told in
 * www/docs/sandbox.md. It is off unless the setting `sandbox` is on.
 */
#include "http/sandbox.h"
#include "http/sandbox_counts.h"
#include "http/serve.h"

static bool chat(struct exchange *x, struct fault *why)
{
	return sandbox_speak(x, &sandbox_chat, why);
}

static bool completions(struct exchange *x, struct fault *why)
{
	return sandbox_speak(x, &sandbox_completions, why);
}

static bool start(struct suite *suite, struct fault *why)
{
	(void)why; /* without its file it answers all the same */
	if (suite->settings->sandbox)
		suite->own = sandbox_counts_new(suite->settings->home);
	return true;
}

static void stop(struct suite *suite)
{
	sandbox_counts_free(suite->own);
}

static const struct route routes[] = {
	{ "POST", "/sandbox/v1/chat/completions", chat, NEED_NOTHING },
	{ "POST", "/sandbox/v1/completions", completions, NEED_NOTHING },
	{ "POST", "/sandbox/v1/embeddings", sandbox_embeddings, NEED_NOTHING },
	{ "GET", "/sandbox/v1/models", sandbox_list, NEED_NOTHING },
	{ "GET", "/sandbox/v1/counts", sandbox_show_counts, NEED_NOTHING },
	{ "DELETE", "/sandbox/v1/counts", sandbox_clear_counts, NEED_NOTHING },
	{ "POST", "/sandbox2/v1/chat/completions", chat, NEED_NOTHING },
	{ "POST", "/sandbox2/v1/completions", completions, NEED_NOTHING },
	{ "POST", "/sandbox2/v1/embeddings", sandbox_embeddings, NEED_NOTHING },
	{ "GET", "/sandbox2/v1/models", sandbox_list, NEED_NOTHING },
	{ "GET", "/sandbox2/v1/counts", sandbox_show_counts, NEED_NOTHING },
	{ "DELETE", "/sandbox2/v1/counts", sandbox_clear_counts, NEED_NOTHING },
	{ 0 },
};

int main(int argc, char **argv)
{
	return serve(
		&(struct program){
			.name = "sandbox",
			.routes = routes,
			.bare = true,
			.start = start,
			.stop = stop,
		},
		argc, argv);
}
