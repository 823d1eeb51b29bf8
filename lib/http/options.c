#include "http/options.h"

#include "base/version.h"

#include <getopt.h>
#include <stdlib.h>

void options_explain(const struct program *program, FILE *out)
{
	fprintf(out,
		"Usage: %s.fcgi [--socket PATH]\n\n"
		"A web server starts this, as FastCGI with a listening socket "
		"on descriptor 0,\nor as CGI. With --socket it listens at PATH "
		"by itself. It answers\n\n",
		program->name);
	for (const struct route *r = program->routes; r->path; r++)
		fprintf(out, "  %-8s %s%s\n", r->method,
			route_stands(program, r) ? "" : "/v1", r->path);
	fprintf(out, "\n"
		     "  --socket PATH  listen at a Unix socket\n"
		     "  --routes       print the routes, with all prefixes\n"
		     "  --help         print this\n"
		     "  --version      print the version\n\n"
		     "`turnpike settings` prints what can be set.\n");
}

/* For those who write a web server's configuration, and for who checks that
 * all routes are documented. */
static void print_routes(const struct program *program)
{
	for (size_t i = 0; program->everywhere && program->everywhere[i]; i++)
		printf("* %s\n", program->everywhere[i]);
	if (program->everywhere && !program->bare)
		return;
	for (const struct route *r = program->routes; r->path; r++) {
		if (route_stands(program, r)) {
			printf("%s %s\n", r->method, r->path);
			continue;
		}
		printf("%s /v1%s\n", r->method, r->path);
		printf("%s /api/v1%s\n", r->method, r->path);
	}
}

bool options_read(const struct program *program, int argc, char **argv,
		  struct options *options, int *status)
{
	static const struct option known[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "routes", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	struct options read = { 0 };
	int option;

	*status = EXIT_SUCCESS;
	while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0) {
		switch (option) {
		case 's': read.socket = optarg; continue;
		case 'r': print_routes(program); return false;
		case 'h': options_explain(program, stdout); return false;
		case 'v':
			printf("%s %s\n", program->name, TURNPIKE_VERSION);
			return false;
		default: *status = EXIT_USAGE; return false;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: what is '%s'? See --help\n", program->name,
			argv[optind]);
		*status = EXIT_USAGE;
		return false;
	}
	*options = read;
	return true;
}
