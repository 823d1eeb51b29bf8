#ifndef UPSTREAM_LINE_H
#define UPSTREAM_LINE_H

#include "upstream/talk.h"

#include <curl/curl.h>
#include <stdint.h>

/*
 * A line to providers: an easy handle and a multi handle of its own, which
 * keeps at most one live connection. One thread uses it at a time.
 */
enum { LINE_HOST = 256 };

struct line {
	struct line *newer, *older; /* the pool's, while nobody uses it */
	int64_t idle_since;

	/* Where the live connection goes, "https://host:443", and its socket;
	 * "" and CURL_SOCKET_BAD for none. */
	char host[LINE_HOST];
	curl_socket_t socket;

	CURL *easy;
	CURLM *multi;
	struct curl_slist *nodes; /* of the request's header */
	size_t nodes_room;
	bool dialled;
	char trouble[CURL_ERROR_SIZE];
	struct talk talk;
};

/* MEMORY, unless it is NULL: that ends the process. */
void *line_have(void *memory);

/* CA_PATH is a folder of certificates filed by hash, or NULL: as curl was
 * built. */
struct line *line_new(CURLSH *share, const char *ca_path);
void line_free(struct line *line);

/* The scheme, host and port of URL as it writes them; "" when it is not an
 * http or https address. */
void line_host(const char *url, char host[LINE_HOST]);

/* Begin the call that the line's talk is about. NULL, or why it cannot be
 * made. */
const char *line_dial(struct line *line);

/* End it, whether its answer has come or not; in the latter case the
 * connection is closed. */
void line_hang_up(struct line *line);

#endif
