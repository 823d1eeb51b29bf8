#include "upstream/head.h"

#include "support/row.h"

#include <string.h>

static void feed(struct head *h, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n") + 1;

		head_line(h, lines, len);
		lines += len;
	}
}

#define NOV_6 "Sun, 06 Nov 1994 08:49:37 GMT"

static const struct {
	const char *label, *lines;
	int want;
} waits[] = {
	{ "none", "Content-Type: a/b\r\n", -1 },
	{ "seconds", "Retry-After: 120\r\n", 120 },
	{ "any case, tabs", "RETRY-after:\t7 \t\r\n", 7 },
	{ "zero", "Retry-After: 0\r\n", 0 },
	{ "a fraction counts as a whole second", "Retry-After: 1.2\r\n", 2 },
	{ "a fraction of nothing", "Retry-After: 3.000\r\n", 3 },
	{ "milliseconds, rounded up", "retry-after-ms: 1001\r\n", 2 },
	{ "milliseconds win", "retry-after-ms: 400\r\nRetry-After: 9\r\n", 1 },
	{ "negative", "Retry-After: -5\r\n", -1 },
	{ "with a unit", "Retry-After: 5s\r\n", -1 },
	{ "empty", "Retry-After:\r\n", -1 },
	{ "words", "Retry-After: tomorrow\r\n", -1 },
	{ "words that curl takes for a date", "Retry-After: 12 Nov\r\n", -1 },
	{ "a date without its weekday", "Retry-After: Nov 6 1994\r\n", -1 },
	{ "more than a day", "Retry-After: 90000\r\n", HEAD_WAIT_MAX },
	{ "more than fits", "Retry-After: 99999999999999999999999999999999\r\n",
	  HEAD_WAIT_MAX },
	{ "more milliseconds than fit",
	  "Retry-After-Ms: 99999999999999999999999999999\r\n", HEAD_WAIT_MAX },
	{ "a date, from the answer's own",
	  "Date: " NOV_6 "\r\nRetry-After: Sun, 06 Nov 1994 08:50:00 GMT\r\n",
	  23 },
	{ "a date before the answer's own comes",
	  "Retry-After: Sun, 06 Nov 1994 08:50:00 GMT\r\nDate: " NOV_6 "\r\n",
	  23 },
	{ "a date, from now", "Retry-After: Thu, 01 Jan 1970 00:17:10 GMT\r\n",
	  30 },
	{ "a date in RFC 850's form",
	  "Date: " NOV_6 "\r\nRetry-After: Sunday, 06-Nov-94 08:50:00 GMT\r\n",
	  23 },
	{ "a date in asctime's form",
	  "Retry-After: Thu Jan  1 00:17:10 1970\r\n", 30 },
	{ "a date gone by", "Date: " NOV_6 "\r\nRetry-After: " NOV_6 "\r\n",
	  0 },
	{ "a date long gone by",
	  "Retry-After: Thu, 01 Jan 1970 00:00:10 GMT\r\n", 0 },
	{ "a date in a far year",
	  "Retry-After: Fri, 31 Dec 2999 23:59:59 GMT\r\n", HEAD_WAIT_MAX },
	{ "a date that is none",
	  "Retry-After: Xyz, 99 Qqq 1994 88:99:77 GMT\r\n", -1 },
	{ "of the interim answer",
	  "HTTP/1.1 103 Early\r\nRetry-After: 5\r\nHTTP/1.1 200 OK\r\n", -1 },
	{ "a name that only begins so", "Retry-After-Party: 5\r\n", -1 },
};

EACH(head, reads_p52_retry_after_in_every_form, waits)
{
	struct head h;

	head_init(&h);
	feed(&h, row->lines);
	cr_expect_eq(head_retry_after(&h, 1000), row->want, "%s: %d",
		     row->label, head_retry_after(&h, 1000));
}

#define TEN	"0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
	const char *label, *lines;
	int status;
	const char *type, *request_id;
} heads[] = {
	{ "all of it",
	  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
	  "x-request-id: req_1\r\n\r\n",
	  200, "text/event-stream; charset=utf-8", "req_1" },
	{ "nothing", "\r\n", 0, "", "" },
	{ "no reason", "HTTP/1.1 429\r\n", 429, "", "" },
	{ "HTTP/1.0", "HTTP/1.0 503 No\r\n", 503, "", "" },
	{ "interim answers leave nothing",
	  "HTTP/1.1 103 Early\r\nrequest-id: a\r\nContent-Type: x/y\r\n\r\n"
	  "HTTP/1.1 201 Made\r\n",
	  201, "", "" },
	{ "the first id counts", "request-id: a\r\nX-Request-Id: b\r\n", 0, "",
	  "a" },
	{ "an id with a byte above ASCII", "request-id: a\xff\r\n", 0, "", "" },
	{ "an id with a control byte", "request-id: a\x1b[0m\r\n", 0, "", "" },
	{ "an id that is too long", "request-id: " HUNDRED HUNDRED "\r\n", 0,
	  "", "" },
	{ "no colon", "request-id\r\n", 0, "", "" },
	{ "only a colon", ":\r\n", 0, "", "" },
	{ "a folded line", "X-A: b\r\n request-id: c\r\n", 0, "", "" },
	{ "a line end alone", "request-id: a\n", 0, "", "a" },
	{ "blank value", "request-id:  \t \r\n", 0, "", "" },
};

EACH(head, keeps_what_is_short_and_printable, heads)
{
	struct head h;

	head_init(&h);
	feed(&h, row->lines);
	cr_expect_eq(h.status, row->status, "%s", row->label);
	cr_expect_str_eq(h.type, row->type, "%s", row->label);
	cr_expect_str_eq(h.request_id, row->request_id, "%s", row->label);
}

Test(head, takes_a_line_without_its_end)
{
	struct head h;

	head_init(&h);
	head_line(&h, "request-id: ab", 13);
	cr_expect_str_eq(h.request_id, "a");
	head_init(&h);
	head_line(&h, "request-id:", 11);
	cr_expect_str_eq(h.request_id, "");
	head_line(&h,
		  "Retry-After: 5\0"
		  "0\r\n",
		  18);
	cr_expect_eq(head_retry_after(&h, 0), -1, "a NUL inside");
}
