#include "http/serve.h"

#include "support/dialogue.h"
#include "support/row.h"

#include <string.h>
#include <unistd.h>

static bool show(struct exchange *x, const char *route, struct fault *why)
{
	return exchange_json(x, 200,
			     json_pack("{s:s, s:s, s:s, s:s, s:s}", "route",
				       route, "method", x->method, "path",
				       x->path, "tail", x->tail, "query",
				       x->query),
			     why);
}

static bool list(struct exchange *x, struct fault *why)
{
	return show(x, "list", why);
}

static bool one(struct exchange *x, struct fault *why)
{
	return show(x, "one", why);
}

static bool make(struct exchange *x, struct fault *why)
{
	return show(x, "make", why);
}

static bool any(struct exchange *x, struct fault *why)
{
	return show(x, "any", why);
}

static bool silent(struct exchange *x, struct fault *why)
{
	(void)x;
	(void)why;
	return true;
}

static bool speechless(struct exchange *x, struct fault *why)
{
	(void)x;
	(void)why;
	return false;
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/models", .answer = list },
	{ .method = "GET", .path = "/models/*", .answer = one },
	{ .method = "DELETE", .path = "/models/*", .answer = one },
	{ .method = "POST", .path = "/models", .answer = make },
	{ .method = "*", .path = "/any/*", .answer = any },
	{ .method = "GET", .path = "/api/usage", .answer = one },
	{ .method = "GET", .path = "/silent", .answer = silent },
	{ .method = "GET", .path = "/speechless", .answer = speechless },
	{ 0 },
};

static const struct program program = { .name = "test", .routes = routes };
static const struct program bare = {
	.name = "bare",
	.routes = routes,
	.bare = true,
};

static void want(struct dialogue *d, int status, const char *reply)
{
	cr_expect_eq(dialogue_status(d), status, "%s %s gave %s", d->method,
		     d->uri, d->answer.text);
	cr_expect(strstr(d->reply, reply), "%s %s gave %s", d->method, d->uri,
		  d->answer.text);
}

static const struct {
	const char *method, *uri;
	int status;
	const char *reply;
} requests[] = {
	/* prefixes */
	{ "GET", "/v1/models", 200, "\"route\":\"list\"" },
	{ "GET", "/api/v1/models", 200, "\"path\":\"/models\"" },
	{ "GET", "/models", 404, "paths begin with /v1 or /api/v1" },
	{ "GET", "/v2/models", 404, "/v2/models is not served here" },
	{ "GET", "/api/models", 404, "not served here" },
	/* what stands under /api */
	{ "GET", "/api/usage", 200, "\"path\":\"/api/usage\"" },
	{ "GET", "/api//usage/", 200, "\"route\":\"one\"" },
	{ "POST", "/api/usage", 405, "/api/usage is not served here" },
	{ "GET", "/usage", 404, "paths begin with /v1 or /api/v1" },
	{ "GET", "/v1/usage", 404, "not served here" },
	{ "GET", "/v1/api/usage", 404, "not served here" },
	{ "GET", "/api/v1/usage", 404, "not served here" },
	{ "GET", "/v1models", 404, "not served here" },
	{ "GET", "/v1", 404, "GET / is not served here" },
	{ "GET", "/", 404, "not served here" },
	/* forms of a target */
	{ "GET", "http://other:1/v1/models", 200, "\"route\":\"list\"" },
	{ "GET", "//v1//models", 200, "\"route\":\"list\"" },
	{ "GET", "/v1/models/", 200, "\"route\":\"list\"" },
	{ "GET", "/v1/models?a=b?c", 200, "\"query\":\"a=b?c\"" },
	{ "GET", "/%761/model%73", 200, "\"route\":\"list\"" },
	{ "GET", "", 400, "target is not a path" },
	{ "OPTIONS", "*", 400, "target is not a path" },
	/* tails */
	{ "GET", "/v1/models/openai/gpt-4o", 200,
	  "\"tail\":\"openai/gpt-4o\"" },
	{ "GET", "/v1/models/openai%2Fgpt-4o", 200,
	  "\"tail\":\"openai/gpt-4o\"" },
	{ "GET", "/v1/models/x%3Afree", 200, "\"tail\":\"x:free\"" },
	{ "GET", "/v1/models/a%2525b", 200, "\"tail\":\"a%25b\"" },
	{ "GET", "/v1/models/a//b", 200, "\"tail\":\"a/b\"" },
	/* no separator is made of what was none */
	{ "GET", "/v1%2Fmodels", 404, "/v1/models is not served here" },
	{ "GET", "/v1/any%2Fx", 404, "not served here" },
	/* refused paths */
	{ "GET", "/v1/x/../models", 400, "'..'" },
	{ "GET", "/v1/any/%2e%2e/models", 400, "'..'" },
	{ "GET", "/v1/any/a%2F%2e%2e%2Fb", 400, "'..'" },
	{ "GET", "/v1/models/%00", 400, "does not belong there" },
	{ "GET", "/v1/models/%zz", 400, "hexadecimal" },
	{ "GET", "http://localhost/#@x/v1/models", 400, "does not belong" },
	/* methods */
	{ "POST", "/v1/models", 200, "\"route\":\"make\"" },
	{ "DELETE", "/v1/models/a", 200, "\"method\":\"DELETE\"" },
	{ "PUT", "/v1/models", 405, "PUT /models is not served here" },
	{ "get", "/v1/models", 405, "get /models is not served here" },
	{ "BREW", "/v1/any/a/b", 200, "\"tail\":\"a/b\"" },
	{ "PUT", "/v1/nowhere", 404, "not served here" },
	{ "OPTIONS", "/v1/nowhere", 404, "not served here" },
	{ "OPTIONS", "/v1/any/x", 204, "" },
	/* texts that are not UTF-8 */
	{ "GET", "/v1/\xff", 404, "GET /? is not served here" },
	{ "GET", "/v1/%ff", 404, "GET /? is not served here" },
	{ "G\xff", "/v1/x", 404, "G? /x is not served here" },
	/* handlers that break their promise */
	{ "GET", "/v1/silent", 500, "internal error" },
	{ "GET", "/v1/speechless", 500, "internal error" },
};

