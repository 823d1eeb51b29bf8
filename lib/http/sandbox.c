#include "http/sandbox.h"

#include "base/clock.h"
#include "http/sandbox_counts.h"
#include "http/sandbox_pipe.h"
#include "http/sandbox_request.h"
#include "wire/sandbox_body.h"
#include "wire/sandbox_embeddings.h"
#include "wire/sandbox_vector.h"

#include <inttypes.h>
#include <string.h>

/* Models do not get older, and the list stays the same. */
enum { CREATED = 1704067200 };

static bool is_on(const struct exchange *x, struct fault *why)
{
	return x->suite->settings->sandbox ||
	       fault_set(why, FAULT_NOT_FOUND,
			 "the sandbox is off; 'sandbox = on' in turnpike.conf "
			 "or TURNPIKE_SANDBOX=on in the environment turns it "
			 "on");
}

/* "sandbox" of "/sandbox/v1/...". */
static const char *mount_of(const struct exchange *x)
{
	const char *name = x->path + (*x->path == '/');

	return arena_copy(x->arena, name, strcspn(name, "/"));
}

/* A request that is being answered. */
struct act {
	struct exchange *x;
	struct sink sink;
	json_t *body;
	struct sandbox_script script;
	struct sandbox_visit visit;
	struct sandbox_outcome outcome;
};

static void refuse(struct act *act, const struct sandbox_error *error)
{
	act->outcome = sandbox_play_error(&act->sink, &act->script, error);
}

/* Answer with the fault, and with its type for a code. */
static void refuse_fault(struct act *act, const struct fault *why)
{
	refuse(act, &(struct sandbox_error){
			    .status = fault_status(why->kind),
			    .code = why->type,
			    .message = why->text,
		    });
}

/* The credentials that a provider would not take. */
static bool key_is_good(struct act *act)
{
	static const struct {
		const char *key;
		struct sandbox_error error;
	} rows[] = {
		{ "bad", { 401, NULL, NULL, "Incorrect API key provided." } },
		{ "poor", { 402, NULL, NULL, "You have no credit left." } },
		{ "busy", { 429, NULL, NULL, "Rate limit reached." } },
	};
	const char *key = sandbox_key(act->x);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!key || strcmp(key, rows[i].key) != 0)
			continue;
		if (rows[i].error.status == 429 && act->script.retry_after < 0)
			act->script.retry_after = 1;
		refuse(act, &rows[i].error);
		return false;
	}
	return true;
}

/* The errors that the script asks for. */
static bool script_lets_pass(struct act *act)
{
	const struct sandbox_script *s = &act->script;
	struct sandbox_error error = {
		.status = (int)s->status,
		.code = s->code,
		.message = "The sandbox was told to answer like this.",
	};

	if (s->status < 0 &&
	    !(s->reject && json_object_get(act->body, s->reject)))
		return true;
	if (s->status < 0)
		error = (struct sandbox_error){
			.status = 400,
			.code = s->code ? s->code : "unsupported_parameter",
			.param = s->reject,
			.message = arena_print(act->x->arena,
					       "Unsupported parameter: '%s'.",
					       s->reject),
		};
	refuse(act, &error);
	return false;
}

/*
 * What comes before any dialect's own: the body, the script, the key, the wait
 * and the error that was asked for. True when there is something to answer.
 */
static bool enter(struct act *act)
{
	struct fault why = { 0 };
	bool read = sandbox_body_read(act->x->arena, act->x->body, &act->body,
				      &why);

	if (read)
		sandbox_name_visit(act->x->arena, act->body, &act->visit);
	sandbox_counts_begin(act->x->suite->own, &act->visit);
	if (!read || !sandbox_script_of(act->x, act->body, act->visit.mount,
					&act->script, &why)) {
		refuse_fault(act, &why);
		return false;
	}
	return sandbox_delay(&act->sink, &act->script, &act->outcome) &&
	       key_is_good(act) && script_lets_pass(act);
}

/* Play TEXT, or refuse what has grown too large. */
static void play_text(struct act *act, struct buf *text, int64_t tokens)
{
	if (buf_fits(text))
		act->outcome = sandbox_play_text(&act->sink, &act->script, text,
						 tokens);
	else
		refuse(act, &(struct sandbox_error){
				    .status = 400,
				    .message = "A whole answer of the sandbox "
					       "has at most 64 MiB: ask for a "
					       "stream." });
}

