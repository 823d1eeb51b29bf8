#include "http/reply.h"

#include "support/dialogue.h"
#include "support/row.h"

#include "base/log.h"
#include "http/serve.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *path;
	enum fault_kind kind;
	int retry_after;
	const char *type, *details, *text;
	/* what comes back: the status, and the error but for its request id */
	int status;
	const char *error;
} faults[] = {
	{ "/bad", FAULT_BAD_REQUEST, 0, NULL, NULL, "model is missing", 400,
	  "{\"message\":\"model is missing\",\"type\":\"invalid_request_error\""
	  ",\"code\":400,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"invalid_request\"}}" },
	{ "/long", FAULT_BAD_REQUEST, 0, "context_length_exceeded", NULL,
	  "too long", 400,
	  "{\"message\":\"too long\",\"type\":\"invalid_request_error\","
	  "\"code\":400,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"context_length_exceeded\"}}" },
	{ "/key", FAULT_NO_KEY, 0, NULL, NULL, "invalid API key", 401,
	  "{\"message\":\"invalid API key\",\"type\":\"authentication_error\","
	  "\"code\":401,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"authentication\"}}" },
	{ "/funds", FAULT_NO_FUNDS, 0, NULL, "{\"affordable\":12}", "no credit",
	  402,
	  "{\"message\":\"no credit\",\"type\":\"payment_required\","
	  "\"code\":402,\"param\":null,\"metadata\":{\"affordable\":12,"
	  "\"error_type\":\"payment_required\"}}" },
	{ "/many", FAULT_TOO_MANY, 7, NULL, NULL, "slowly", 429,
	  "{\"message\":\"slowly\",\"type\":\"rate_limit_error\",\"code\":429,"
	  "\"param\":null,\"metadata\":{\"error_type\":"
	  "\"rate_limit_exceeded\"}}" },
	{ "/upstream", FAULT_UPSTREAM, 0, NULL, "{\"provider_name\":\"p\"}",
	  "Provider returned error", 502,
	  "{\"message\":\"Provider returned error\",\"type\":\"server_error\","
	  "\"code\":502,\"param\":null,\"metadata\":{\"provider_name\":\"p\","
	  "\"error_type\":\"provider_unavailable\"}}" },
	{ "/internal", FAULT_INTERNAL, 0, NULL, "{\"table\":\"secret\"}",
	  "no such table: api_key", 500,
	  "{\"message\":\"internal error\",\"type\":\"server_error\","
	  "\"code\":500,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"server\"}}" },
	{ "/broken-details", FAULT_BAD_REQUEST, 0, NULL, "{\"a\":", "text", 400,
	  "{\"message\":\"text\",\"type\":\"invalid_request_error\","
	  "\"code\":400,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"invalid_request\"}}" },
	{ "/no-object", FAULT_BAD_REQUEST, 0, NULL, "[1]", "text", 400,
	  "{\"message\":\"text\",\"type\":\"invalid_request_error\","
	  "\"code\":400,\"param\":null,\"metadata\":{\"error_type\":"
	  "\"invalid_request\"}}" },
	{ "/latin", FAULT_NOT_FOUND, 0, NULL, "{\"a\":\"\xff\"}",
	  "no model named 'gr\xfcn'", 404,
	  "{\"message\":\"no model named 'gr?n'\",\"type\":\"not_found_error\","
	  "\"code\":404,\"param\":null,\"metadata\":{\"a\":\"?\","
	  "\"error_type\":\"not_found\"}}" },
	{ "/P60", FAULT_UPSTREAM, 0, NULL,
	  "{\"raw\":\"bad key sk-abcdefghijkl\"}",
	  "POST https://g.example/v1?key=AIzaSyABCDEFGH failed", 502,
	  "{\"message\":\"POST https://g.example/v1?key=*** failed\","
	  "\"type\":\"server_error\",\"code\":502,\"param\":null,\"metadata\":"
	  "{\"raw\":\"bad key sk-***\",\"error_type\":"
	  "\"provider_unavailable\"}}" },
};

static bool fail(struct exchange *x, struct fault *why)
{
	for (size_t i = 0; i < COUNT(faults); i++) {
		if (strcmp(faults[i].path, x->path) != 0)
			continue;
		fault_set(why, faults[i].kind, "%s", faults[i].text);
		why->retry_after = faults[i].retry_after;
		why->type = faults[i].type;
		why->details = faults[i].details;
	}
	return false;
}

