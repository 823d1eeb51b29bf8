#include "upstream/line.h"

#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *line_have(void *memory)
{
	if (!memory) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return memory;
}

/* What holds for every call. The environment's proxies are not asked
 * (httpoxy), and no answer sends us elsewhere. */
static void set_manners(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Hanging up does not wait for a name server. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	/* A connection carries one call, so HTTP/2 would gain nothing; and to
	 * close it is the one way to cancel that every provider notices. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_1_1);
	/* Undo whatever curl can; line_dial() asks for "identity". */
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	/* A name's new addresses are taken up even by a busy connection. */
	curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, 600L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)TALK_PIECE);
	curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)TALK_PIECE);
}

static void set_ears(struct line *line)
{
	CURL *easy = line->easy;

	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, line->trouble);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, talk_on_connected);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, &line->talk);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, talk_on_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, &line->talk);
	curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, talk_on_seek);
	curl_easy_setopt(easy, CURLOPT_SEEKDATA, &line->talk);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, talk_on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &line->talk);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, talk_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &line->talk);
}

struct line *line_new(CURLSH *share, const char *ca_path)
{
	struct line *line = line_have(calloc(1, sizeof(*line)));

	line->easy = line_have(curl_easy_init());
	line->multi = line_have(curl_multi_init());
	line->socket = CURL_SOCKET_BAD;
	set_manners(line->easy);
	set_ears(line);
	curl_easy_setopt(line->easy, CURLOPT_SHARE, share);
	if (ca_path) {
		curl_easy_setopt(line->easy, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(line->easy, CURLOPT_CAPATH, ca_path);
	}
	curl_multi_setopt(line->multi, CURLMOPT_MAXCONNECTS, 1L);
	return line;
}

void line_free(struct line *line)
{
	if (!line)
		return;
	curl_easy_cleanup(line->easy);
	curl_multi_cleanup(line->multi);
	free(line->nodes);
	free(line);
}

void line_host(const char *url, char host[LINE_HOST])
{
	size_t scheme = !strncasecmp(url, "http://", 7)	   ? 7
			: !strncasecmp(url, "https://", 8) ? 8
							   : 0;
	size_t len = scheme + strcspn(url + scheme, "/?#");

	*host = '\0';
	if (!scheme || len == scheme || len >= LINE_HOST)
		return;
	for (size_t i = 0; i < len; i++)
		host[i] = (char)tolower((unsigned char)url[i]);
	host[len] = '\0';
}

/* Headers that describe the connection or the body's form are ours to set. */
static bool ours(const char *header)
{
	static const char *const names[] = {
		"accept-encoding", "connection", "content-length",
		"expect",	   "host",	 "transfer-encoding",
		"upgrade",
	};
	size_t len = strcspn(header, ": \t;");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == len &&
		    !strncasecmp(names[i], header, len))
			return true;
	return false;
}

/* curl only reads the text, though its struct does not say so. */
static void add_node(struct line *line, size_t at, const char *text)
{
	const union {
		const char *ours;
		char *theirs;
	} header = { text };
	struct curl_slist *node = &line->nodes[at];

	*node = (struct curl_slist){ .data = header.theirs };
	if (at > 0)
		node[-1].next = node;
}

/* No body's type is guessed, no go-ahead is waited for before it is sent. */
static const char *const always[] = {
	"Accept-Encoding: identity",
	"Content-Type:",
	"Expect:",
};
enum { ALWAYS = sizeof(always) / sizeof(*always) };

static const char *set_headers(struct line *line, const char *const *headers)
{
	size_t given = 0, used = 0;

	while (headers && headers[given])
		if (strpbrk(headers[given++], "\r\n"))
			return "a header holds a line break";
	if (line->nodes_room < given + ALWAYS) {
		line->nodes_room = given + ALWAYS;
		line->nodes = line_have(reallocarray(
			line->nodes, line->nodes_room, sizeof(*line->nodes)));
	}
	for (size_t i = 0; i < given; i++)
		if (!ours(headers[i]))
			add_node(line, used++, headers[i]);
	for (size_t i = 0; i < ALWAYS; i++)
		add_node(line, used++, always[i]);
	curl_easy_setopt(line->easy, CURLOPT_HTTPHEADER, line->nodes);
	return NULL;
}

static bool method_is_sound(const char *method)
{
	size_t len = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

	return len > 0 && len < 32 && !method[len];
}

/* curl reads a body it has no pointer to through talk_on_read(). */
static void set_body(CURL *easy, const struct call *call)
{
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
			 call->file_bytes ? NULL
			 : call->body.len ? call->body.at
					  : "");
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			 call->file_bytes ? (curl_off_t)call->file_bytes
					  : (curl_off_t)call->body.len);
}

static void set_method(CURL *easy, const struct call *call)
{
	const char *method = call->method;
	bool posts = !strcmp(method, "POST"), gets = !strcmp(method, "GET");
	bool heads = !strcmp(method, "HEAD");
	bool laden = call->body.len || call->file_bytes;

	curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	if (laden || posts) {
		set_body(easy, call);
	} else if (heads) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
			 posts || heads || (gets && !laden) ? NULL : method);
}

/*
 * Between calls a provider has nothing to say. What has come all the same is a
 * farewell (the connection's end, or a 408 before it) or worse, and curl would
 * take it for the answer to the next request.
 */
static bool has_spoken(curl_socket_t socket)
{
	struct pollfd provider = { .fd = socket, .events = POLLIN };

	return socket != CURL_SOCKET_BAD && poll(&provider, 1, 0) > 0;
}

const char *line_dial(struct line *line)
{
	const struct call *call = line->talk.call;
	int64_t connect_ms = call->clocks.connect;
	const char *problem = set_headers(line, call->headers);

	if (problem)
		return problem;
	if (!method_is_sound(call->method))
		return "not an HTTP method";
	set_method(line->easy, call);
	/* Where a name has several addresses, curl shares this time out. */
	curl_easy_setopt(line->easy, CURLOPT_CONNECTTIMEOUT_MS,
			 connect_ms > 0 && connect_ms < INT32_MAX
				 ? (long)connect_ms
				 : (long)INT32_MAX);
	curl_easy_setopt(line->easy, CURLOPT_FRESH_CONNECT,
			 has_spoken(line->socket) ? 1L : 0L);
	*line->trouble = '\0';
	if (curl_easy_setopt(line->easy, CURLOPT_URL, call->url) != CURLE_OK)
		return "the address is too long";
	curl_multi_add_handle(line->multi, line->easy);
	line->dialled = true;
	return NULL;
}

void line_hang_up(struct line *line)
{
	if (!line->dialled)
		return;
	line->dialled = false;
	line->socket = CURL_SOCKET_BAD;
	/* A call that is not over loses its connection; one that is keeps it
	 * unless either side wanted it closed. */
	if (line->talk.end == CALL_DONE)
		curl_easy_getinfo(line->easy, CURLINFO_ACTIVESOCKET,
				  &line->socket);
	curl_multi_remove_handle(line->multi, line->easy);
	*line->host = '\0';
	if (line->socket != CURL_SOCKET_BAD)
		line_host(line->talk.call->url, line->host);
}
