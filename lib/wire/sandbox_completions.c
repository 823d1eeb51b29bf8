/* OpenAI's older /completions, as the sandbox answers it: no roles, no tools,
 * and several prompts at a time. */
#include "wire/sandbox_dialect.h"
#include "wire/sandbox_input.h"

enum { HEAD = 4096 };

/* Reasoning and tools have no place in this dialect. */
static bool read(struct arena *a, json_t *body, struct sandbox_ask *ask,
		 struct fault *why)
{
	struct sandbox_input input;

	if (!sandbox_ask_read(a, body, ask, why) ||
	    !sandbox_input_read(a, body, "prompt", &input, why))
		return false;
	if (input.count * ask->choices > SANDBOX_INPUTS)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'n': %zu prompts and 'n' "
				 "make more than %d choices",
				 input.count, SANDBOX_INPUTS);
	if (ask->name.manner == SANDBOX_EMBED)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "This model does not complete: %.64s",
				 ask->name.base);
	if (ask->name.manner == SANDBOX_THINK)
		ask->name.manner = SANDBOX_LOREM;
	ask->show_prompt = json_is_true(json_object_get(body, "echo"));
	ask->logprobs = json_is_integer(json_object_get(body, "logprobs"));
	ask->prompts = input.texts;
	ask->prompt_count = input.count;
	ask->prompt_tokens = input.tokens;
	return true;
}

static void print_head(const struct sandbox_answer *answer, struct buf *out)
{
	buf_print(out,
		  "{\"id\":\"%s\",\"object\":\"text_completion\","
		  "\"created\":%lld,\"model\":",
		  answer->id, (long long)answer->created);
	sandbox_quote(out, answer->ask->name.full);
	buf_text(out, ",\"system_fingerprint\":");
	sandbox_quote(out, answer->fingerprint);
	buf_text(out, ",\"choices\":[");
}

static const char *head(struct arena *a, const struct sandbox_answer *answer)
{
	struct buf out;
	const char *kept;

	buf_init(&out, HEAD + 8 * span_of(answer->ask->name.full).len);
	buf_text(&out, "data: ");
	print_head(answer, &out);
	kept = arena_copy(a, out.text, out.len);
	buf_done(&out);
	return kept;
}

/* The made-up probabilities of all tokens in TEXT. */
static void print_logprobs(struct span text, struct buf *out)
{
	struct span left = text;
	struct buf chances, places;
	const char *comma = "";

	buf_init(&chances, out->ceiling);
	buf_init(&places, out->ceiling);
	buf_text(out, "{\"tokens\":[");
	for (; left.len > 0; comma = ",") {
		size_t len = sandbox_token(left);

		buf_text(out, comma);
		buf_text(out, "\"");
		sandbox_escape(out, (struct span){ left.at, len });
		buf_text(out, "\"");
		buf_print(&chances, "%s-0.%02zu", comma, len);
		buf_print(&places, "%s%zu", comma, (size_t)(left.at - text.at));
		left.at += len;
		left.len -= len;
	}
	buf_print(out, "],\"token_logprobs\":[%s],\"top_logprobs\":null,",
		  chances.text);
	buf_print(out, "\"text_offset\":[%s]}", places.text);
	buf_done(&chances);
	buf_done(&places);
}

/* What stands behind a choice's text; PLAIN is that text. */
static void print_rest(const struct sandbox_answer *answer, size_t number,
		       struct span plain, const char *finish, struct buf *out)
{
	buf_text(out, "\",\"index\":");
	sandbox_number(out, number);
	buf_text(out, ",\"logprobs\":");
	if (answer->ask->logprobs && plain.len > 0)
		print_logprobs(plain, out);
	else
		buf_text(out, "null");
	buf_text(out, ",\"finish_reason\":");
	sandbox_quote(out, finish);
	buf_text(out, "}");
}

/* The prompt that a choice answers, when it is to be shown. */
static void print_prompt(const struct sandbox_answer *answer, size_t number,
			 struct buf *out)
{
	if (answer->ask->show_prompt)
		sandbox_escape(
			out,
			answer->ask->prompts[number / answer->ask->choices]);
}

static void print_choice(const struct sandbox_answer *answer,
			 const struct sandbox_piece *piece, struct buf *out)
{
	const char *finish = answer->choices[piece->choice].finish;

	buf_text(out, "{\"text\":\"");
	if (piece->step == SANDBOX_ROLE)
		print_prompt(answer, piece->choice, out);
	sandbox_escape(out, piece->text);
	print_rest(answer, piece->choice, piece->text,
		   piece->step == SANDBOX_FINISH ? finish : NULL, out);
}

/* Where chat names the role, a prompt that is to be shown comes, or nothing. */
static void event(const struct sandbox_answer *answer,
		  const struct sandbox_piece *piece,
		  const struct sandbox_used *used, struct buf *out)
{
	if (piece->step == SANDBOX_ROLE && !answer->ask->show_prompt)
		return;
	if (piece->step == SANDBOX_DONE) {
		buf_text(out, "data: [DONE]\n\n");
		return;
	}
	buf_text(out, answer->head);
	if (piece->step != SANDBOX_USED)
		print_choice(answer, piece, out);
	buf_text(out, "]");
	sandbox_usage_member(answer, piece, used, out);
	buf_text(out, "}\n\n");
}

static void fail(const struct sandbox_answer *answer, struct buf *out)
{
	buf_text(out, answer->head);
	buf_text(out, "{\"text\":\"\",\"index\":0,\"logprobs\":null,"
		      "\"finish_reason\":\"error\"}],");
	sandbox_failure_print(answer, out);
	buf_text(out, "}\n\n");
}

static struct sandbox_used whole(const struct sandbox_answer *answer,
				 struct buf *out)
{
	struct sandbox_used used = sandbox_used_prompt(answer);
	const char *finish = NULL;
	struct buf text;

	print_head(answer, out);
	for (size_t i = 0; i < answer->count; i++) {
		buf_init(&text, out->ceiling);
		buf_text(out, i ? ",{\"text\":\"" : "{\"text\":\"");
		print_prompt(answer, i, out);
		used.completion += sandbox_print_all(
			&answer->choices[i].content, out, &text);
		if (!answer->script->nofinish)
			finish = answer->choices[i].finish;
		print_rest(answer, i, (struct span){ text.text, text.len },
			   finish, out);
		buf_done(&text);
	}
	buf_text(out, "]");
	sandbox_usage_whole(answer, &used, out);
	buf_text(out, "}");
	return used;
}

const struct sandbox_dialect sandbox_completions = {
	.id = "cmpl-sbx",
	.read = read,
	.head = head,
	.event = event,
	.fail = fail,
	.fail_bare = sandbox_fail_bare,
	.whole = whole,
};
