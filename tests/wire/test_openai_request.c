#include "wire/openai.h"

#include "support/row.h"
#include "wire/quirks.h"

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"

/* What each is sent as: the model is always "native". */
static const struct {
	const char *label, *body;
	int64_t clamp;
	unsigned quirks;
	const char *want;
} requests[] = {
	{ "P51: only the model changes",
	  " { \"model\" : \"a/b\" ,\n\t" HI
	  ", \"big\":1e400,\"id\":12345678901234567890,\"u\":\"\\u00e9\\/\","
	  "\"x\":1,\"x\":1.0 }\n",
	  0, 0,
	  " { \"model\" : \"native\" ,\n\t" HI
	  ", \"big\":1e400,\"id\":12345678901234567890,\"u\":\"\\u00e9\\/\","
	  "\"x\":1,\"x\":1.0 }\n" },
	{ "model inserted", "{" HI "}", 0, 0, "{" HI ",\"model\":\"native\"}" },
	{ "model null", "{\"model\":null," HI "}", 0, 0,
	  "{\"model\":\"native\"," HI "}" },
	{ "model spelled with escapes", "{\"mod\\u0065l\":\"x\"," HI "}", 0, 0,
	  "{\"mod\\u0065l\":\"native\"," HI "}" },
	{ "model within is not the model",
	  "{" HI ",\"tools\":[{\"model\":\"x\"}],\"model\":\"y\"}", 0, 0,
	  "{" HI ",\"tools\":[{\"model\":\"x\"}],\"model\":\"native\"}" },
	{ "P50: what is the gateway's own goes",
	  "{\"models\":[],\"route\":\"fallback\",\"model\":\"a\",\"provider\":"
	  "{\"order\":[]},\"plugins\":[]," HI ",\"transforms\":[],\"preset\":"
	  "\"p\",\"session_id\":\"s\",\"trace\":{},\"debug\":{}}",
	  0, 0, "{\"model\":\"native\"," HI "}" },
	{ "P50: what is not, stays",
	  "{\"model\":\"a\"," HI ",\"metadata\":{\"a\":\"b\"},\"user\":\"u\","
	  "\"safe_prompt\":true,\"service_tier\":\"flex\",\"usage\":true}",
	  0, 0,
	  "{\"model\":\"native\"," HI ",\"metadata\":{\"a\":\"b\"},\"user\":"
	  "\"u\",\"safe_prompt\":true,\"service_tier\":\"flex\",\"usage\":"
	  "true}" },
	{ "private by an escape, and twice",
	  "{" HI ",\"plug\\u0069ns\":1,\"model\":\"a\",\"plugins\":2}", 0, 0,
	  "{" HI ",\"model\":\"native\"}" },
	{ "OpenRouter's usage goes",
	  "{\"usage\":{\"include\":true},\"model\":\"a\"," HI "}", 0, 0,
	  "{\"model\":\"native\"," HI "}" },
	{ "P26: usage is asked for in a stream",
	  "{\"model\":\"a\",\"stream\":true," HI "}", 0, 0,
	  "{\"model\":\"native\",\"stream\":true," HI
	  ",\"stream_options\":{\"include_usage\":true}}" },
	{ "P26: in options that are there",
	  "{\"model\":\"a\",\"stream_options\":{ \"x\": 1 },\"stream\":true," HI
	  "}",
	  0, 0,
	  "{\"model\":\"native\",\"stream_options\":{ \"x\": 1,\"include_"
	  "usage\":true },\"stream\":true," HI "}" },
	{ "P26: in empty options",
	  "{\"model\":\"a\",\"stream_options\":{},\"stream\":true," HI "}", 0,
	  0,
	  "{\"model\":\"native\",\"stream_options\":{\"include_usage\":true},"
	  "\"stream\":true," HI "}" },
	{ "P26: where it was not wanted",
	  "{\"model\":\"a\",\"stream\":true,\"stream_options\":{\"include_"
	  "usage\":false,\"x\":1,\"include_usage\":null}," HI "}",
	  0, 0,
	  "{\"model\":\"native\",\"stream\":true,\"stream_options\":{\"x\":1,"
	  "\"include_usage\":true}," HI "}" },
	{ "P26: where the options are null",
	  "{\"model\":\"a\",\"stream\":true,\"stream_options\":null," HI "}", 0,
	  0,
	  "{\"model\":\"native\",\"stream\":true,\"stream_options\":{\"include_"
	  "usage\":true}," HI "}" },
	{ "P26: providers that refuse options",
	  "{\"model\":\"a\",\"stream\":true,\"stream_options\":{\"include_"
	  "usage\":true}," HI "}",
	  0, QUIRK_NO_STREAM_OPTIONS,
	  "{\"model\":\"native\",\"stream\":true," HI "}" },
	{ "none are made up for them",
	  "{\"model\":\"a\",\"stream\":true," HI "}", 0,
	  QUIRK_NO_STREAM_OPTIONS,
	  "{\"model\":\"native\",\"stream\":true," HI "}" },
	{ "no options without a stream",
	  "{\"model\":\"a\",\"stream\":false,\"stream_options\":{\"include_"
	  "usage\":true}," HI "}",
	  0, 0, "{\"model\":\"native\",\"stream\":false," HI "}" },
	{ "stream null is none", "{\"model\":\"a\",\"stream\":null," HI "}", 0,
	  0, "{\"model\":\"native\",\"stream\":null," HI "}" },
	{ "limits stay as they are",
	  "{\"model\":\"a\"," HI ",\"max_tokens\":5e1,\"max_completion_tokens\""
	  ":70}",
	  0, 0,
	  "{\"model\":\"native\"," HI ",\"max_tokens\":5e1,\"max_completion_"
	  "tokens\":70}" },
	{ "clamp inserted", "{\"model\":\"a\"," HI "}", 9, 0,
	  "{\"model\":\"native\"," HI ",\"max_tokens\":9}" },
	{ "clamp by the other name", "{\"model\":\"a\"," HI "}", 9,
	  QUIRK_MAX_COMPLETION_TOKENS,
	  "{\"model\":\"native\"," HI ",\"max_completion_tokens\":9}" },
	{ "clamp in place", "{\"max_tokens\":50,\"model\":\"a\"," HI "}", 9, 0,
	  "{\"max_tokens\":9,\"model\":\"native\"," HI "}" },
	{ "clamp in the other's place",
	  "{\"max_completion_tokens\": 50 ,\"model\":\"a\"," HI "}", 9, 0,
	  "{\"max_tokens\": 9 ,\"model\":\"native\"," HI "}" },
	{ "clamp in place of null",
	  "{\"max_tokens\":null,\"model\":\"a\"," HI "}", 9, 0,
	  "{\"max_tokens\":9,\"model\":\"native\"," HI "}" },
	{ "clamp for both",
	  "{\"max_tokens\":1,\"max_completion_tokens\":50,\"model\":\"a\"," HI
	  "}",
	  9, 0, "{\"max_tokens\":9,\"model\":\"native\"," HI "}" },
	{ "the provider's own name for it",
	  "{\"max_tokens\":50,\"model\":\"a\"," HI "}", 0,
	  QUIRK_MAX_COMPLETION_TOKENS,
	  "{\"max_completion_tokens\":50,\"model\":\"native\"," HI "}" },
	{ "which is there already",
	  "{\"max_tokens\":50,\"max_completion_tokens\":60,\"model\":\"a\"," HI
	  "}",
	  0, QUIRK_MAX_COMPLETION_TOKENS,
	  "{\"max_completion_tokens\":60,\"model\":\"native\"," HI "}" },
	{ "a prompt is a message",
	  "{\"model\":\"a\",\"prompt\" : \"h\\u0069\"}", 0, 0,
	  "{\"model\":\"native\",\"messages\" : [{\"role\":\"user\",\"content\""
	  ":\"h\\u0069\"}]}" },
	{ "in place of null messages",
	  "{\"messages\":null,\"model\":\"a\",\"prompt\":\"hi\"}", 0, 0,
	  "{\"model\":\"native\"," HI "}" },
	{ "a prompt beside messages stays",
	  "{\"model\":\"a\",\"prompt\":\"x\"," HI "}", 0, 0,
	  "{\"model\":\"native\",\"prompt\":\"x\"," HI "}" },
	{ "everything at once",
	  "{\"provider\":{},\"prompt\":\"hi\",\"stream\":true,\"max_tokens\":5,"
	  "\"debug\":1}",
	  4, QUIRK_MAX_COMPLETION_TOKENS,
	  "{" HI ",\"stream\":true,\"max_completion_tokens\":4,\"model\":"
	  "\"native\",\"stream_options\":{\"include_usage\":true}}" },
};