EACH(serve, routes, requests)
{
	struct dialogue d = { .method = row->method, .uri = row->uri };

	dialogue_run(&d, &program, NULL);
	want(&d, row->status, row->reply);
	dialogue_done(&d);
}

static const struct {
	const char *base, *uri;
	int status;
} bases[] = {
	{ "/turnpike", "/turnpike/v1/models", 200 },
	{ "/turnpike", "/turnpike/api/v1/models", 200 },
	{ "/turnpike/", "/turnpike/v1/models", 200 },
	{ "/turnpike", "//turnpike//v1/models", 200 },
	{ "/turnpike", "/turnpikes/v1/models", 404 },
	{ "/turnpike", "/turnpike/turnpike/v1/models", 404 },
	{ "/turnpike", "/v1/models", 200 }, /* stripped by the web server */
	{ "/a/b", "/a/b/v1/models", 200 },
	{ "", "/v1/models", 200 },
	{ "/", "/v1/models", 200 },
};

EACH(serve, strips_the_base_path, bases)
{
	struct settings settings = { .base_path = row->base, .body_limit = 9 };
	struct dialogue d = { .method = "GET", .uri = row->uri };

	dialogue_run(&d, &program, &(struct suite){ .settings = &settings });
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->base,
		     d.answer.text);
	dialogue_done(&d);
}

static const struct {
	const char *uri;
	int status;
} bare_requests[] = {
	{ "/models", 200 },
	{ "/v1/models", 404 },
	{ "/api/v1/models", 404 },
};

EACH(serve, serves_bare_programs_as_they_stand, bare_requests)
{
	struct dialogue d = { .method = "GET", .uri = row->uri };

	dialogue_run(&d, &bare, NULL);
	cr_expect_eq(dialogue_status(&d), row->status, "%s", d.answer.text);
	dialogue_done(&d);
}

static const struct {
	const char *method, *uri, *allow;
} refusals[] = {
	{ "PUT", "/v1/models", "GET, HEAD, POST, OPTIONS" },
	{ "POST", "/v1/models/a", "GET, HEAD, DELETE, OPTIONS" },
	{ "PATCH", "/v1/silent", "GET, HEAD, OPTIONS" },
	{ "GET", "/v1/nowhere", NULL },
};

EACH(serve, tells_which_methods_are_allowed, refusals)
{
	struct dialogue d = { .method = row->method, .uri = row->uri };
	const char *allow;

	dialogue_run(&d, &program, NULL);
	allow = dialogue_header(&d, "Allow");
	cr_expect_eq(dialogue_status(&d), row->allow ? 405 : 404);
	if (row->allow)
		cr_expect_str_eq(allow, row->allow);
	else
		cr_expect_null(allow);
	dialogue_done(&d);
}

