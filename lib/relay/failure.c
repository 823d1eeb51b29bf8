#include "relay/failure.h"

#include "base/keep.h"
#include "base/scan.h"
#include "relay/stream.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RAW_MOST = 4096, ERROR_MOST = 512, OK = 200, SECRET_LEAST = 8 };

/* Providers repeat the key that they were given (P60): here it ends. */
void failure_hide_secret(const struct attempt *at, char *text, size_t len)
{
	size_t secret = at->secret ? strlen(at->secret) : 0;
	char *found = text;

	if (secret < SECRET_LEAST)
		return;
	while ((found = memmem(found, len - (size_t)(found - text), at->secret,
			       secret)))
		memset(found, '*', secret);
}

bool failure_set(struct attempt *at, enum fault_kind kind, const char *format,
		 ...)
{
	char text[sizeof(at->fault.text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	failure_hide_secret(at, text, strlen(text));
	return fault_set(&at->fault, kind, "%s", text);
}

/*
 * What a provider's status means: to the client, and to those who could still
 * be asked. 401, 402 and most 403 are about the operator's credential, which
 * the client can do nothing about; what a provider says of the request itself
 * no other provider is asked about again.
 */
static const struct {
	int status;
	enum fault_kind kind;
	enum verdict verdict;
} statuses[] = {
	{ 400, FAULT_BAD_REQUEST, VERDICT_REFUSED },
	{ 401, FAULT_UPSTREAM, VERDICT_NEXT },
	{ 402, FAULT_UPSTREAM, VERDICT_NEXT },
	{ 403, FAULT_UPSTREAM, VERDICT_NEXT },
	{ 404, FAULT_NOT_FOUND, VERDICT_REFUSED },
	{ 408, FAULT_TIMEOUT, VERDICT_NEXT },
	{ 409, FAULT_UPSTREAM, VERDICT_NEXT },
	{ 413, FAULT_TOO_LARGE, VERDICT_REFUSED },
	{ 422, FAULT_UNPROCESSABLE, VERDICT_REFUSED },
	{ 425, FAULT_UPSTREAM, VERDICT_NEXT },
	{ 429, FAULT_TOO_MANY, VERDICT_NEXT },
	{ 503, FAULT_NO_ROUTE, VERDICT_NEXT },
	{ 504, FAULT_TIMEOUT, VERDICT_NEXT },
	{ 524, FAULT_TIMEOUT, VERDICT_NEXT },
	{ 529, FAULT_NO_ROUTE, VERDICT_NEXT },
};

static bool about_credential(int status)
{
	return status == 401 || status == 402 || status == 403;
}

static bool moderated(const char *text)
{
	return strcasestr(text, "moderation") || strcasestr(text, "flagged") ||
	       strcasestr(text, "content policy") ||
	       strcasestr(text, "content_policy");
}

/* By the status: what to tell, and whether another is asked. */
static enum fault_kind kind_of(int status, const char *text,
			       enum verdict *verdict)
{
	*verdict = status >= 500 ? VERDICT_NEXT : VERDICT_REFUSED;
	if (status == 403 && moderated(text)) {
		*verdict = VERDICT_REFUSED;
		return FAULT_FORBIDDEN;
	}
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status) {
			*verdict = statuses[i].verdict;
			return statuses[i].kind;
		}
	return status >= 400 && status < 500 ? FAULT_BAD_REQUEST
					     : FAULT_UPSTREAM;
}

/* What the provider says: {"error":{"message"}}, {"error":"..."}, ... */
static const char *message(struct arena *a, struct span body)
{
	struct span root, error, text;

	if (!scan_text(body, SCAN_DEPTH, &root, NULL))
		return NULL;
	error = scan_find(root, "error");
	text = scan_find(error.at ? error : root, "message");
	if (!text.at)
		text = error;
	return scan_string(a, text).at;
}

static const char *provider_name(const struct attempt *at)
{
	return at->candidate->endpoint->provider->name;
}

static void judge_status(struct attempt *at)
{
	struct span body = { at->body.text, at->body.len };
	const char *text = message(at->job->arena, body);
	enum verdict verdict;
	enum fault_kind kind = kind_of(at->status, text ? text : "", &verdict);

	/* A page in place of an answer: the address is wrong, not the client.
	 */
	if (at->status == 404 && !text) {
		verdict = VERDICT_NEXT;
		kind = FAULT_UPSTREAM;
	}
	at->verdict = verdict;
	if (kind == FAULT_UPSTREAM && about_credential(at->status))
		failure_set(at, kind,
			    "%s refused the gateway's credential (status %d)",
			    provider_name(at), at->status);
	else
		failure_set(at, kind, "%s",
			    text && *text ? text : "Provider returned error");
	if (at->head.retry_after > 0)
		at->fault.retry_after = at->head.retry_after;
}

/* An error in a body whose status was 200. */
static void judge_error(struct attempt *at, const struct openai_facts *facts)
{
	struct span text = scan_string(at->job->arena, facts->error_message);
	int64_t code = 0;
	enum verdict verdict;
	enum fault_kind kind;

	scan_int(facts->error_code, &code);
	if (code < 400 || code > 599)
		code = 502;
	kind = kind_of((int)code, text.at ? text.at : "", &verdict);
	at->status = (int)code;
	at->verdict = verdict;
	failure_set(at, kind, "%s",
		    text.at && text.len ? text.at : "Provider returned error");
}

bool failure_in_stream(struct attempt *at, const struct openai_facts *facts)
{
	judge_error(at, facts);
	if (at->job->content)
		at->verdict = VERDICT_CUT;
	return false;
}

static void judge_whole(struct attempt *at)
{
	struct openai_facts *facts = &at->facts;
	struct span body = { at->body.text, at->body.len };

	if (at->job->ask.stream) {
		at->verdict = VERDICT_NEXT;
		failure_set(at, FAULT_UPSTREAM,
			    "%s did not answer with a stream",
			    provider_name(at));
	} else if (!at->job->trade->read_answer(body, facts)) {
		at->verdict = VERDICT_NEXT;
		failure_set(at, FAULT_UPSTREAM,
			    "%s answered with what is no JSON object",
			    provider_name(at));
	} else if (facts->error && !facts->content) {
		judge_error(at, facts);
	} else if (!facts->choices) {
		at->verdict = VERDICT_NEXT;
		failure_set(at, FAULT_UPSTREAM, "%s answered without %s",
			    provider_name(at), at->job->trade->one);
	} else {
		meter_note(&at->meter, facts);
	}
}

static void judge_stream(struct attempt *at)
{
	if (at->meter.finish || at->meter.done)
		return;
	at->verdict = at->job->content ? VERDICT_CUT : VERDICT_NEXT;
	failure_set(at, FAULT_UPSTREAM, "%s broke its answer off",
		    provider_name(at));
}

/* What the client is told of a broken call; how exactly it broke, with names
 * and addresses, is for the books. */
static const struct {
	enum fault_kind kind;
	const char *text;
} ends[] = {
	[CALL_BAD_ADDRESS] = { FAULT_UPSTREAM, "cannot be reached" },
	[CALL_NO_CONNECT] = { FAULT_UPSTREAM, "cannot be reached" },
	[CALL_HEAD_LATE] = { FAULT_TIMEOUT, "did not answer in time" },
	[CALL_IDLE] = { FAULT_TIMEOUT, "fell silent" },
	[CALL_TOTAL_LATE] = { FAULT_TIMEOUT, "did not answer in time" },
	[CALL_BROKEN] = { FAULT_UPSTREAM, "broke the connection" },
	[CALL_TOO_LARGE] = { FAULT_UPSTREAM, "answered with too much" },
	[CALL_STOPPED] = { FAULT_UPSTREAM, "was stopped" },
	[CALL_GONE] = { FAULT_GONE, "was stopped" },
};

void failure_of_call(struct attempt *at)
{
	at->verdict = at->report.end == CALL_TOTAL_LATE ? VERDICT_REFUSED
							: VERDICT_NEXT;
	if (at->job->content)
		at->verdict = VERDICT_CUT;
	failure_set(at, ends[at->report.end].kind, "%s %s", provider_name(at),
		    ends[at->report.end].text);
}

/* All of the answer is there, however the connection ended behind it. */
static bool complete(const struct attempt *at)
{
	return at->report.end == CALL_DONE ||
	       (at->streaming && (at->meter.finish || at->meter.done));
}

void failure_judge(struct attempt *at)
{
	failure_hide_secret(at, at->body.text, at->body.len);
	if (at->fault.kind == FAULT_NONE && at->report.end == CALL_DONE)
		stream_close(at);
	if (at->job->gone || at->report.end == CALL_GONE)
		at->verdict = VERDICT_GONE;
	else if (at->verdict != VERDICT_ANSWERED)
		return;
	else if (at->fault.kind != FAULT_NONE)
		at->verdict = at->job->content ? VERDICT_CUT : VERDICT_NEXT;
	else if (at->status != 0 && at->status != OK)
		judge_status(at);
	else if (!complete(at))
		failure_of_call(at);
	else if (at->streaming && at->job->ask.stream)
		judge_stream(at);
	else
		judge_whole(at);
}

void failure_note(struct job *job, const struct attempt *at)
{
	const struct endpoint *e = at->candidate->endpoint;
	bool broke = at->report.end != CALL_DONE && *at->report.text;
	const char *error =
		keep_tidy(job->arena, broke ? at->report.text : at->fault.text,
			  ERROR_MOST);
	json_t *item = json_pack("{s:s, s:s, s:s, s:i, s:s, s:I}", "endpoint",
				 e->id, "provider", e->provider->slug, "model",
				 at->candidate->model->id, "status", at->status,
				 "error", error, "ms",
				 (json_int_t)(at->report.total_us / 1000));
	char *text = item ? json_dumps(item, JSON_COMPACT) : NULL;

	json_decref(item);
	if (text)
		job->failures = arena_print(job->arena, "%s%s%s",
					    job->failures ? job->failures : "",
					    job->failures ? "," : "", text);
	free(text);
}

/* The failed attempts in OpenRouter's form; the last one is the error itself.
 */
static json_t *previous(const struct job *job)
{
	json_t *list =
		json_loads(arena_print(job->arena, "[%s]",
				       job->failures ? job->failures : ""),
			   0, NULL);
	json_t *slim = json_array(), *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (i + 1 < json_array_size(list))
			json_array_append_new(
				slim,
				json_pack("{s:O, s:O}", "provider",
					  json_object_get(item, "provider"),
					  "code",
					  json_object_get(item, "status")));
	json_decref(list);
	return slim;
}

/* As it is, if it is text. */
static json_t *legible(struct arena *a, const char *text, size_t len)
{
	json_t *string = json_stringn(text, len);

	return string ? string : json_string(keep_tidy(a, text, len));
}

void failure_tell(struct job *job, const struct attempt *last,
		  struct fault *why)
{
	json_t *details =
		json_pack("{s:s}", "provider_name", provider_name(last));
	json_t *before = previous(job);
	size_t raw = last->body.len < RAW_MOST ? last->body.len : RAW_MOST;
	char *text;

	if (raw && !about_credential(last->status))
		json_object_set_new(details, "raw",
				    legible(job->arena, last->body.text, raw));
	if (last->status)
		json_object_set_new(details, "provider_code",
				    json_integer(last->status));
	if (json_array_size(before))
		json_object_set(details, "previous_errors", before);
	json_decref(before);
	text = json_dumps(details, JSON_COMPACT);
	json_decref(details);
	fault_set(why, last->fault.kind, "%s", last->fault.text);
	why->retry_after = last->fault.retry_after;
	why->details = keep(job->arena, text);
	free(text);
}
