#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <stdlib.h>
#include <string.h>

TestSuite(call, .timeout = 60);

#define TEN	"0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* {"hello":"world"} as gzip packs it. */
#define GZIP                                                                   \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x48\xcd\xc9"     \
	"\xc9\x57\xb2\x52\x2a\xcf\x2f\xca\x49\x51\xaa\x05\x00\xd1\x41\x09"     \
	"\xd8\x11\x00\x00\x00"

/* The beginning of a gzip that goes on with a thousand times as many zeros as
 * it has bytes. */
#define BOMB                                                                   \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x01\x00\x00"     \
	"\x00\x82\x20\xff\xaf\x6e\x48\x40\x01"
static const char zeros[4096];

static const struct {
	const char *label;
	struct upstream_step script[6];
	struct call_clocks clocks;
	size_t ceiling;
	enum call_end end;
	int status; /* 0: the ear hears no head */
	const char *body;
} answers[] = {
	{ "a whole body",
	  { SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello") },
	  .status = 200,
	  .body = "hello" },
	{ "no body",
	  { SAY("HTTP/1.1 204 None\r\n\r\n") },
	  .status = 204,
	  .body = "" },
	{ "an error with a body",
	  { SAY("HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\n{}") },
	  .status = 429,
	  .body = "{}" },
	{ "chunks",
	  { SAY(CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") },
	  .status = 200,
	  .body = "hello" },
	{ "chunks with a trailer",
	  { SAY(CHUNKED "5\r\nhello\r\n0\r\nX-After: 1\r\n\r\n") },
	  .status = 200,
	  .body = "hello" },
	{ "a byte at a time",
	  { SPELL(CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") },
	  .status = 200,
	  .body = "hello" },
	{ "the connection's end is the body's",
	  { SAY(OK_HEAD "\r\nhello"), SHUT },
	  .status = 200,
	  .body = "hello" },
	{ "interim answers come first",
	  { SAY("HTTP/1.1 100 Continue\r\n\r\n"
		"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK_HEAD
		"Content-Length: 5\r\n\r\nhello") },
	  .status = 200,
	  .body = "hello" },
	{ "a redirect is not followed",
	  { SAY("HTTP/1.1 302 Found\r\nLocation: /else\r\n"
		"Content-Length: 2\r\n\r\nno") },
	  .status = 302,
	  .body = "no" },
	{ "pauses shorter than the clocks",
	  { PAUSE(300), SAY(CHUNKED "3\r\nhel\r\n"), PAUSE(300),
	    SAY("2\r\nlo\r\n"), SAY("0\r\n\r\n") },
	  .clocks = { .head = 5000, .idle = 5000 },
	  .status = 200,
	  .body = "hello" },
	{ "an early answer to a request that is whole",
	  { SAY("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"), SHUT },
	  .status = 413,
	  .body = "" },

	{ "no answer",
	  { HOLD },
	  .clocks = { .head = 200 },
	  .end = CALL_HEAD_LATE },
	{ "half a head",
	  { SAY(OK_HEAD "X-A: b\r\n"), HOLD },
	  .clocks = { .head = 200 },
	  .end = CALL_HEAD_LATE },
	{ "interim answers for ever",
	  { FLOOD("HTTP/1.1 103 Early Hints\r\n\r\n", 100000) },
	  .end = CALL_TOO_LARGE },
	{ "stands still in the body",
	  { SAY(CHUNKED "3\r\nhel\r\n"), HOLD },
	  .clocks = { .idle = 200 },
	  .end = CALL_IDLE,
	  .status = 200,
	  .body = "hel" },
	{ "stands still before the body",
	  { SAY(CHUNKED), HOLD },
	  .clocks = { .idle = 200 },
	  .end = CALL_IDLE,
	  .status = 200,
	  .body = "" },
	{ "the total clock, before an answer",
	  { HOLD },
	  .clocks = { .total = 200 },
	  .end = CALL_TOTAL_LATE },
	{ "the total clock, in the body",
	  { SAY(CHUNKED "1\r\na\r\n"), HOLD },
	  .clocks = { .total = 200 },
	  .end = CALL_TOTAL_LATE,
	  .status = 200,
	  .body = "a" },
	{ "the total clock, while pieces come",
	  { SAY(CHUNKED "3\r\nhel\r\n"), PAUSE(300), SAY("1\r\nl\r\n"), HOLD },
	  .clocks = { .idle = 10000, .total = 600 },
	  .end = CALL_TOTAL_LATE,
	  .status = 200,
	  .body = "hell" },

	{ "cut short of its length",
	  { SAY(OK_HEAD "Content-Length: 9\r\n\r\nhello"), SHUT },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "hello" },
	{ "cut before the last chunk",
	  { SAY(CHUNKED "5\r\nhello\r\n"), SHUT },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "hello" },
	{ "cut in a chunk",
	  { SAY(CHUNKED "9\r\nhello"), SHUT },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "hello" },
	{ "cut in the head",
	  { SAY(OK_HEAD "Content-Le"), SHUT },
	  .end = CALL_BROKEN },
	{ "reset in the body",
	  { SAY(CHUNKED "5\r\nhello\r\n"), PAUSE(1000), RESET },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "hello" },
	{ "closed without a word", { SHUT }, .end = CALL_BROKEN },
	{ "reset without a word", { RESET }, .end = CALL_BROKEN },
	{ "not HTTP",
	  { SAY("220 mail.example ESMTP\r\n"), SHUT },
	  .end = CALL_BROKEN },
	{ "a chunk's size that is none",
	  { SAY(CHUNKED "zz\r\nhello\r\n"), SHUT },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "" },
	{ "a negative length",
	  { SAY(OK_HEAD "Content-Length: -5\r\n\r\nhello"), SHUT },
	  .end = CALL_BROKEN },
	{ "another protocol, unasked",
	  { SAY("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nhello"), SHUT },
	  .end = CALL_BROKEN },

	{ "just below the ceiling",
	  { SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello") },
	  .ceiling = 5,
	  .status = 200,
	  .body = "hello" },
	{ "past the ceiling",
	  { SAY(OK_HEAD "Content-Length: 6\r\n\r\nhello!"), HOLD },
	  .ceiling = 5,
	  .end = CALL_TOO_LARGE,
	  .status = 200,
	  .body = "" },
	{ "past the ceiling by and by",
	  { SAY(CHUNKED "3\r\nhel\r\n"), PAUSE(200), SAY("3\r\nlo!\r\n"),
	    HOLD },
	  .ceiling = 5,
	  .end = CALL_TOO_LARGE,
	  .status = 200,
	  .body = "hel" },
	{ "a head without end",
	  { SAY(OK_HEAD), FLOOD("X-A: " HUNDRED "\r\n", 100000) },
	  .end = CALL_TOO_LARGE },
	{ "a header without end",
	  { SAY(OK_HEAD "X-A: "), FLOOD(HUNDRED, 100000) },
	  .end = CALL_BROKEN },
	{ "trailers without end",
	  { SAY(CHUNKED "1\r\na\r\n0\r\n"),
	    FLOOD("X-A: " HUNDRED "\r\n", 100000) },
	  .end = CALL_TOO_LARGE,
	  .status = 200,
	  .body = "a" },
	{ "a head of some kilobytes",
	  { SAY(OK_HEAD "Content-Length: 2\r\n"),
	    FLOOD("X-A: " HUNDRED "\r\n", 300), SAY("\r\nok") },
	  .status = 200,
	  .body = "ok" },

	{ "P43 gzip nobody asked for",
	  { SAY(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 37\r\n\r\n"),
	    SAY_BYTES(GZIP, 37) },
	  .status = 200,
	  .body = "{\"hello\":\"world\"}" },
	{ "P43 gzip a byte at a time",
	  { SAY(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 37\r\n\r\n"),
	    { .act = UPSTREAM_SPELL, .text = GZIP, .len = 37 } },
	  .status = 200,
	  .body = "{\"hello\":\"world\"}" },
	{ "P43 gzip cut short of its length",
	  { SAY(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 37\r\n\r\n"),
	    SAY_BYTES(GZIP, 20), SHUT },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "{\"hello\":" },
	{ "P43 gzip that is none",
	  { SAY(OK_HEAD "Content-Encoding: gzip\r\n"
			"Content-Length: 5\r\n\r\nhello") },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "" },
	{ "P43 packed in a way that curl cannot undo",
	  { SAY(OK_HEAD "Content-Encoding: lzw\r\n"
			"Content-Length: 5\r\n\r\nhello") },
	  .end = CALL_BROKEN,
	  .status = 200,
	  .body = "" },
	{ "P43 the ceiling holds for what is unpacked",
	  { SAY(OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 37\r\n\r\n"),
	    SAY_BYTES(GZIP, 37) },
	  .ceiling = 16,
	  .end = CALL_TOO_LARGE,
	  .status = 200,
	  .body = "" },
};

EACH(call, hears_an_answer_to_its_end, answers)
{
	const struct upstream_step *const scripts[] = { row->script, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct upstream_ear ear;
	struct call_report report;
	enum call_end end;

	call.clocks = row->clocks;
	call.ceiling = row->ceiling;
	upstream_ear_init(&ear);
	end = call_run(pool, &call, &ear.ear, &report);
	cr_expect_eq(end, row->end, "%s: %d %s", row->label, end, report.text);
	cr_expect_eq(report.end, end, "%s", row->label);
	cr_expect_eq(!*report.text, end == CALL_DONE, "%s: '%s'", row->label,
		     report.text);
	cr_expect_eq(ear.heads, row->status != 0, "%s", row->label);
	cr_expect_eq(ear.head.status, row->status, "%s: %d", row->label,
		     ear.head.status);
	cr_expect_str_eq(ear.body.text, row->body ? row->body : "", "%s",
			 row->label);
	cr_expect(report.sent && report.fresh_connection, "%s", row->label);
	cr_expect_eq(upstream_server_requests(server), 1, "%s: %d requests",
		     row->label, upstream_server_requests(server));
	if (end != CALL_DONE)
		cr_expect_eq(upstream_server_wait_ended(server, 1), 1,
			     "%s: the connection stays open", row->label);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}

Test(call, p43_stops_at_a_gzip_bomb_without_a_ceiling)
{
	const struct upstream_step script[] = {
		SAY(OK_HEAD "Content-Encoding: gzip\r\n\r\n"),
		SAY_BYTES(BOMB, 25),
		{ .act = UPSTREAM_FLOOD,
		  .text = zeros,
		  .len = 4096,
		  .times = 1000000 },
		THE_END,
	};
	const struct upstream_step *const scripts[] = { script, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct upstream_ear ear;
	struct call_report report;

	upstream_ear_init(&ear);
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_TOO_LARGE,
		     "%s", report.text);
	cr_expect_gt(ear.length, 0);
	cr_expect_lt(ear.length, 64 << 20, "%zu", ear.length);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}
