#include "wire/openai.h"

#include "support/row.h"

#include <inttypes.h>

/* A chat's body with MORE members. */
#define CHAT(more)                                                             \
	"{\"model\":\"a/b\",\"messages\":[{\"role\":\"user\",\"content\":"     \
	"\"hi\"}]" more "}"
/* One with this content. */
#define CONTENT(content)                                                       \
	"{\"messages\":[{\"role\":\"user\",\"content\":" content "}]}"

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

/* What routing and holding see: each word only where it is not as usual. */
static void describe(const struct ask *ask, struct buf *out)
{
	buf_print(out, "%s", or_none(ask->model));
	for (size_t i = 0; i < ask->models_count; i++)
		buf_print(out, "|%s", ask->models[i]);
	if (ask->route)
		buf_print(out, " route=%s", ask->route);
	if (ask->stream)
		buf_text(out, " stream");
	if (ask->wants_usage)
		buf_text(out, " usage");
	if (ask->max_tokens)
		buf_print(out, " max=%" PRId64, ask->max_tokens);
	if (ask->choices != 1)
		buf_print(out, " choices=%" PRId64, ask->choices);
	if (*ask->parameters)
		buf_print(out, " [%s]", ask->parameters);
	if (ask->provider.at)
		buf_print(out, " provider=%.*s", (int)ask->provider.len,
			  ask->provider.at);
	if (ask->user)
		buf_print(out, " user=%s", ask->user);
	if (ask->session)
		buf_print(out, " session=%s", ask->session);
	if (ask->service_tier)
		buf_print(out, " tier=%s", ask->service_tier);
}

static const struct {
	const char *label, *body, *want;
} chats[] = {
	{ "plain", CHAT(""), "a/b" },
	{ "no model", CONTENT("\"hi\""), "-" },
	{ "model null", "{\"model\":null,\"prompt\":\"hi\"}", "-" },
	{ "model in escapes",
	  "{\"mod\\u0065l\":\"a\\/\\u0062\",\"prompt\":\"\"}", "a/b" },
	{ "models",
	  CHAT(",\"models\":[\"c/d\",\"e/f\"],\"route\":\"fallback\""),
	  "a/b|c/d|e/f route=fallback" },
	{ "no models", CHAT(",\"models\":[]"), "a/b" },
	{ "stream", CHAT(",\"stream\":true"), "a/b stream" },
	{ "stream false", CHAT(",\"stream\":false"), "a/b" },
	{ "stream null", CHAT(",\"stream\":null"), "a/b" },
	{ "usage wanted",
	  CHAT(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
	  "a/b stream usage" },
	{ "usage not wanted",
	  CHAT(",\"stream_options\":{\"include_usage\":false}"), "a/b" },
	{ "stream_options empty", CHAT(",\"stream_options\":{}"), "a/b" },
	{ "stream_options null", CHAT(",\"stream_options\":null"), "a/b" },
	{ "OpenRouter's usage", CHAT(",\"usage\":{\"include\":true}"),
	  "a/b usage" },
	{ "either of the usages",
	  CHAT(",\"usage\":{\"include\":false},\"stream_options\":{\"include_"
	       "usage\":true}"),
	  "a/b usage" },
	{ "max_tokens", CHAT(",\"max_tokens\":5"), "a/b max=5 [max_tokens]" },
	{ "max_completion_tokens", CHAT(",\"max_completion_tokens\":7"),
	  "a/b max=7 [max_completion_tokens]" },
	{ "both: the larger",
	  CHAT(",\"max_completion_tokens\":7,\"max_tokens\":5"),
	  "a/b max=7 [max_tokens,max_completion_tokens]" },
	{ "max_tokens null", CHAT(",\"max_tokens\":null"), "a/b" },
	{ "max_tokens as a fraction's spelling", CHAT(",\"max_tokens\":10.0"),
	  "a/b max=10 [max_tokens]" },
	{ "n", CHAT(",\"n\":128"), "a/b choices=128" },
	{ "who asks", CHAT(",\"user\":\"u1\",\"session_id\":\"s\\n1\""),
	  "a/b user=u1 session=s\n1" },
	{ "service tier", CHAT(",\"service_tier\":\"flex\""), "a/b tier=flex" },
	{ "provider", CHAT(",\"provider\":{ \"order\" : [\"x\"] }"),
	  "a/b provider={ \"order\" : [\"x\"] }" },
	{ "provider null", CHAT(",\"provider\":null"), "a/b" },
	{ "tools", CHAT(",\"tools\":[{}],\"tool_choice\":\"auto\""),
	  "a/b [tools,tool_choice]" },
	{ "no tools", CHAT(",\"tools\":[],\"tool_choice\":null"), "a/b" },
	{ "features switched off",
	  CHAT(",\"logprobs\":false,\"structured_outputs\":false,\"include_"
	       "reasoning\":false"),
	  "a/b" },
	{ "features switched on",
	  CHAT(",\"logprobs\":true,\"include_reasoning\":true"),
	  "a/b [logprobs,include_reasoning]" },
	{ "no parallel calls is a wish too",
	  CHAT(",\"parallel_tool_calls\":false"), "a/b [parallel_tool_calls]" },
	{ "a schema", CHAT(",\"response_format\":{\"type\":\"json_schema\"}"),
	  "a/b [response_format,structured_outputs]" },
	{ "JSON", CHAT(",\"response_format\":{\"type\":\"json_object\"}"),
	  "a/b [response_format]" },
	{ "plain text", CHAT(",\"response_format\":{\"type\":\"text\"}"),
	  "a/b" },
	{ "sampling, each once",
	  CHAT(",\"temperature\":0,\"top_p\":1,\"seed\":1,\"stop\":[\"x\"],"
	       "\"temperature\":1"),
	  "a/b [temperature,top_p,seed,stop]" },
	{ "P50: unknown members",
	  CHAT(",\"safe_prompt\":true,\"x\":{\"y\":[]}"), "a/b" },
	{ "prompt in place of messages",
	  "{\"model\":\"a/b\",\"prompt\":\"hi\"}", "a/b" },
	{ "prompt beside null messages",
	  "{\"messages\":null,\"prompt\":\"hi\"}", "-" },
	{ "messages beside a null prompt", CHAT(",\"prompt\":null"), "a/b" },
	{ "space around", " \n" CHAT("") "\r\n", "a/b" },
};

EACH(openai, reads_chats, chats)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask = { 0 };
	struct buf seen;

	buf_init(&seen, 10000);
	cr_assert(openai_read_chat(a, span_of(row->body), &ask, &why), "%s: %s",
		  row->label, why.text);
	describe(&ask, &seen);
	cr_expect_str_eq(seen.text, row->want, "%s: %s", row->label, seen.text);
	buf_done(&seen);
	arena_free(a);
}

