#ifndef SUPPORT_FCGI_H
#define SUPPORT_FCGI_H

#include "base/buf.h"

#include <sys/types.h>

/*
 * A web server's side of FastCGI, and of starting programs. Whatever cannot be
 * done fails the test.
 */

/* A listening Unix socket at PATH, as web servers make them for programs. */
int fcgi_listen(const char *path);

/* Connect, waiting for a program that has only just been started. */
int fcgi_dial(const char *path);

/* Send a request's head; KEEP asks the program to keep the connection. */
void fcgi_begin(int fd, const char *method, const char *uri, bool keep);

/* Send a piece of its body, and its end. */
void fcgi_body(int fd, const char *text);
void fcgi_end(int fd);

/* Read the answer to its end. False when the connection broke first. */
bool fcgi_answer(int fd, struct buf *answer);

/* All of that on a connection of its own; the answer's status, 0: none. */
int fcgi_ask(const char *path, const char *uri, struct buf *answer);

/*
 * Start a built program, named as in cgi-bin/, with STDIN and STDOUT as its
 * descriptors 0 and 1 (-1: the test's own). ENVIRONMENT and ARGUMENTS end with
 * NULL and may be NULL.
 */
struct start {
	const char *program;
	int in, out;
	const char *const *environment, *const *arguments;
};
pid_t fcgi_start(const struct start *start);

/* Wait for its end: the exit status, or -1 when a signal ended it. */
int fcgi_wait(pid_t pid);

/* How many threads it has; 0 when it has ended. */
int fcgi_threads(pid_t pid);

#endif
