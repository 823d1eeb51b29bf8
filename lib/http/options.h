#ifndef HTTP_OPTIONS_H
#define HTTP_OPTIONS_H

#include "http/serve.h"

#include <stdio.h>

enum { EXIT_USAGE = 2 };

/* A program's command line. */
struct options {
	const char
		*socket; /* listen there; NULL: a web server has started us */
};

/* False when there is nothing to do but to end with STATUS: the options asked
 * for a text only, which has been printed, or were wrong. */
bool options_read(const struct program *program, int argc, char **argv,
		  struct options *options, int *status);

void options_explain(const struct program *program, FILE *out);

#endif
