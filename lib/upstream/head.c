#include "upstream/head.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

void head_init(struct head *h)
{
	*h = (struct head){
		.wait_s = -1,
		.wait_ms = -1,
		.wait_until = -1,
	};
}

static void keep_text(char room[HEAD_TEXT], const char *value)
{
	size_t len = strlen(value);

	for (const char *p = value; *p; p++)
		if (*p < ' ' || *p > '~')
			return;
	if (len < HEAD_TEXT && !*room)
		memcpy(room, value, len + 1);
}

static void take_type(struct head *h, const char *value)
{
	keep_text(h->type, value);
}

static void take_request_id(struct head *h, const char *value)
{
	keep_text(h->request_id, value);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number without sign, rounded up; -1 when it is none. What has more
 * than 12 digits is as good as 12 nines. */
static int64_t read_up(const char *text)
{
	int64_t whole = 0;
	bool more = false;

	if (!digit(*text))
		return -1;
	for (; digit(*text); text++)
		if (whole < 100000000000)
			whole = 10 * whole + (*text - '0');
	if (*text == '.')
		for (text++; digit(*text); text++)
			more = more || *text != '0';
	return *text ? -1 : whole + more;
}

static void take_retry_after_ms(struct head *h, const char *value)
{
	h->wait_ms = read_up(value);
}

/* Every form of an HTTP date begins with the weekday. curl_getdate() alone
 * would make dates of much that is none. */
static time_t read_date(const char *value)
{
	bool weekday = (*value >= 'A' && *value <= 'Z') && strlen(value) > 20;

	return weekday ? curl_getdate(value, NULL) : -1;
}

static void take_retry_after(struct head *h, const char *value)
{
	if (digit(*value))
		h->wait_s = read_up(value);
	else
		h->wait_until = read_date(value);
}

static void take_date(struct head *h, const char *value)
{
	size_t len = strlen(value);

	if (len < sizeof(h->date))
		memcpy(h->date, value, len + 1);
}

static const struct {
	const char *name;
	void (*take)(struct head *h, const char *value);
} fields[] = {
	{ "content-type", take_type },
	{ "date", take_date },
	{ "retry-after", take_retry_after },
	{ "retry-after-ms", take_retry_after_ms },
	{ "x-request-id", take_request_id },
	{ "request-id", take_request_id },
	{ "x-amzn-requestid", take_request_id },
	{ "apim-request-id", take_request_id },
};

static void take_field(struct head *h, const char *name, size_t name_len,
		       const char *value)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (strlen(fields[i].name) == name_len &&
		    !strncasecmp(fields[i].name, name, name_len))
			fields[i].take(h, value);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "HTTP/1.1 200 OK": three digits after the first space. */
static int read_status(const char *line, size_t len)
{
	const char *at = memchr(line, ' ', len);
	int status = 0;

	for (at = at ? at + 1 : line + len;
	     at < line + len && digit(*at) && status < 100; at++)
		status = 10 * status + (*at - '0');
	return status;
}

void head_line(struct head *h, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value;
	char text[HEAD_TEXT];

	if (len > 5 && !memcmp(line, "HTTP/", 5)) {
		head_init(h);
		h->status = read_status(line, len);
		return;
	}
	while (len && blank(line[len - 1]))
		len--;
	if (!colon || colon >= line + len)
		return;
	for (value = colon + 1; value < line + len && blank(*value); value++)
		;
	len -= (size_t)(value - line);
	if (len >= sizeof(text) || memchr(value, '\0', len))
		return;
	memcpy(text, value, len);
	text[len] = '\0';
	take_field(h, line, (size_t)(colon - line), text);
}

int head_retry_after(const struct head *h, time_t now)
{
	int64_t wait = -1;
	time_t date;

	if (h->wait_ms >= 0)
		wait = (h->wait_ms + 999) / 1000;
	else if (h->wait_s >= 0)
		wait = h->wait_s;
	else if (h->wait_until >= 0 && (date = read_date(h->date)) >= 0)
		wait = h->wait_until - date;
	else if (h->wait_until >= 0)
		wait = h->wait_until - now;
	else
		return -1;
	if (wait < 0)
		return 0;
	return wait > HEAD_WAIT_MAX ? HEAD_WAIT_MAX : (int)wait;
}
