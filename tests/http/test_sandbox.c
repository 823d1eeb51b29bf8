#include "http/sandbox.h"

#include "http/sandbox_counts.h"
#include "support/dialogue.h"
#include "support/row.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool chat(struct exchange *x, struct fault *why)
{
	return sandbox_speak(x, &sandbox_chat, why);
}

static bool completions(struct exchange *x, struct fault *why)
{
	return sandbox_speak(x, &sandbox_completions, why);
}

static const struct route routes[] = {
	{ "POST", "/sandbox/v1/chat/completions", chat, NEED_NOTHING },
	{ "POST", "/sandbox2/v1/chat/completions", chat, NEED_NOTHING },
	{ "POST", "/sandbox/v1/completions", completions, NEED_NOTHING },
	{ "POST", "/sandbox/v1/embeddings", sandbox_embeddings, NEED_NOTHING },
	{ "GET", "/sandbox/v1/models", sandbox_list, NEED_NOTHING },
	{ "GET", "/sandbox/v1/counts", sandbox_show_counts, NEED_NOTHING },
	{ "DELETE", "/sandbox/v1/counts", sandbox_clear_counts, NEED_NOTHING },
	{ 0 },
};

static const struct program program = { .name = "sandbox",
					.routes = routes,
					.bare = true };

/* A sandbox in a folder of its own, and what it says. */
struct room {
	char home[32];
	struct settings settings;
	struct suite suite;
	struct dialogue d;
};

static void enter(struct room *r)
{
	*r = (struct room){ .home = "/tmp/sandbox-XXXXXX" };
	cr_assert(mkdtemp(r->home));
	r->settings = (struct settings){ .body_limit = 1 << 20,
					 .home = r->home,
					 .sandbox = true };
	r->suite = (struct suite){ .settings = &r->settings,
				   .own = sandbox_counts_new(r->home) };
}

static void leave(struct room *r)
{
	char path[64];

	dialogue_done(&r->d);
	sandbox_counts_free(r->suite.own);
	snprintf(path, sizeof(path), "%s/sandbox.log", r->home);
	unlink(path);
	rmdir(r->home);
}

/* BODY has single quotes for double ones; NULL VARIABLES are none. */
static void say(struct room *r, const char *uri, const char *body,
		const char *const *variables)
{
	char *text = strdup(body);

	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	dialogue_done(&r->d);
	r->d = (struct dialogue){ .method = "POST",
				  .uri = uri,
				  .body = text,
				  .variables = variables };
	dialogue_run(&r->d, &program, &r->suite);
	free(text);
}

#define CHAT "/sandbox/v1/chat/completions"
#define SAY  "'messages':[{'role':'user','content':'Say it'}]"