static void play_whole(struct act *act, const struct sandbox_dialect *dialect,
		       const struct sandbox_answer *answer)
{
	const struct sandbox_script *s = &act->script;
	struct sandbox_used used = { 0 };
	struct buf text;

	buf_init(&text, SANDBOX_WHOLE);
	if (s->error >= 0 || s->bare_error >= 0) {
		buf_text(&text, "{");
		sandbox_failure_print(answer, &text);
		buf_text(&text, "}");
	} else {
		used = dialect->whole(answer, &text);
	}
	play_text(act, &text, used.completion);
	buf_done(&text);
}

/* Everything that names the answer is made from the request, but its time. */
static void name_answer(struct act *act, const struct sandbox_dialect *dialect,
			struct sandbox_answer *answer)
{
	struct arena *a = act->x->arena;

	answer->tag = arena_print(a, "%016" PRIx64, sandbox_hash(act->x->body));
	answer->id = arena_print(a, "%s-%s", dialect->id, answer->tag);
	answer->fingerprint = arena_print(a, "fp_%s", act->visit.mount);
	answer->created = clock_now_ms() / 1000;
}

static void answer(struct act *act, const struct sandbox_dialect *dialect)
{
	struct sandbox_answer answer = { 0 };
	struct fault why = { 0 };
	struct sandbox_ask ask;

	if (!dialect->read(act->x->arena, act->body, &ask, &why)) {
		refuse_fault(act, &why);
		return;
	}
	if (act->script.echo_request)
		ask.request = sandbox_request_print(act->x);
	name_answer(act, dialect, &answer);
	sandbox_plan(act->x->arena, &ask, &act->script, &answer);
	answer.head = dialect->head(act->x->arena, &answer);
	if (ask.stream)
		act->outcome = sandbox_play_stream(&act->sink, act->x->arena,
						   dialect, &answer);
	else
		play_whole(act, dialect, &answer);
}

static void embed(struct act *act)
{
	struct sandbox_embed embed;
	struct fault why = { 0 };
	struct buf text;

	if (!sandbox_embed_read(act->x->arena, act->body, &embed, &why)) {
		refuse_fault(act, &why);
		return;
	}
	buf_init(&text, SANDBOX_WHOLE);
	sandbox_embed_print(&embed, &act->script, &text);
	play_text(act, &text, 0);
	buf_done(&text);
}

static bool open_act(struct exchange *x, struct act *act, struct fault *why)
{
	if (!is_on(x, why) || !exchange_body(x, why))
		return false;
	*act = (struct act){
		.x = x,
		.sink = exchange_sink(x),
		.visit = { .mount = mount_of(x), .peer = sandbox_peer(x) },
	};
	sandbox_script_init(&act->script);
	return true;
}

/* A client that left before the head is told so, which it won't hear. */
static bool close_act(struct act *act, struct fault *why)
{
	sandbox_counts_end(act->x->suite->own, &act->visit, &act->outcome);
	return act->x->began ||
	       fault_set(why, FAULT_GONE, "the client has left");
}

bool sandbox_speak(struct exchange *x, const struct sandbox_dialect *dialect,
		   struct fault *why)
{
	struct act act;

	if (!open_act(x, &act, why))
		return false;
	if (enter(&act))
		answer(&act, dialect);
	return close_act(&act, why);
}

bool sandbox_embeddings(struct exchange *x, struct fault *why)
{
	struct act act;

	if (!open_act(x, &act, why))
		return false;
	if (enter(&act))
		embed(&act);
	return close_act(&act, why);
}

bool sandbox_list(struct exchange *x, struct fault *why)
{
	json_t *data;

	if (!is_on(x, why))
		return false;
	data = json_array();
	for (const struct sandbox_model *m = sandbox_models; m->name; m++)
		json_array_append_new(
			data, json_pack("{s:s, s:s, s:i, s:s}", "id", m->name,
					"object", "model", "created", CREATED,
					"owned_by", mount_of(x)));
	return exchange_json(
		x, 200, json_pack("{s:s, s:o}", "object", "list", "data", data),
		why);
}

bool sandbox_show_counts(struct exchange *x, struct fault *why)
{
	struct sandbox_visit which = {
		.mount = mount_of(x),
		.model = exchange_query(x, "model"),
		.user = exchange_query(x, "user"),
	};
	json_t *sums;

	return is_on(x, why) &&
	       sandbox_counts_sum(x->suite->own, &which, &sums, why) &&
	       exchange_json(x, 200, sums, why);
}

bool sandbox_clear_counts(struct exchange *x, struct fault *why)
{
	return is_on(x, why) && sandbox_counts_clear(x->suite->own, why) &&
	       exchange_json(x, 200, json_pack("{s:b}", "deleted", 1), why);
}
