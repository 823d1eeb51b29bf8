#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a provider gets to see of a call, and what becomes of one that cannot
 * be made. */
TestSuite(asking, .timeout = 60);

static const struct upstream_step hello[] = {
	SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello"),
	THE_END,
};
static const struct upstream_step *const hellos[] = { hello, NULL };

static enum call_end ask(const struct call *call, struct call_report *report)
{
	struct pool *pool = pool_new();
	struct upstream_ear ear;

	upstream_ear_init(&ear);
	call_run(pool, call, &ear.ear, report);
	upstream_ear_done(&ear);
	pool_free(pool);
	return report->end;
}

static const char *const json[] = { "Content-Type: application/json",
				    "Authorization: Bearer sk-1", NULL };
static const char *const hostile[] = { "Accept-Encoding: br",
				       "Content-Length: 3",
				       "transfer-encoding : chunked",
				       "Host: elsewhere",
				       "Expect: 100-continue",
				       "Connection: close",
				       "X-Kept: yes",
				       NULL };

static const struct {
	const char *label, *method, *body;
	const char *const *headers;
	const char *has[5], *lacks[8];
} requests[] = {
	{ "GET",
	  "GET",
	  "",
	  NULL,
	  { "GET /v1/x?q=1 HTTP/1.1\r\n", "\r\nAccept-Encoding: identity\r\n" },
	  { "Content-", "Expect", "User-Agent", "Connection:" } },
	{ "POST",
	  "POST",
	  "{\"a\":1}",
	  json,
	  { "POST /v1/x?q=1 HTTP/1.1\r\n", "\r\nContent-Length: 7\r\n",
	    "\r\nContent-Type: application/json\r\n",
	    "\r\nAuthorization: Bearer sk-1\r\n", "\r\n\r\n{\"a\":1}" },
	  { "urlencoded", "Expect" } },
	{ "POST without a body",
	  "POST",
	  "",
	  NULL,
	  { "POST ", "\r\nContent-Length: 0\r\n" },
	  { "Content-Type" } },
	{ "POST without a type",
	  "POST",
	  "x",
	  NULL,
	  { "\r\nContent-Length: 1\r\n" },
	  { "Content-Type" } },
	{ "DELETE", "DELETE", "", NULL, { "DELETE /v1/x" }, { "Content-" } },
	{ "PUT",
	  "PUT",
	  "abc",
	  json,
	  { "PUT /v1/x", "\r\nContent-Length: 3\r\n", "\r\n\r\nabc" },
	  { "Expect", "chunked" } },
	{ "PATCH",
	  "PATCH",
	  "abc",
	  json,
	  { "PATCH /v1/x", "\r\n\r\nabc" },
	  { 0 } },
	{ "HEAD", "HEAD", "", NULL, { "HEAD /v1/x" }, { "Content-" } },
	{ "GET with a body",
	  "GET",
	  "abc",
	  json,
	  { "GET /v1/x", "\r\nContent-Length: 3\r\n", "\r\n\r\nabc" },
	  { 0 } },
	{ "headers that are not the caller's",
	  "POST",
	  "abcdef",
	  hostile,
	  { "\r\nAccept-Encoding: identity\r\n", "\r\nContent-Length: 6\r\n",
	    "\r\nX-Kept: yes\r\n", "\r\nHost: 127.0.0.1:" },
	  { "br\r\n", "Content-Length: 3", "chunked", "elsewhere", "Expect",
	    "close" } },
};

EACH(asking, sends_the_request_as_given, requests)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct call call;
	struct call_report report;
	char url[128];
	const char *text;

	snprintf(url, sizeof(url), "%s/v1/x?q=1", upstream_server_url(server));
	call = upstream_call(url);
	call.method = row->method;
	call.headers = row->headers;
	call.body = span_of(row->body);
	cr_expect_eq(ask(&call, &report), CALL_DONE, "%s: %s", row->label,
		     report.text);
	cr_assert_eq(upstream_server_requests(server), 1, "%s", row->label);
	text = upstream_server_request(server, 0);
	for (size_t i = 0; i < COUNT(row->has) && row->has[i]; i++)
		cr_expect(strstr(text, row->has[i]), "%s: no '%s' in '%s'",
			  row->label, row->has[i], text);
	for (size_t i = 0; i < COUNT(row->lacks) && row->lacks[i]; i++)
		cr_expect_not(strstr(text, row->lacks[i]), "%s: '%s' in '%s'",
			      row->label, row->lacks[i], text);
	upstream_server_free(server);
}

Test(asking, sends_bodies_larger_than_any_buffer)
{
	enum { MANY = 3 << 20 };
	struct upstream_server *server = upstream_server_new(hellos);
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	char *body = malloc(MANY);
	const char *text;

	cr_assert(body);
	for (size_t i = 0; i < MANY; i++)
		body[i] = (char)('a' + i % 23);
	call.method = "POST";
	call.body = (struct span){ body, MANY };
	cr_expect_eq(ask(&call, &report), CALL_DONE, "%s", report.text);
	text = strstr(upstream_server_request(server, 0), "\r\n\r\n");
	cr_assert(text);
	cr_expect_eq(strlen(text + 4), MANY);
	cr_expect_not(memcmp(text + 4, body, MANY));
	free(body);
	upstream_server_free(server);
}

