#include "wire/native.h"

#include "support/row.h"

#include <string.h>

static const struct {
	const char *label, *method, *path;
	const char *end; /* of the row that is found; NULL: none */
} paths[] = {
	{ "chat", "POST", "/v1/chat/completions", "/chat/completions" },
	{ "chat below something", "POST", "/v1beta/openai/chat/completions",
	  "/chat/completions" },
	{ "a text completion", "POST", "/v1/completions", "/completions" },
	{ "messages", "POST", "/v1/messages", "/messages" },
	{ "counting", "POST", "/v1/messages/count_tokens",
	  "/messages/count_tokens" },
	{ "Gemini", "POST", "/v1beta/models/x:generateContent",
	  ":generateContent" },
	{ "vectors of Gemini", "POST", "/v1beta/models/x:embedContent",
	  ":embedContent" },
	{ "models", "GET", "/v1/models", "/models" },
	{ "a model", "GET", "/v1/models/x", "/models/" },
	{ "below a model", "GET", "/v1/models/x/permissions", NULL },
	{ "a model is gone", "DELETE", "/v1/models/x", NULL },
	{ "by another method", "GET", "/v1/chat/completions", NULL },
	{ "P58: with a slash", "POST", "/v1/chat/completions/",
	  "/chat/completions" },
	{ "P58: in capitals", "POST", "/v1/MESSAGES", "/messages" },
	{ "P58: encoded", "POST", "/v1/chat%2Fcompletions",
	  "/chat/completions" },
	{ "something else", "POST", "/v1/audio/speech", NULL },
	{ "nothing", "POST", "", NULL },
};

EACH(native, knows_paths, paths)
{
	struct arena *a = arena_new();
	const struct native *n = native_find(a, row->method, row->path);

	cr_expect_eq(!n, !row->end, "%s", row->label);
	if (n && row->end)
		cr_expect_str_eq(n->end, row->end, "%s", row->label);
	arena_free(a);
}

static const struct {
	const char *label, *path, *body, *model; /* NULL: none */
} named[] = {
	{ "in the path", "/v1/models/m", "", "m" },
	{ "in the path, with a verb", "/v1beta/models/m:x", "", "m" },
	{ "in the path, with a slash", "/v1/models/a/m/", "", "a/m" },
	{ "in the path, encoded", "/v1/models/a%2Fm", "", "a/m" },
	{ "in the body", "/v1/images", "{\"model\":\"m\"}", "m" },
	{ "in the body, spelled otherwise", "/v1/images",
	  "{\"mod\\u0065l\":\"\\u006d\"}", "m" },
	{ "twice", "/v1/images", "{\"model\":\"m\",\"model\":\"n\"}", NULL },
	{ "as a number", "/v1/images", "{\"model\":1}", NULL },
	{ "not at all", "/v1/images", "{}", NULL },
	{ "in a list", "/v1/images", "[{\"model\":\"m\"}]", NULL },
	{ "in what is no JSON", "/v1/images", "model=m", NULL },
	{ "nothing", "/v1/images", "", NULL },
	{ "nothing behind it", "/v1/models/", "", NULL },
};

EACH(native, finds_the_model_of_any_request, named)
{
	struct arena *a = arena_new();
	const char *model = native_model(a, row->path, span_of(row->body));

	cr_expect_eq(!model, !row->model, "%s", row->label);
	if (model && row->model)
		cr_expect_str_eq(model, row->model, "%s", row->label);
	arena_free(a);
}

#define CHAT "/v1/chat/completions"

static const struct {
	const char *label, *path, *body;
	const char *model; /* NULL: none */
	bool stream;
	int64_t most, choices, images, files, prompts;
} asks[] = {
	{ "a chat", CHAT, "{\"model\":\"a\",\"max_tokens\":5,\"n\":2}", "a",
	  false, 5, 2, 0, 0, 1 },
	{ "a stream", CHAT,
	  "{\"stream\":true,\"max_tokens\":5,\"max_completion_tokens\":9}",
	  NULL, true, 9, 1, 0, 0, 1 },
	{ "by the path", "/v1beta/models/g-1:generateContent",
	  "{\"model\":\"x\",\"generationConfig\":{\"maxOutputTokens\":7,"
	  "\"candidateCount\":3}}",
	  "g-1", false, 7, 3, 0, 0, 1 },
	{ "a stream by the path", "/v1beta/models/g-1:streamGenerateContent",
	  "{\"contents\":[{\"parts\":[{\"inlineData\":{\"data\":\"\"}}]}]}",
	  "g-1", true, 0, 1, 1, 0, 1 },
	{ "limits that are none", CHAT,
	  "{\"max_tokens\":-1,\"n\":null,\"max_completion_tokens\":\"9\"}",
	  NULL, false, 0, 1, 0, 0, 1 },
	{ "best_of", "/v1/completions",
	  "{\"n\":2,\"best_of\":4,\"prompt\":[\"a\",\"b\"]}", NULL, false, 0, 8,
	  0, 0, 1 },
	{ "vectors", "/v1/embeddings",
	  "{\"model\":\"e\",\"max_tokens\":3,\"input\":[\"a\",\"b\",\"c\"]}",
	  "e", false, 0, 0, 0, 0, 3 },
	{ "an image and a file", CHAT,
	  "{\"messages\":[{\"content\":[{\"image_url\":{\"url\":\"http://x\"}},"
	  "{\"file\":{\"file_id\":\"f\"}}]}]}",
	  NULL, false, 0, 1, 1, 2, 1 },
	{ "vectors of Gemini", "/v1beta/models/e:batchEmbedContents",
	  "{\"requests\":[{\"content\":{}},{\"content\":{}}]}", "e", false, 0,
	  0, 0, 0, 2 },
	{ "P2: what went before", "/v1/responses",
	  "{\"previous_response_id\":\"r\",\"prompt\":{\"id\":\"p\"}}", NULL,
	  false, 0, 1, 0, 2, 1 },
};

