#ifndef SUPPORT_DIALOGUE_H
#define SUPPORT_DIALOGUE_H

#include "base/buf.h"
#include "http/serve.h"

/*
 * A channel made of memory: what a client sends, and what it got back.
 *
 *	struct dialogue d = { .method = "GET", .uri = "/v1/models" };
 *
 *	dialogue_run(&d, &program, NULL);
 *	... dialogue_status(&d), dialogue_header(&d, "Allow"), d.reply ...
 *	dialogue_done(&d);
 */
struct dialogue {
	/* What is sent. */
	const char *method, *uri, *body;
	size_t body_len; /* 0: all of the text `body` */
	/* CGI variables and their values by turns, ending with NULL:
	 * { "HTTP_X_TITLE", "me", NULL }; may be NULL. */
	const char *const *variables;
	bool cut;	    /* the client breaks off behind the body */
	size_t leave_after; /* so many bytes of answer; 0: it stays */

	/* What came back: everything, and what is behind its head. */
	struct buf answer;
	const char *reply;
	int flushes;
	bool early; /* some of it before the body had been read */

	/* The dialogue's own. */
	struct channel channel;
	size_t taken;
	bool ended;
	char length[24], value[1024];
};

/* Let PROGRAM serve the request. SUITE NULL: default settings, no database. */
void dialogue_run(struct dialogue *d, const struct program *program,
		  const struct suite *suite);
void dialogue_done(struct dialogue *d);

/* The answer's status; 0 when there is none. */
int dialogue_status(const struct dialogue *d);

/* A header of the answer, kept until the next call; NULL: it has none. */
const char *dialogue_header(struct dialogue *d, const char *name);

#endif