/* Words that are somewhere in the answer. */
static const struct {
	const char *label, *uri, *body, *want;
	int status;
} answers[] = {
	{ "chat", CHAT, "{'model':'echo'," SAY "}", "\"content\":\"Say it\"",
	  200 },
	{ "a stream", CHAT, "{'model':'echo','stream':true," SAY "}",
	  "data: [DONE]\n\n", 200 },
	{ "the mount's name", CHAT, "{'model':'echo'," SAY "}",
	  "\"system_fingerprint\":\"fp_sandbox\"", 200 },
	{ "the other mount's name", "/sandbox2/v1/chat/completions",
	  "{'model':'echo'," SAY "}", "\"system_fingerprint\":\"fp_sandbox2\"",
	  200 },
	{ "the model as it was asked for", CHAT,
	  "{'model':'lorem-1+finish=x'," SAY "}",
	  "\"model\":\"lorem-1+finish=x\"", 200 },
	{ "completions", "/sandbox/v1/completions",
	  "{'model':'echo','prompt':'a'}", "\"text\":\"a\"", 200 },
	{ "embeddings", "/sandbox/v1/embeddings",
	  "{'model':'embed-1','input':['a','b c']}",
	  "\"model\":\"embed-1\",\"usage\":{\"prompt_tokens\":3,"
	  "\"total_tokens\":3}}",
	  200 },
	{ "embeddings in base64", "/sandbox/v1/embeddings",
	  "{'model':'embed','dimensions':2,'input':'a','encoding_format':"
	  "'base64'}",
	  "=\"}],", 200 },
	{ "no embedding model", "/sandbox/v1/embeddings",
	  "{'model':'echo','input':'a'}", "not an embedding model: echo", 400 },
	{ "too many dimensions", "/sandbox/v1/embeddings",
	  "{'model':'embed','dimensions':5000,'input':'a'}", "'dimensions'",
	  400 },
	{ "dimensions that are none", "/sandbox/v1/embeddings",
	  "{'model':'embed','dimensions':'x','input':'a'}", "'dimensions'",
	  400 },
	{ "an unknown encoding", "/sandbox/v1/embeddings",
	  "{'model':'embed','input':'a','encoding_format':'x'}",
	  "'encoding_format'", 400 },
	{ "usage of embeddings", "/sandbox/v1/embeddings",
	  "{'model':'embed-1+usage=absent','input':'a'}",
	  "\"model\":\"embed-1+usage=absent\"}", 200 },
	{ "a status", CHAT, "{'model':'lorem+status=503'," SAY "}",
	  "\"type\":\"server_error\"", 503 },
	{ "a code", CHAT,
	  "{'model':'lorem+status=400+code=context_length_exceeded'," SAY "}",
	  "\"code\":\"context_length_exceeded\"", 400 },
	{ "a parameter that is not taken", CHAT,
	  "{'model':'lorem+reject=top_k','top_k':1," SAY "}",
	  "\"param\":\"top_k\",\"code\":\"unsupported_parameter\"", 400 },
	{ "a parameter that was not given", CHAT,
	  "{'model':'lorem+reject=top_k'," SAY "}", "Lorem ipsum", 200 },
	{ "the body's own directives", CHAT,
	  "{'model':'lorem','sandbox':'status=418'," SAY "}",
	  "told to answer like this", 418 },
	{ "elsewhere", "/sandbox2/v1/chat/completions",
	  "{'model':'lorem+at=sandbox+status=503'," SAY "}", "Lorem", 200 },
	{ "an unknown directive", CHAT, "{'model':'lorem+x'," SAY "}",
	  "no sandbox directive 'x'", 400 },
	{ "an unknown model", CHAT, "{'model':'x'," SAY "}",
	  "\"code\":\"model_not_found\"", 404 },
	{ "no JSON", CHAT, "{", "could not parse", 400 },
	{ "no object", CHAT, "[]", "could not parse", 400 },
	{ "nothing", CHAT, "", "could not parse", 400 },
	{ "half a character", CHAT, "{'model':'\xc3'}", "could not parse",
	  400 },
	{ "a directive that is no UTF-8", CHAT, "{'model':'lorem+\xc3\xa4'}",
	  "no sandbox directive '\xc3\xa4'", 400 },
	{ "P35 an error with status 200", CHAT,
	  "{'model':'lorem+error=0'," SAY "}",
	  "{\"error\":{\"message\":", 200 },
	{ "a whole answer that is too large", CHAT,
	  "{'model':'lorem+size=100000000'," SAY "}", "ask for a stream", 400 },
};

EACH(sandbox, answers, answers)
{
	struct room r;

	enter(&r);
	say(&r, row->uri, row->body, NULL);
	cr_expect_eq(dialogue_status(&r.d), row->status, "%s: %.300s",
		     row->label, r.d.answer.text);
	cr_expect(strstr(r.d.reply, row->want), "%s: %.300s", row->label,
		  r.d.reply);
	leave(&r);
}

static const struct {
	const char *label, *key, *want;
	int status;
} keys[] = {
	{ "any", "Bearer whatever", "Say it", 200 },
	{ "bad", "Bearer bad", "\"code\":\"invalid_api_key\"", 401 },
	{ "bad with spaces", "bearer  bad", "\"code\":\"invalid_api_key\"",
	  401 },
	{ "poor", "Bearer poor", "\"code\":\"insufficient_quota\"", 402 },
	{ "busy", "Bearer busy", "\"code\":\"rate_limit_exceeded\"", 429 },
	{ "another scheme", "Basic bad", "Say it", 200 },
};