static const struct {
	const char *label, *body, *want;
} refusals[] = {
	{ "no JSON", "{\"model\":",
	  "not valid JSON at byte 9: a value is "
	  "expected, not the end" },
	{ "no body", "",
	  "not valid JSON at byte 0: a value is expected, not "
	  "the end" },
	{ "no object", "[]", "the request's body must be a JSON object" },
	{ "a text", "\"hi\"", "the request's body must be a JSON object" },
	{ "no UTF-8", "{\"model\":\"\xff\"}",
	  "not valid JSON at byte 10: a string is not valid UTF-8" },
	{ "no messages", "{\"model\":\"a/b\"}", "messages is missing" },
	{ "messages null", "{\"messages\":null}", "messages is missing" },
	{ "messages text", "{\"messages\":\"hi\"}",
	  "messages must be a list of messages" },
	{ "messages object", "{\"messages\":{}}",
	  "messages must be a list of messages" },
	{ "messages empty", "{\"messages\":[]}", "messages must not be empty" },
	{ "message no object",
	  "{\"messages\":[{\"role\":\"user\",\"content\":\"\"},1]}",
	  "messages[1] must be an object" },
	{ "no role", "{\"messages\":[{\"content\":\"hi\"}]}",
	  "messages[0].role must be there and be a text" },
	{ "role null", "{\"messages\":[{\"role\":null,\"content\":\"hi\"}]}",
	  "messages[0].role must be there and be a text" },
	{ "content a number", CONTENT("1"),
	  "messages[0].content must be a text, a list of parts or null" },
	{ "part a text", CONTENT("[\"hi\"]"),
	  "messages[0].content has a part that is no object with a type" },
	{ "part without type", CONTENT("[{\"text\":\"hi\"}]"),
	  "messages[0].content has a part that is no object with a type" },
	{ "something behind", CHAT(",\"n\":1") "x",
	  "not valid JSON at byte 65: "
	  "something follows the value" },
	{ "model no text", "{\"model\":1}",
	  "model must be the name of a model" },
	{ "model empty", "{\"model\":\"\"}",
	  "model must be the name of a model" },
	{ "model with a NUL", "{\"model\":\"a/b\\u0000c\"}",
	  "model must be the name of a model" },
	{ "models no list", CHAT(",\"models\":\"a/b\""),
	  "models must be a list of models" },
	{ "models of numbers", CHAT(",\"models\":[1]"),
	  "models must be a list of at most 32 names of models" },
	{ "stream no flag", CHAT(",\"stream\":\"true\""),
	  "stream must be true or false" },
	{ "stream a number", CHAT(",\"stream\":1"),
	  "stream must be true or false" },
	{ "stream_options no object", CHAT(",\"stream_options\":true"),
	  "stream_options must be an object" },
	{ "include_usage no flag",
	  CHAT(",\"stream_options\":{\"include_usage\":1}"),
	  "stream_options.include_usage must be true or false" },
	{ "max_tokens text", CHAT(",\"max_tokens\":\"5\""),
	  "max_tokens must be a number" },
	{ "max_tokens zero", CHAT(",\"max_tokens\":0"),
	  "max_tokens must be a whole number from 1 to 1073741824" },
	{ "max_tokens negative", CHAT(",\"max_tokens\":-5"),
	  "max_tokens must be a whole number from 1 to 1073741824" },
	{ "max_tokens fraction", CHAT(",\"max_tokens\":1.5"),
	  "max_tokens must be a whole number from 1 to 1073741824" },
	{ "max_tokens past all bounds", CHAT(",\"max_tokens\":1e30"),
	  "max_tokens must be a whole number from 1 to 1073741824" },
	{ "the other name", CHAT(",\"max_completion_tokens\":0"),
	  "max_completion_tokens must be a whole number from 1 to 1073741824" },
	{ "n zero", CHAT(",\"n\":0"),
	  "n must be a whole number from 1 to 128" },
	{ "n too many", CHAT(",\"n\":129"),
	  "n must be a whole number from 1 to 128" },
	{ "tools no list", CHAT(",\"tools\":{}"),
	  "tools must be a list of tools" },
	{ "provider no object", CHAT(",\"provider\":\"openai\""),
	  "provider must be an object" },
	{ "temperature text", CHAT(",\"temperature\":\"hot\""),
	  "temperature must be a number" },
	{ "route no text", CHAT(",\"route\":1"), "route must be a text" },
	{ "prompt a list", "{\"prompt\":[\"hi\"]}",
	  "prompt must be a text where it stands in place of messages" },
	{ "model twice", "{\"model\":\"a\",\"model\":\"b\",\"prompt\":\"\"}",
	  "model is given twice" },
	{ "messages twice", CHAT(",\"messages\":[]"),
	  "messages is given twice" },
	{ "twice by an escape", CHAT(",\"\\u006dodel\":\"c\""),
	  "model is given twice" },
	{ "twice by null", CHAT(",\"max_tokens\":null,\"max_tokens\":9"),
	  "max_tokens is given twice" },
	{ "n twice", CHAT(",\"n\":1,\"n\":9"), "n is given twice" },
	{ "stream twice", CHAT(",\"stream\":false,\"stream\":true"),
	  "stream is given twice" },
};

