#include "http/sandbox_pipe.h"
#include "http/sandbox_play.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static void add_number(const struct sink *sink, const char *name,
		       int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	if (number >= 0)
		sink->header(sink->state, name, text);
}

/* A Retry-After of so many seconds from now, as a date. */
static void add_date(const struct sink *sink, int64_t seconds)
{
	time_t when = (time_t)(clock_now_ms() / 1000 + seconds);
	char text[40];
	struct tm utc;

	if (seconds >= 0 && gmtime_r(&when, &utc) &&
	    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc))
		sink->header(sink->state, "Retry-After", text);
}

static void print_page(const struct sandbox_error *error, struct buf *out)
{
	buf_print(out,
		  "<html>\n<head><title>%d</title></head>\n<body>\n"
		  "<center><h1>%d</h1></center>\n<hr>\n</body>\n</html>\n",
		  error->status, error->status);
}

struct sandbox_outcome sandbox_play_error(const struct sink *sink,
					  const struct sandbox_script *script,
					  const struct sandbox_error *error)
{
	const char *type = script->html ? "text/html" : "application/json";
	struct sandbox_outcome outcome = { .end = SANDBOX_REFUSED,
					   .status = error->status };
	struct sandbox_pipe pipe;

	add_number(sink, "Retry-After", script->retry_after);
	add_date(sink, script->retry_after_date);
	add_number(sink, "Retry-After-Ms", script->retry_after_ms);
	if (error->status < 400)
		sink->header(sink->state, "Location", "/sandbox/v1/models");
	sandbox_pipe_init(&pipe, sink, script);
	if (script->html)
		print_page(error, &pipe.out);
	else
		sandbox_error_print(error, &pipe.out);
	if (!sandbox_pipe_begin(&pipe, error->status, type) ||
	    !sandbox_pipe_end(&pipe))
		outcome.end = SANDBOX_ABORTED;
	sandbox_pipe_done(&pipe);
	return outcome;
}