EACH(sandbox, looks_at_keys, keys)
{
	const char *variables[] = { "HTTP_AUTHORIZATION", row->key, NULL };
	const char *patience;
	struct room r;

	enter(&r);
	say(&r, CHAT, "{'model':'echo'," SAY "}", variables);
	cr_expect_eq(dialogue_status(&r.d), row->status, "%s", row->label);
	cr_expect(strstr(r.d.reply, row->want), "%s: %s", row->label,
		  r.d.reply);
	patience = dialogue_header(&r.d, "Retry-After");
	cr_expect_eq(patience && !strcmp(patience, "1"), row->status == 429,
		     "%s", row->label);
	leave(&r);
}

Test(sandbox, takes_directives_from_a_header_last)
{
	const char *variables[] = { "HTTP_X_SANDBOX", "status=404, html",
				    NULL };
	struct room r;

	enter(&r);
	say(&r, CHAT, "{'model':'echo+status=400'," SAY "}", variables);
	cr_expect_eq(dialogue_status(&r.d), 404);
	cr_expect_str_eq(dialogue_header(&r.d, "Content-Type"), "text/html");
	leave(&r);
}

/* Threads have small stacks: deep JSON is refused before anything recurses. */
Test(sandbox, refuses_what_nests_too_deep)
{
	struct buf body;
	struct room r;

	buf_init(&body, 10000);
	buf_text(&body, "{\"model\":\"tools\",\"tools\":");
	for (int i = 0; i < 200; i++)
		buf_text(&body, "[");
	for (int i = 0; i < 200; i++)
		buf_text(&body, "]");
	buf_text(&body, "}");
	enter(&r);
	say(&r, CHAT, body.text, NULL);
	cr_expect_eq(dialogue_status(&r.d), 400);
	cr_expect(strstr(r.d.reply, "could not parse"), "%s", r.d.reply);
	leave(&r);
	buf_done(&body);
}

/* The answer to a request is the same, today and at every mount. */
Test(sandbox, names_an_answer_after_its_request)
{
	char first[100];
	struct room r;
	const char *id;

	enter(&r);
	say(&r, CHAT, "{'model':'echo'," SAY "}", NULL);
	id = strstr(r.d.reply, "chatcmpl-sbx-");
	cr_assert(id);
	snprintf(first, sizeof(first), "%.29s", id);
	cr_expect_str_eq(first, "chatcmpl-sbx-6013ad3fc15460f9");
	say(&r, CHAT, "{'model':'echo'," SAY "}", NULL);
	cr_expect(strstr(r.d.reply, first));
	say(&r, CHAT, "{'model':'echo', " SAY "}", NULL);
	cr_expect_not(strstr(r.d.reply, first));
	leave(&r);
}

/* What echo-request tells of a request: its bytes, numbers that nobody can
 * hold among them, and no key. */
Test(sandbox, P51_echoes_the_request_to_the_byte)
{
	static const char body[] =
		"{ 'model':'echo+echo-request',\n'x':1e400, 'x':-0.0,"
		"'y':123456789012345678901234567890,'z':'1e400 \\u00e9'," SAY
		"}";
	const char *variables[] = { "HTTP_AUTHORIZATION",
				    "Bearer sk-0123456789-secret",
				    "HTTP_COOKIE", "a=b", NULL };
	json_t *answer, *request;
	const char *content, *echoed;
	struct room r;

	enter(&r);
	say(&r, CHAT "?a=b", body, variables);
	answer = json_loads(r.d.reply, 0, NULL);
	cr_assert(answer, "%s", r.d.reply);
	content = json_string_value(json_object_get(
		json_object_get(
			json_array_get(json_object_get(answer, "choices"), 0),
			"message"),
		"content"));
	request = json_loads(content, 0, NULL);
	cr_assert(request, "%s", content);
	echoed = json_string_value(json_object_get(request, "body"));
	cr_assert_eq(strlen(echoed), strlen(body), "%s", echoed);
	for (size_t i = 0; body[i]; i++)
		cr_expect_eq(echoed[i], body[i] == '\'' ? '"' : body[i]);
	cr_expect_str_eq(json_string_value(json_object_get(request, "query")),
			 "a=b");
	cr_expect_str_eq(
		json_string_value(json_object_get(
			json_object_get(request, "headers"), "Cookie")),
		"a=b");
	cr_expect(strstr(content, "...cret"));
	cr_expect_not(strstr(content, "-secret"));
	json_decref(request);
	json_decref(answer);
	leave(&r);
}

