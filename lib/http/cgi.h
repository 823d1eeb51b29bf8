#ifndef HTTP_CGI_H
#define HTTP_CGI_H

#include "http/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One request of plain CGI: environment, standard input and standard output.
 * A client that reads nothing for `send_ms` is gone.
 */
struct cgi {
	int64_t send_ms;
	int64_t left; /* bytes of body still to come; -1: until its end */
	bool cut, gone;
	size_t len; /* of what waits to be written */
	char out[4096];
};

void cgi_init(struct cgi *cgi, int64_t send_ms);

/* Send what is left and close standard output: the web server need not wait
 * for what the program still has to do. */
void cgi_end(struct cgi *cgi);

/* The channel; CGI must outlive it. */
struct channel cgi_channel(struct cgi *cgi);

#endif