EACH(openai, refuses_in_whole_sentences, refusals)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask = { .choices = 77 };

	cr_expect_not(openai_read_chat(a, span_of(row->body), &ask, &why), "%s",
		      row->label);
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect_str_eq(why.text, row->want, "%s: %s", row->label, why.text);
	cr_expect_eq(ask.choices, 77, "%s touches its result", row->label);
	arena_free(a);
}

Test(openai, refuses_200_levels_with_the_place)
{
	static const char start[] = "{\"messages\":";
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask;
	struct buf body;

	buf_init(&body, 10000);
	buf_text(&body, start);
	for (int i = 0; i < 200; i++)
		buf_text(&body, "[");
	cr_expect_not(openai_read_chat(a, (struct span){ body.text, body.len },
				       &ask, &why));
	cr_expect_eq(why.kind, FAULT_BAD_REQUEST);
	cr_expect_str_eq(why.text, "JSON nested more than 128 levels deep, at "
				   "byte 139");
	buf_done(&body);
	arena_free(a);
}

Test(openai, refuses_models_without_end)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask;
	struct buf body;

	buf_init(&body, 100000);
	buf_text(&body, "{\"prompt\":\"\",\"models\":[\"m\"");
	for (int i = 1; i < 32; i++)
		buf_text(&body, ",\"m\"");
	buf_text(&body, "]}");
	cr_expect(openai_read_chat(a, (struct span){ body.text, body.len },
				   &ask, &why));
	cr_expect_eq(ask.models_count, 32);
	body.len -= 2;
	buf_text(&body, ",\"m\"]}");
	cr_expect_not(openai_read_chat(a, (struct span){ body.text, body.len },
				       &ask, &why));
	buf_done(&body);
	arena_free(a);
}