static bool break_off(struct exchange *x, struct fault *why)
{
	exchange_begin(x, 200, "text/plain");
	exchange_send(x, "half", 4);
	return fault_set(why, FAULT_BAD_REQUEST, "cannot go on with %s",
			 "sk-abcdefghijkl");
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/half", .answer = break_off },
	{ .method = "GET", .path = "/*", .answer = fail },
	{ 0 },
};

static const struct program program = {
	.name = "test",
	.routes = routes,
	.bare = true,
};

static const struct settings settings = { .body_limit = 10 };

/* Serve URI, and put into LOGGED what went to the log. */
static void run(struct dialogue *d, const char *uri, char logged[2000])
{
	char path[] = "/tmp/test_reply_XXXXXX";
	struct log log = { .fd = mkstemp(path), .program = "test" };
	ssize_t len;

	d->method = "GET";
	d->uri = uri;
	dialogue_run(d, &program,
		     &(struct suite){ .settings = &settings, .log = &log });
	len = pread(log.fd, logged, 1999, 0);
	logged[len < 0 ? 0 : len] = '\0';
	log_done(&log);
	unlink(path);
}

/* The request id out of the error, so that the rest can be compared. */
static const char *without_id(const char *reply, char text[2000])
{
	const char *id = strstr(reply, "\"request_id\"");
	const char *end = id ? strchr(id, ',') + 1 : "";

	snprintf(text, 2000, "%.*s%s", id ? (int)(id - reply) : 2000, reply,
		 end);
	return text;
}

EACH(reply, tells_faults_in_OpenAIs_form, faults)
{
	char want[2000], got[2000], logged[2000];
	struct dialogue d = { 0 };
	const char *retry;

	run(&d, row->path, logged);
	snprintf(want, sizeof(want), "{\"error\":%s}", row->error);
	cr_expect_eq(dialogue_status(&d), row->status, "%s", row->path);
	cr_expect_str_eq(without_id(d.reply, got), want, "%s", row->path);
	cr_expect_str_eq(dialogue_header(&d, "Content-Type"),
			 "application/json");
	retry = dialogue_header(&d, "Retry-After");
	cr_expect_eq(retry != NULL, row->retry_after != 0, "%s", row->path);
	cr_expect_eq(dialogue_header(&d, "WWW-Authenticate") != NULL,
		     row->status == 401);
	dialogue_done(&d);
}

EACH(reply, logs_what_is_ours_once, faults)
{
	char logged[2000], id[100];
	struct dialogue d = { 0 };

	run(&d, row->path, logged);
	if (row->status < 500) {
		cr_expect_str_eq(logged, "");
	} else {
		const char *line = strchr(logged, '\n');

		snprintf(id, sizeof(id), "%s",
			 dialogue_header(&d, "X-Request-Id"));
		cr_expect(line && !line[1], "one line: %s", logged);
		cr_expect(strstr(logged, id), "%s", logged);
		cr_expect(strstr(logged, row->path), "%s", logged);
		cr_expect(strstr(d.reply, id), "%s", d.reply);
	}
	dialogue_done(&d);
}

Test(reply, hides_internal_texts_from_clients_but_logs_them)
{
	char logged[2000];
	struct dialogue d = { 0 };

	run(&d, "/internal", logged);
	cr_expect_null(strstr(d.answer.text, "api_key"));
	cr_expect_null(strstr(d.answer.text, "secret"));
	cr_expect(strstr(logged, "no such table: api_key"), "%s", logged);
	dialogue_done(&d);
}

Test(reply, P60_puts_no_key_into_answers_or_the_log)
{
	char logged[2000];
	struct dialogue d = { 0 };

	run(&d, "/P60?key=AIzaSyQUERYQUERY", logged);
	cr_expect_null(strstr(d.answer.text, "AIzaSy"), "%s", d.answer.text);
	cr_expect_null(strstr(d.answer.text, "abcdefgh"));
	cr_expect_null(strstr(logged, "AIzaSy"), "%s", logged);
	dialogue_done(&d);
}

Test(reply, only_logs_once_the_answer_has_begun)
{
	char logged[2000];
	struct dialogue d = { 0 };

	run(&d, "/half", logged);
	cr_expect_eq(dialogue_status(&d), 200);
	cr_expect_str_eq(d.reply, "half");
	cr_expect(strstr(logged, "cannot go on with sk-***"), "%s", logged);
	dialogue_done(&d);
}
