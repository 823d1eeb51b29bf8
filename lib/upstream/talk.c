#include "upstream/talk.h"

#include "base/clock.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const int64_t MS = 1000; /* in microseconds */

void talk_begin(struct talk *t, CURL *easy, const struct call *call,
		const struct call_ear *ear)
{
	int64_t now = clock_ticks_us();

	*t = (struct talk){
		.easy = easy,
		.call = call,
		.ear = ear,
		.began = now,
		.since = now,
		.heard = now,
	};
	head_init(&t->head);
}

void talk_end(struct talk *t, enum call_end end, const char *why)
{
	if (t->over)
		return;
	t->over = true;
	t->end = end;
	t->why = why;
}

/* Which clock runs in each phase, and what it says when it runs out. */
static const struct {
	size_t clock;
	enum call_end end;
	const char *why;
} running[] = {
	[TALK_CONNECTING] = { offsetof(struct call_clocks, connect),
			      CALL_NO_CONNECT, "no connection in time" },
	[TALK_ASKING] = { offsetof(struct call_clocks, head), CALL_HEAD_LATE,
			  "no answer in time" },
	[TALK_ANSWERING] = { offsetof(struct call_clocks, idle), CALL_IDLE,
			     "the answer stood still for too long" },
};

/* End the talk when CLOCK (milliseconds, 0: none) from SINCE has run out, else
 * bring *NEXT forward to that moment. */
static bool in_time(int64_t clock, int64_t since, int64_t now, int64_t *next)
{
	if (clock <= 0)
		return true;
	if (since + clock * MS < *next)
		*next = since + clock * MS;
	return now < since + clock * MS;
}

static curl_off_t body_bytes(const struct call *call)
{
	return call->file_bytes ? (curl_off_t)call->file_bytes
				: (curl_off_t)call->body.len;
}

/* The head's clock counts from the request's end: while a long body is still
 * going out, each piece of it winds the clock up again. */
static void note_upload(struct talk *t, int64_t now)
{
	curl_off_t sent = 0;

	if (t->phase != TALK_ASKING || t->uploaded >= body_bytes(t->call))
		return;
	curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	if (sent > t->uploaded) {
		t->uploaded = sent;
		t->since = now;
	}
}

static void see_to_clocks(struct talk *t, int64_t now, int64_t *next)
{
	const struct call_clocks *clocks = &t->call->clocks;
	const char *base = (const char *)clocks;
	const int64_t *clock =
		(const int64_t *)(const void *)(base + running[t->phase].clock);

	if (!in_time(clocks->total, t->began, now, next))
		talk_end(t, CALL_TOTAL_LATE, "the call took too long");
	note_upload(t, now);
	if (!in_time(*clock, t->since, now, next))
		talk_end(t, running[t->phase].end, running[t->phase].why);
}

static void see_to_tick(struct talk *t, int64_t now, int64_t *next)
{
	const struct call_ear *ear = t->ear;

	if (!ear->tick || t->over)
		return;
	if (now - t->heard >= CALL_TICK_MS * MS) {
		t->heard = now;
		if (!ear->tick(ear->who))
			talk_end(t, CALL_STOPPED, "stopped");
	}
	if (t->heard + CALL_TICK_MS * MS < *next)
		*next = t->heard + CALL_TICK_MS * MS;
}

int talk_look(struct talk *t)
{
	int64_t now = clock_ticks_us(), next = now + 1000 * MS;

	see_to_clocks(t, now, &next);
	see_to_tick(t, now, &next);
	return next > now ? (int)((next - now + MS - 1) / MS) : 0;
}

/*
 * curl sends a request once more when a kept-alive connection turns out to
 * have been closed by the provider in the meantime. That shows at once. When
 * it breaks later, the provider had the request and may charge for it, and it
 * is not for us to send it twice.
 */