static const struct {
	const char *label, *url, *method, *header;
} impossible[] = {
	{ "no scheme", "127.0.0.1/v1", "GET", NULL },
	{ "another scheme", "file:///etc/passwd", "GET", NULL },
	{ "another scheme with a host", "ftp://127.0.0.1/x", "GET", NULL },
	{ "nothing", "", "GET", NULL },
	{ "no host", "http:///v1", "GET", NULL },
	{ "no port", "http://127.0.0.1:x/v1", "GET", NULL },
	{ "a port that is none", "http://127.0.0.1:99999/v1", "GET", NULL },
	{ "a space in the host", "http://127.0 .0.1/v1", "GET", NULL },
	{ "a key in the address", "http://user:sk-secret@127.0.0.1:1/", "GET",
	  NULL },
	{ "no such host", "http://no-such-host.invalid/v1", "GET", NULL },
	{ "P59 a line break in the address",
	  "http://127.0.0.1:1/\r\nX-Evil: 1\r\n", "GET", NULL },
	{ "a method that is none", "http://127.0.0.1:1/",
	  "GET / HTTP/1.1\r\nX:", NULL },
	{ "an empty method", "http://127.0.0.1:1/", "", NULL },
	{ "a line break in a header", "http://127.0.0.1:1/", "GET",
	  "X-Title: sk-secret\r\nX-Evil: 1" },
};

EACH(asking, sends_nothing_that_cannot_be_asked, impossible)
{
	const char *const headers[] = { row->header, NULL };
	struct call call = upstream_call(row->url);
	struct call_report report;

	call.method = row->method;
	call.headers = headers;
	cr_expect_eq(ask(&call, &report), CALL_BAD_ADDRESS, "%s: %d",
		     row->label, report.end);
	cr_expect(*report.text, "%s", row->label);
	cr_expect_not(strstr(report.text, "secret"), "%s: %s", row->label,
		      report.text);
	cr_expect_not(report.sent, "%s", row->label);
	cr_expect_not(report.fresh_connection, "%s", row->label);
}

Test(asking, tells_a_refused_connection)
{
	struct call call;
	struct call_report report;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/",
		 upstream_server_free_port());
	call = upstream_call(url);
	cr_expect_eq(ask(&call, &report), CALL_NO_CONNECT, "%s", report.text);
	cr_expect(*report.text);
	cr_expect_not(report.sent);
}

/* The server takes the connection and never says a word of TLS. */
Test(asking, bounds_the_connection_with_its_own_clock)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct call call;
	struct call_report report;
	char url[64];

	snprintf(url, sizeof(url), "https://127.0.0.1:%d/",
		 upstream_server_port(server));
	call = upstream_call(url);
	call.clocks = (struct call_clocks){ .connect = 200, .head = 1 };
	cr_expect_eq(ask(&call, &report), CALL_NO_CONNECT, "%s", report.text);
	cr_expect_not(report.sent);
	cr_expect_eq(upstream_server_wait_ended(server, 1), 1);
	upstream_server_free(server);
}

static const struct {
	const char *label, *variable;
} proxies[] = {
	{ "httpoxy", "HTTP_PROXY" },	  { "http_proxy", "http_proxy" },
	{ "all_proxy", "all_proxy" },	  { "ALL_PROXY", "ALL_PROXY" },
	{ "https_proxy", "https_proxy" },
};

EACH(asking, ignores_p61_proxies_of_the_environment, proxies)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	char proxy[64];

	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d",
		 upstream_server_free_port());
	setenv(row->variable, proxy, 1);
	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	cr_expect_eq(ask(&call, &report), CALL_DONE, "%s: %s", row->label,
		     report.text);
	cr_expect_eq(upstream_server_requests(server), 1, "%s", row->label);
	upstream_server_free(server);
}

enum { LARGE = 16 << 20 }; /* more than all buffers on the way hold */

static struct call large_call(char url[64], int port)
{
	static char body[LARGE];
	struct call call;

	snprintf(url, 64, "http://127.0.0.1:%d/", port);
	call = upstream_call(url);
	call.method = "POST";
	call.body = (struct span){ body, LARGE };
	call.clocks.head = 1000;
	return call;
}

Test(asking, takes_a_request_that_nobody_reads_for_a_late_head)
{
	int port, door = upstream_server_door(&port);
	char url[64];
	struct call call = large_call(url, port);
	struct call_report report;

	cr_expect_eq(ask(&call, &report), CALL_HEAD_LATE, "%s", report.text);
	cr_expect(report.sent);
	close(door);
}

/* Reads the request in far longer than the head's clock, but never stands
 * still for so long; then answers. */
static void *read_slowly(void *arg)
{
	int fd = accept(*(int *)arg, NULL, NULL);
	size_t len = 0, paused = 0;
	static char bytes[64 * 1024];

	while (len < LARGE) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

		if (n <= 0)
			break;
		len += (size_t)n;
		if (len - paused >= LARGE / 20) {
			paused = len;
			usleep(100 * 1000);
		}
	}
	send(fd, hello->text, strlen(hello->text), MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	while (recv(fd, bytes, sizeof(bytes), 0) > 0)
		;
	close(fd);
	return NULL;
}

Test(asking, counts_the_head_s_clock_from_the_request_s_end)
{
	int port, door = upstream_server_door(&port);
	char url[64];
	struct call call = large_call(url, port);
	struct call_report report;
	pthread_t reader;

	cr_assert_not(pthread_create(&reader, NULL, read_slowly, &door));
	cr_expect_eq(ask(&call, &report), CALL_DONE, "%s", report.text);
	pthread_join(reader, NULL);
	close(door);
}
