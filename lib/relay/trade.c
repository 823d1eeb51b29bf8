#include "relay/trade.h"

/* Chats answer with more than words. */
static const char *const spoken[] = { "text", "image", "audio", NULL };
static const char *const vectors[] = { "embeddings", NULL };

const struct trade TRADE_CHAT = {
	.operation = "chat",
	.path = "/chat/completions",
	.makes = spoken,
	.one = "a choice",
	.read = openai_read_chat,
	.read_answer = openai_read_answer,
};

const struct trade TRADE_COMPLETION = {
	.operation = "completion",
	.path = "/completions",
	.makes = spoken,
	.one = "a choice",
	.completion = true,
	.read = openai_read_completion,
	.read_answer = openai_read_answer,
};

const struct trade TRADE_EMBEDDING = {
	.operation = "embedding",
	.path = "/embeddings",
	.makes = vectors,
	.one = "an embedding",
	.completion = true,
	.read = openai_read_embedding,
	.read_answer = openai_read_embeddings,
};

const struct trade TRADE_PROXY = { .operation = "proxy", .verbatim = true };