/* text, messages, tools; images, files, file bytes, audios, audio bytes */
static const struct {
	const char *label, *body;
	int64_t want[8];
} prompts[] = {
	{ "a text", CONTENT("\"hello\""), { 5, 1 } },
	{ "decoded", CONTENT("\"\\u00e9\\n\\ud83d\\ude00\""), { 7, 1 } },
	{ "null", CONTENT("null"), { 0, 1 } },
	{ "parts",
	  CONTENT("[{\"type\":\"text\",\"text\":\"hello\"},"
		  "{\"type\":\"text\",\"text\":\"you\"}]"),
	  { 8, 1 } },
	{ "cache marks are free",
	  CONTENT("[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{"
		  "\"type\":\"ephemeral\"}}]"),
	  { 1, 1 } },
	{ "text twice counts twice",
	  CONTENT("[{\"type\":\"text\",\"text\":\"abc\",\"text\":\"de\"}]"),
	  { 5, 1 } },
	{ "content twice counts twice",
	  "{\"messages\":[{\"role\":\"user\",\"content\":\"abc\",\"content\":"
	  "\"de\"}]}",
	  { 5, 1 } },
	{ "unknown parts are text",
	  CONTENT("[{\"type\":\"poem\",\"lines\":[\"a\",\"b\"]}]"),
	  { 9, 1 } },
	{ "name, calls and the rest",
	  "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"name\":"
	  "\"bob\",\"tool_calls\":[{}]},{\"role\":\"tool\",\"tool_call_id\":"
	  "\"c1\",\"content\":\"42\"}]}",
	  { 3 + 4 + 2 + 2, 2 } },
	{ "tools", CHAT(",\"tools\":[{\"a\":1},{}]"), { 2 + 12, 1, 2 } },
	{ "legacy functions", CHAT(",\"functions\":[{}]"), { 2 + 4, 1, 1 } },
	{ "a schema", CHAT(",\"response_format\":{\"a\":1}"), { 2 + 7, 1 } },
	{ "what nobody knows may be prompt",
	  CHAT(",\"documents\":[\"abc\"]"),
	  { 2 + 7, 1 } },
	{ "what is known not to be",
	  CHAT(",\"metadata\":{\"a\":\"b\"},\"trace\":{\"c\":\"d\"},\"user\":"
	       "\"somebody\",\"logit_bias\":{\"1\":2}"),
	  { 2, 1 } },
	{ "image",
	  CONTENT("[{\"type\":\"image_url\",\"image_url\":{\"url\":"
		  "\"http://x/y\",\"detail\":\"high\"}}]"),
	  { 0, 1, 0, 1 } },
	{ "image inline",
	  CONTENT("[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"
		  "image/png;base64,AAAA\"}}]"),
	  { 0, 1, 0, 1 } },
	{ "text beside an image",
	  CONTENT("[{\"type\":\"image_url\",\"image_url\":{},\"text\":\"abc\"}"
		  "]"),
	  { 3, 1, 0, 1 } },
	{ "two images in one part",
	  CONTENT("[{\"type\":\"image_url\",\"image_url\":{},\"image_url\":{}}"
		  "]"),
	  { 0, 1, 0, 2 } },
	{ "images that a model made",
	  "{\"messages\":[{\"role\":\"assistant\",\"images\":[{\"type\":"
	  "\"image_url\"},{}]}]}",
	  { 0, 1, 0, 2 } },
	{ "audio",
	  CONTENT("[{\"type\":\"input_audio\",\"input_audio\":{"
		  "\"data\":\"AAAAAAAA\",\"format\":\"wav\"}}]"),
	  { 0, 1, 0, 0, 0, 0, 1, 10 } },
	{ "audio by address",
	  CONTENT("[{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"https://"
		  "x\"}}]"),
	  { 0, 1, 0, 0, 1 } },
	{ "audio without data",
	  CONTENT("[{\"type\":\"input_audio\",\"input_audio\":{}}]"),
	  { 0, 1, 0, 0, 1 } },
	{ "what was spoken before",
	  "{\"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}]}",
	  { 16384, 1 } },
	{ "file",
	  CONTENT("[{\"type\":\"file\",\"file\":{\"filename\":\"f\","
		  "\"file_data\":\"data:application/pdf;base64,AA\"}}]"),
	  { 0, 1, 0, 0, 0, 32 } },
	{ "file by address",
	  CONTENT("[{\"type\":\"file\",\"file\":{\"file_data\":\"https://x\"}}"
		  "]"),
	  { 0, 1, 0, 0, 1 } },
	{ "file by id",
	  CONTENT("[{\"type\":\"file\",\"file\":{\"file_id\":\"f-1\"}}]"),
	  { 0, 1, 0, 0, 1 } },
	{ "document by address",
	  CONTENT("[{\"type\":\"document_url\",\"document_url\":\"https://x\"}"
		  "]"),
	  { 0, 1, 0, 0, 1 } },
	{ "video",
	  CONTENT("[{\"type\":\"video_url\",\"video_url\":{\"url\":"
		  "\"https://x\"}}]"),
	  { 0, 1, 0, 0, 1 } },
	{ "prompt", "{\"prompt\":\"hello\"}", { 5, 1 } },
};

