#include "upstream/call.h"

#include "base/clock.h"
#include "upstream/line.h"
#include "upstream/pool.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

/* What curl's poll is asked for. It reports POLLERR and POLLHUP as POLLIN, and
 * cannot be asked for POLLRDHUP, which never comes without POLLIN. */
static short for_curl(short events)
{
	int wanted = 0;

	if (events & (POLLIN | POLLRDHUP))
		wanted |= CURL_WAIT_POLLIN;
	if (events & POLLPRI)
		wanted |= CURL_WAIT_POLLPRI;
	if (events & POLLOUT)
		wanted |= CURL_WAIT_POLLOUT;
	return (short)wanted;
}

/* Wait for the provider, the client, or PATIENCE_MS. */
static void await(struct line *line, int patience_ms)
{
	const struct call *call = line->talk.call;
	struct curl_waitfd client = {
		.fd = call->watch,
		.events = for_curl(call->watch_events),
	};

	curl_multi_poll(line->multi, &client, call->watch >= 0, patience_ms,
			NULL);
	if (client.revents)
		talk_end(&line->talk, CALL_GONE, "the client has gone");
}

/*
 * What curl says of the end. Before the request was sent its own words tell
 * most, and hold nothing but names of hosts and files; later they might quote
 * what was sent, so that then only the name of the error is used.
 */
static void conclude(struct line *line)
{
	struct talk *t = &line->talk;
	int left;
	const CURLMsg *message = curl_multi_info_read(line->multi, &left);
	CURLcode code = message ? message->data.result : CURLE_RECV_ERROR;

	if (code == CURLE_OK && t->phase == TALK_ANSWERING)
		talk_end(t, CALL_DONE, "");
	else if (t->phase != TALK_CONNECTING)
		talk_end(t, CALL_BROKEN, curl_easy_strerror(code));
	else if (code == CURLE_COULDNT_RESOLVE_HOST ||
		 code == CURLE_URL_MALFORMAT ||
		 code == CURLE_UNSUPPORTED_PROTOCOL ||
		 code == CURLE_LOGIN_DENIED)
		talk_end(t, CALL_BAD_ADDRESS, line->trouble);
	else
		talk_end(t, CALL_NO_CONNECT, line->trouble);
	if (!*t->why && t->end != CALL_DONE)
		t->why = curl_easy_strerror(code);
}

/* Let curl do what it can without waiting. It wants that even when nothing has
 * come: it gives up an address at one time and tries the next at another. */
static void go_on(struct line *line)
{
	int running = 0;

	curl_multi_perform(line->multi, &running);
	if (!running && !line->talk.over)
		conclude(line);
}

static void converse(struct line *line)
{
	struct talk *t = &line->talk;

	while (!t->over) {
		int patience_ms;

		go_on(line);
		patience_ms = t->over ? 0 : talk_look(t);
		if (!t->over)
			await(line, patience_ms);
	}
}

static struct call_report report_on(const struct line *line)
{
	const struct talk *t = &line->talk;
	struct call_report report = {
		.end = t->end,
		.sent = t->phase != TALK_CONNECTING,
		.connect_us = t->connected ? t->connected - t->began : 0,
		.first_byte_us = t->first_byte ? t->first_byte - t->began : 0,
		.total_us = clock_ticks_us() - t->began,
	};
	long made = 0;

	if (line->dialled)
		curl_easy_getinfo(line->easy, CURLINFO_NUM_CONNECTS, &made);
	report.fresh_connection = made > 0;
	snprintf(report.text, sizeof(report.text), "%s", t->why);
	return report;
}

enum call_end call_run(struct pool *pool, const struct call *call,
		       const struct call_ear *ear, struct call_report *report)
{
	char host[LINE_HOST];
	struct line *line;
	const char *problem;

	line_host(call->url, host);
	line = pool_take(pool, host);
	talk_begin(&line->talk, line->easy, call, ear);
	problem = *host ? line_dial(line) : "not an http or https address";
	if (problem)
		talk_end(&line->talk, CALL_BAD_ADDRESS, problem);
	converse(line);
	*report = report_on(line);
	line_hang_up(line);
	pool_give(pool, line);
	return report->end;
}