Test(serve, answers_a_browsers_preflight)
{
	static const char *const variables[] = {
		"HTTP_ORIGIN",
		"https://example.org",
		"HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
		"authorization,x-stainless-os",
		NULL,
	};
	struct dialogue d = {
		.method = "OPTIONS",
		.uri = "/v1/models",
		.variables = variables,
	};

	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), 204);
	cr_expect_str_eq(d.reply, "");
	cr_expect_null(dialogue_header(&d, "Content-Type"));
	cr_expect_str_eq(dialogue_header(&d, "Allow"),
			 "GET, HEAD, POST, OPTIONS");
	cr_expect_str_eq(dialogue_header(&d, "Access-Control-Allow-Methods"),
			 "GET, HEAD, POST, OPTIONS");
	cr_expect_str_eq(dialogue_header(&d, "Access-Control-Allow-Headers"),
			 "authorization,x-stainless-os");
	cr_expect_str_eq(dialogue_header(&d, "Access-Control-Allow-Origin"),
			 "*");
	dialogue_done(&d);
}

Test(serve, answers_HEAD_without_a_body)
{
	struct dialogue get = { .method = "GET", .uri = "/v1/models" };
	struct dialogue head = { .method = "HEAD", .uri = "/v1/models" };

	dialogue_run(&get, &program, NULL);
	dialogue_run(&head, &program, NULL);
	cr_expect_eq(dialogue_status(&head), 200);
	cr_expect_str_eq(head.reply, "");
	cr_expect_str_eq(dialogue_header(&head, "Content-Type"),
			 "application/json");
	dialogue_done(&get);
	dialogue_done(&head);
}

static const struct {
	const char *uri;
	int status;
} kinds[] = {
	{ "/v1/models", 200 },
	{ "/v1/nowhere", 404 },
	{ "/v1/silent", 500 },
	{ "nonsense", 400 },
};

EACH(serve, names_each_request, kinds)
{
	struct dialogue d = { .method = "GET", .uri = row->uri };
	const char *id;

	dialogue_run(&d, &program, NULL);
	cr_expect_eq(dialogue_status(&d), row->status);
	id = dialogue_header(&d, "X-Request-Id");
	cr_assert(id);
	cr_expect_eq(strlen(id), 4 + 10 + 1 + 24, "%s", id);
	cr_expect(!strncmp(id, "gen-", 4), "%s", id);
	cr_expect_eq(strspn(strrchr(id, '-') + 1, "0123456789abcdef"), 24);
	cr_expect_str_eq(dialogue_header(&d, "Access-Control-Allow-Origin"),
			 "*");
	cr_expect_str_eq(dialogue_header(&d, "Cache-Control"), "no-store");
	dialogue_done(&d);
}

Test(serve, names_requests_in_the_order_of_time)
{
	struct dialogue a, b;

	for (int i = 0; i < 50; i++) {
		a = b = (struct dialogue){ .method = "GET",
					   .uri = "/v1/models" };
		dialogue_run(&a, &program, NULL);
		usleep(2000);
		dialogue_run(&b, &program, NULL);
		cr_expect_lt(strcmp(dialogue_header(&a, "X-Request-Id"),
				    dialogue_header(&b, "X-Request-Id")),
			     0);
		dialogue_done(&a);
		dialogue_done(&b);
	}
}

Test(serve, gives_each_request_another_name)
{
	struct dialogue a = { .method = "GET", .uri = "/v1/models" }, b = a;

	dialogue_run(&a, &program, NULL);
	dialogue_run(&b, &program, NULL);
	cr_expect_str_neq(dialogue_header(&a, "X-Request-Id"),
			  dialogue_header(&b, "X-Request-Id"));
	dialogue_done(&a);
	dialogue_done(&b);
}

static const struct program everywhere = {
	.name = "everywhere",
	.routes = routes,
	.everywhere = (const char *const[]){ "/*", NULL },
};

static const struct {
	const char *uri, *tail;
} places[] = {
	{ "/any/a", "\"tail\":\"a\"" },
	{ "/v1/any/a", "\"tail\":\"a\"" },
	{ "/api/v1/any/a", "\"tail\":\"a\"" },
	{ "/any/v1/any/a", "\"tail\":\"v1/any/a\"" },
	{ "/v1/any/v1/x", "\"tail\":\"v1/x\"" },
};

EACH(serve, P58_a_prefix_is_one_wherever_it_may_be_missing, places)
{
	struct dialogue d = { .method = "GET", .uri = row->uri };

	dialogue_run(&d, &everywhere, NULL);
	want(&d, 200, row->tail);
	dialogue_done(&d);
}