/* NOLINTNEXTLINE(readability-non-const-parameter): curl's own prototype */
int talk_on_connected(void *who, char *there, char *here, int there_port,
		      int here_port)
{
	struct talk *t = who;
	int64_t now = clock_ticks_us();

	(void)there, (void)here, (void)there_port, (void)here_port;
	if (t->phase != TALK_CONNECTING && now - t->since > TALK_RESEND_US)
		talk_end(t, CALL_BROKEN,
			 "the connection broke after the request was sent");
	if (t->over)
		return CURL_PREREQFUNC_ABORT;
	t->phase = TALK_ASKING;
	t->connected = t->since = now;
	t->uploaded = 0;
	return CURL_PREREQFUNC_OK;
}

size_t talk_on_read(char *bytes, size_t one, size_t room, void *who)
{
	struct talk *t = who;
	int64_t left = t->call->file_bytes - t->read;
	ssize_t len;

	(void)one;
	if ((int64_t)room > left)
		room = (size_t)left;
	len = pread(t->call->file, bytes, room, t->read);
	if (len < 0 || (room && !len))
		return CURL_READFUNC_ABORT;
	t->read += len;
	return (size_t)len;
}

/* For a request that is sent once more; see above. */
int talk_on_seek(void *who, curl_off_t offset, int origin)
{
	struct talk *t = who;

	if (origin != SEEK_SET || offset < 0 || offset > t->call->file_bytes)
		return CURL_SEEKFUNC_FAIL;
	t->read = offset;
	return CURL_SEEKFUNC_OK;
}

static void tell_head(struct talk *t)
{
	const struct call_head head = {
		.status = t->head.status,
		.type = t->head.type,
		.retry_after = head_retry_after(&t->head, time(NULL)),
		.request_id = t->head.request_id,
	};

	t->phase = TALK_ANSWERING;
	if (!t->ear->head(t->ear->who, &head))
		talk_end(t, CALL_STOPPED, "stopped");
	t->heard = t->since = clock_ticks_us();
}

static void take_field(struct talk *t, const char *line, size_t len)
{
	head_line(&t->head, line, len);
	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (t->ear->header && t->head.status >= 200)
		t->ear->header(t->ear->who, line, len);
}

/* A blank line ends the head, unless the answer is an interim one. */
static void take_head_line(struct talk *t, const char *line, size_t len)
{
	if (len && *line != '\r' && *line != '\n')
		take_field(t, line, len);
	else if (t->head.status >= 200)
		tell_head(t);
}

size_t talk_on_head(char *line, size_t one, size_t len, void *who)
{
	struct talk *t = who;

	(void)one;
	if (!t->first_byte)
		t->first_byte = clock_ticks_us();
	if (t->over)
		return 0;
	t->head_bytes += len;
	if (t->head_bytes > TALK_HEAD_LIMIT)
		talk_end(t, CALL_TOO_LARGE, "the answer's head is too large");
	else if (t->phase != TALK_ANSWERING) /* else it is a trailer */
		take_head_line(t, line, len);
	return t->over ? 0 : len;
}

/* What a few bytes unpack to is bounded even where the body's size is not.
 * curl counts the packed bytes one piece late. */
static bool swollen(const struct talk *t)
{
	curl_off_t packed = 0;

	if (t->body_bytes <= (size_t)TALK_RATIO * TALK_PIECE)
		return false;
	curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &packed);
	return t->body_bytes / TALK_RATIO > (size_t)packed + TALK_PIECE;
}

size_t talk_on_body(char *bytes, size_t one, size_t len, void *who)
{
	struct talk *t = who;
	size_t ceiling = t->call->ceiling;

	(void)one;
	if (t->phase != TALK_ANSWERING)
		talk_end(t, CALL_BROKEN, "the answer has no head");
	if (t->over)
		return 0;
	t->body_bytes += len;
	if (ceiling && t->body_bytes > ceiling)
		talk_end(t, CALL_TOO_LARGE, "the answer is too large");
	else if (swollen(t))
		talk_end(t, CALL_TOO_LARGE, "the answer unpacks to too much");
	else if (!t->ear->body(t->ear->who, bytes, len))
		talk_end(t, CALL_STOPPED, "stopped");
	t->heard = t->since = clock_ticks_us();
	return t->over ? 0 : len;
}