Test(sandbox, counts_what_it_sees)
{
	const char *variables[] = { "REMOTE_ADDR", "127.0.0.1", "REMOTE_PORT",
				    "4711", NULL };
	struct room r;

	enter(&r);
	say(&r, CHAT, "{'model':'echo+finish=x','user':'me'," SAY "}",
	    variables);
	say(&r, CHAT, "{'model':'echo+status=500'," SAY "}", variables);
	say(&r, CHAT, "{", variables);
	dialogue_done(&r.d);
	r.d = (struct dialogue){ .method = "GET", .uri = "/sandbox/v1/counts" };
	dialogue_run(&r.d, &program, &r.suite);
	cr_expect(strstr(r.d.reply, "{\"requests\":3,\"open\":0,\"events\":1,"
				    "\"aborted_events\":0,\"answered\":1,"
				    "\"refused\":2,"),
		  "%s", r.d.reply);
	cr_expect(strstr(r.d.reply, "\"connections\":1,"), "%s", r.d.reply);
	cr_expect(strstr(r.d.reply, "\"models\":{\"echo\":{\"requests\":2,"));
	dialogue_done(&r.d);
	r.d = (struct dialogue){ .method = "GET",
				 .uri = "/sandbox/v1/counts?user=me" };
	dialogue_run(&r.d, &program, &r.suite);
	cr_expect(strstr(r.d.reply, "{\"requests\":1,"), "%s", r.d.reply);
	dialogue_done(&r.d);
	r.d = (struct dialogue){ .method = "DELETE",
				 .uri = "/sandbox/v1/counts" };
	dialogue_run(&r.d, &program, &r.suite);
	cr_expect_str_eq(r.d.reply, "{\"deleted\":true}");
	leave(&r);
}

Test(sandbox, lists_its_models)
{
	struct room r;

	enter(&r);
	r.d = (struct dialogue){ .method = "GET", .uri = "/sandbox/v1/models" };
	dialogue_run(&r.d, &program, &r.suite);
	cr_expect(strstr(r.d.reply, "{\"object\":\"list\",\"data\":[{\"id\":"
				    "\"echo\",\"object\":\"model\","),
		  "%s", r.d.reply);
	leave(&r);
}

static const struct {
	const char *method, *uri;
} doors[] = {
	{ "POST", CHAT },
	{ "POST", "/sandbox/v1/completions" },
	{ "POST", "/sandbox/v1/embeddings" },
	{ "GET", "/sandbox/v1/models" },
	{ "GET", "/sandbox/v1/counts" },
	{ "DELETE", "/sandbox/v1/counts" },
};

EACH(sandbox, is_not_there_while_it_is_off, doors)
{
	struct room r;

	enter(&r);
	r.settings.sandbox = false;
	r.d = (struct dialogue){ .method = row->method,
				 .uri = row->uri,
				 .body = "{}" };
	dialogue_run(&r.d, &program, &r.suite);
	cr_expect_eq(dialogue_status(&r.d), 404, "%s", row->uri);
	cr_expect(strstr(r.d.reply, "TURNPIKE_SANDBOX=on"), "%s", r.d.reply);
	leave(&r);
}

/* The client leaves in the middle of its answer, and is counted. */
Test(sandbox, P20_counts_a_client_that_leaves)
{
	struct room r;
	json_t *sums;

	enter(&r);
	r.d = (struct dialogue){
		.method = "POST",
		.uri = CHAT,
		.body = "{\"model\":\"lorem+bytes\",\"stream\":true,"
			"\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
		.leave_after = 2000,
	};
	dialogue_run(&r.d, &program, &r.suite);
	cr_assert(sandbox_counts_sum(
		r.suite.own, &(struct sandbox_visit){ .mount = "sandbox" },
		&sums, NULL));
	cr_expect_eq(json_integer_value(json_object_get(sums, "aborted")), 1);
	json_decref(sums);
	leave(&r);
}