EACH(openai, adds_up_what_the_prompt_is_made_of, prompts)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask;

	cr_assert(openai_read_chat(a, span_of(row->body), &ask, &why), "%s: %s",
		  row->label, why.text);
	int64_t seen[] = { ask.text_bytes, ask.messages,   ask.tools,
			   ask.images,	   ask.files,	   ask.file_bytes,
			   ask.audios,	   ask.audio_bytes };

	for (size_t i = 0; i < COUNT(seen); i++)
		cr_expect_eq(seen[i], row->want[i], "%s [%zu]: %" PRId64,
			     row->label, i, seen[i]);
	arena_free(a);
}

/* `want` is the fault, or NULL. */
static const struct {
	const char *label, *body, *want;
	int64_t text_bytes, messages, choices;
} completions[] = {
	{ "text", "{\"prompt\":\"hello\"}", NULL, 5, 1, 1 },
	{ "empty text", "{\"prompt\":\"\"}", NULL, 0, 1, 1 },
	{ "texts", "{\"prompt\":[\"a\",\"bc\"],\"n\":2}", NULL, 3, 2, 4 },
	{ "tokens", "{\"prompt\":[1,2,3]}", NULL, 12, 1, 1 },
	{ "lists of tokens", "{\"prompt\":[[1,2],[3]]}", NULL, 12, 2, 2 },
	{ "best of", "{\"prompt\":\"a\",\"n\":2,\"best_of\":5}", NULL, 1, 1,
	  5 },
	{ "best of fewer", "{\"prompt\":\"a\",\"n\":5,\"best_of\":2}", NULL, 1,
	  1, 5 },
	{ "suffix", "{\"prompt\":\"a\",\"suffix\":\"bc\"}", NULL, 1 + 4, 1, 1 },
	{ "no prompt", "{}", "prompt is missing", 0, 0, 0 },
	{ "messages", CHAT(""), "prompt is missing", 0, 0, 0 },
	{ "prompt null", "{\"prompt\":null}", "prompt is missing", 0, 0, 0 },
	{ "prompt a number", "{\"prompt\":1}",
	  "prompt must be a text or a list", 0, 0, 0 },
	{ "prompt empty list", "{\"prompt\":[]}",
	  "prompt must be a text, or a list of texts or tokens that is not "
	  "empty",
	  0, 0, 0 },
	{ "prompt of objects", "{\"prompt\":[{}]}",
	  "prompt must be a text, or a list of texts or tokens that is not "
	  "empty",
	  0, 0, 0 },
	{ "tokens that are none", "{\"prompt\":[[1.5]]}",
	  "prompt must be a text, or a list of texts or tokens that is not "
	  "empty",
	  0, 0, 0 },
};

EACH(openai, reads_completions, completions)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask = { 0 };
	bool ok = openai_read_completion(a, span_of(row->body), &ask, &why);

	cr_expect_str_eq(why.text, row->want ? row->want : "", "%s: %s",
			 row->label, why.text);
	cr_expect_eq(ok, !row->want, "%s", row->label);
	cr_expect_eq(ask.text_bytes, row->text_bytes, "%s", row->label);
	cr_expect_eq(ask.messages, row->messages, "%s", row->label);
	cr_expect_eq(ask.choices, row->choices, "%s", row->label);
	arena_free(a);
}