EACH(native, reads_requests, asks)
{
	struct arena *a = arena_new();
	const struct native *n = native_find(a, "POST", row->path);
	struct fault why = { 0 };
	struct ask ask = { 0 };

	cr_assert(native_read(a, n, row->path, span_of(row->body), &ask, &why),
		  "%s: %s", row->label, why.text);
	cr_expect_eq(!ask.model, !row->model, "%s", row->label);
	if (ask.model && row->model)
		cr_expect_str_eq(ask.model, row->model, "%s", row->label);
	cr_expect_eq(ask.stream, row->stream, "%s", row->label);
	cr_expect_eq(ask.max_tokens, row->most, "%s", row->label);
	cr_expect_eq(ask.choices, row->choices, "%s: %lld", row->label,
		     (long long)ask.choices);
	cr_expect_eq(ask.images, row->images, "%s: %lld", row->label,
		     (long long)ask.images);
	cr_expect_eq(ask.files, row->files, "%s: %lld", row->label,
		     (long long)ask.files);
	cr_expect_eq(ask.prompts, row->prompts, "%s", row->label);
	cr_expect_eq(ask.text_bytes, (int64_t)strlen(row->body), "%s",
		     row->label);
	arena_free(a);
}

static const struct {
	const char *label, *body, *wrong;
} refused[] = {
	{ "no JSON", "{", "" },
	{ "no object", "[]", "object" },
	{ "two models", "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}", "model" },
	{ "two limits", "{\"max_tokens\":1,\"max_tokens\":2}", "max_tokens" },
	{ "two streams", "{\"stream\":false,\"stream\":true}", "stream" },
	{ "too many answers", "{\"n\":129}", "128" },
};

EACH(native, refuses_what_two_could_read_differently, refused)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask;

	cr_expect_not(native_read(a, native_find(a, "POST", CHAT), CHAT,
				  span_of(row->body), &ask, &why),
		      "%s", row->label);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST, "%s", row->label);
	cr_expect(strstr(why.text, row->wrong), "%s: %s", row->label, why.text);
	arena_free(a);
}

/* Usage objects told one after the other. */
static const struct {
	const char *label, *path, *first, *second;
	bool sound;
	struct tokens want;
} usages[] = {
	{ "OpenAI",
	  CHAT,
	  "{\"prompt_tokens\":7,\"completion_tokens\":3,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":2}}",
	  NULL,
	  true,
	  { .fresh = 5, .cache_read = 2, .output = 3 } },
	{ "a total alone",
	  "/v1/embeddings",
	  "{\"total_tokens\":7}",
	  NULL,
	  true,
	  { .fresh = 7 } },
	{ "Responses",
	  "/v1/responses",
	  "{\"input_tokens\":7,\"output_tokens\":5,\"input_tokens_details\":"
	  "{\"cached_tokens\":3},\"output_tokens_details\":{"
	  "\"reasoning_tokens\":4}}",
	  NULL,
	  true,
	  { .fresh = 4, .cache_read = 3, .output = 1, .reasoning = 4 } },
	{ "P24: Anthropic's stream, in two parts",
	  "/v1/messages",
	  "{\"input_tokens\":7,\"cache_creation_input_tokens\":5,"
	  "\"cache_read_input_tokens\":2,\"cache_creation\":{"
	  "\"ephemeral_1h_input_tokens\":4},\"output_tokens\":1}",
	  "{\"output_tokens\":9}",
	  true,
	  { .fresh = 7,
	    .cache_read = 2,
	    .cache_write_5m = 1,
	    .cache_write_1h = 4,
	    .output = 9 } },
	{ "Gemini",
	  "/v1beta/models/x:generateContent",
	  "{\"promptTokenCount\":7,\"cachedContentTokenCount\":3,"
	  "\"toolUsePromptTokenCount\":1,\"candidatesTokenCount\":5,"
	  "\"thoughtsTokenCount\":2}",
	  NULL,
	  true,
	  { .fresh = 5, .cache_read = 3, .output = 5, .reasoning = 2 } },
	{ "P13: less than none",
	  "/v1/messages",
	  "{\"input_tokens\":-7}",
	  NULL,
	  false,
	  { 0 } },
	{ "P13: more in a part",
	  "/v1/responses",
	  "{\"input_tokens\":1,\"input_tokens_details\":{\"cached_tokens\":3}}",
	  NULL,
	  false,
	  { 0 } },
	{ "P13: too many",
	  "/v1beta/models/x:generateContent",
	  "{\"promptTokenCount\":1e18}",
	  NULL,
	  false,
	  { 0 } },
	{ "no JSON",
	  "/v1/messages",
	  "{\"input_tokens\":}",
	  NULL,
	  false,
	  { 0 } },
};

EACH(native, counts, usages)
{
	struct arena *a = arena_new();
	const struct native *n = native_find(a, "POST", row->path);
	struct tokens got = { 0 };
	bool sound = n->usage(span_of(row->first), &got);

	if (row->second)
		sound = sound && n->usage(span_of(row->second), &got);
	cr_expect_eq(sound, row->sound, "%s", row->label);
	cr_expect_arr_eq(&got, &row->want, sizeof(got), "%s", row->label);
	arena_free(a);
}