static void write(const char *body, const struct openai_request *how,
		  const char *want, const char *label)
{
	struct buf out;

	buf_init(&out, 100000);
	openai_write_request(span_of(body), how, &out);
	cr_expect_str_eq(out.text, want, "%s: %s", label, out.text);
	buf_done(&out);
}

EACH(openai, writes_the_clients_bytes, requests)
{
	struct openai_request how = { .model = "native",
				      .clamp = row->clamp,
				      .quirks = row->quirks };
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct ask ask;

	cr_assert(openai_read_chat(a, span_of(row->body), &ask, &why), "%s: %s",
		  row->label, why.text);
	write(row->body, &how, row->want, row->label);
	arena_free(a);
}

Test(openai, leaves_a_completions_prompt_alone)
{
	struct openai_request how = { .model = "native", .completion = true };

	write("{\"prompt\":\"hi\",\"messages\":null}", &how,
	      "{\"prompt\":\"hi\",\"messages\":null,\"model\":\"native\"}",
	      "text");
	write("{\"prompt\":[\"hi\"],\"model\":\"a\"}", &how,
	      "{\"prompt\":[\"hi\"],\"model\":\"native\"}", "list");
}

Test(openai, quotes_a_models_name)
{
	struct openai_request how = { .model = "a\"b\\c\n" };

	write("{\"model\":\"x\"," HI "}", &how,
	      "{\"model\":\"a\\\"b\\\\c\\n\"," HI "}", "name");
}

Test(openai, writes_a_model_of_any_length)
{
	char name[5001] = "";
	struct openai_request how = { .model = name };
	struct buf out;

	memset(name, 'm', sizeof(name) - 1);
	buf_init(&out, 100000);
	openai_write_request(span_of("{\"model\":1}"), &how, &out);
	cr_expect_eq(out.len, strlen("{\"model\":\"\"}") + 5000);
	buf_done(&out);
}
