#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bodies from files, and the lines of an answer's head. */
TestSuite(parcel, .timeout = 60);

static const struct upstream_step hello[] = {
	SAY("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" OK_HEAD
	    "X-One: 1\r\nX-Two:2\r\nContent-Length: 5\r\n\r\nhello"),
	THE_END,
};
static const struct upstream_step *const hellos[] = { hello, NULL };

static int file_of(const char *text)
{
	char name[] = "/tmp/parcel-XXXXXX";
	int file = mkstemp(name);

	unlink(name);
	cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
	return file;
}

static const char methods[][8] = { "POST", "PUT", "PATCH", "DELETE", "GET" };

EACH(parcel, is_sent_from_its_start, methods)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct pool *pool = pool_new();
	struct call_report report;
	struct upstream_ear ear;
	struct call call = { .method = *row,
			     .url = upstream_server_url(server),
			     .file = file_of("0123456789"),
			     .file_bytes = 7,
			     .watch = -1 };
	char line[32];

	upstream_ear_init(&ear);
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_DONE,
		     "%s: %s", *row, report.text);
	snprintf(line, sizeof(line), "%s / HTTP/1.1\r\n", *row);
	cr_expect(strstr(upstream_server_request(server, 0), line), "%s",
		  upstream_server_request(server, 0));
	cr_expect(strstr(upstream_server_request(server, 0),
			 "\r\nContent-Length: 7\r\n"));
	cr_expect(
		strstr(upstream_server_request(server, 0), "\r\n\r\n0123456"));
	cr_expect_not(strstr(upstream_server_request(server, 0), "01234567"));
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
	close(call.file);
}

Test(parcel, a_file_that_is_too_short_ends_the_call)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct pool *pool = pool_new();
	struct call_report report;
	struct upstream_ear ear;
	struct call call = { .method = "POST",
			     .url = upstream_server_url(server),
			     .file = file_of("0123456789"),
			     .file_bytes = 11,
			     .watch = -1 };

	upstream_ear_init(&ear);
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_BROKEN);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
	close(call.file);
}

static struct buf lines;

static void hear_line(void *who, const char *line, size_t len)
{
	(void)who;
	buf_add(&lines, line, len);
	buf_text(&lines, "|");
}

Test(parcel, tells_the_lines_of_the_last_head)
{
	struct upstream_server *server = upstream_server_new(hellos);
	struct pool *pool = pool_new();
	struct call_report report;
	struct upstream_ear ear;
	struct call call = { .method = "GET",
			     .url = upstream_server_url(server),
			     .watch = -1 };

	buf_init(&lines, 1024);
	upstream_ear_init(&ear);
	ear.ear.header = hear_line;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_DONE);
	cr_expect_str_eq(lines.text, "HTTP/1.1 200 OK|X-One: 1|X-Two:2|"
				     "Content-Length: 5|");
	buf_done(&lines);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}
