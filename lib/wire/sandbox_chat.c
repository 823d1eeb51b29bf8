/* OpenAI's /chat/completions, as the sandbox answers it. */
#include "wire/sandbox_chat.h"

#include "wire/sandbox_dialect.h"

enum { HEAD = 4096 };

/* The members that events and whole answers have in common, OBJECT being
 * "chat.completion" or "chat.completion.chunk". */
static void print_head(const struct sandbox_answer *answer, const char *object,
		       struct buf *out)
{
	const char *tier = answer->script->tier;

	if (!tier)
		tier = answer->ask->tier;
	buf_print(out,
		  "{\"id\":\"%s\",\"object\":\"%s\","
		  "\"created\":%lld,\"model\":",
		  answer->id, object, (long long)answer->created);
	sandbox_quote(out, answer->ask->name.full);
	buf_text(out, ",\"service_tier\":");
	sandbox_quote(out, tier ? tier : "default");
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
	print_head(answer, "chat.completion.chunk", &out);
	kept = arena_copy(a, out.text, out.len);
	buf_done(&out);
	return kept;
}

/* One token as OpenAI lists them. The numbers are made up, and stay the same.
 */
static void print_logprob(struct span token, struct buf *out)
{
	buf_text(out, "{\"token\":\"");
	sandbox_escape(out, token);
	buf_print(out, "\",\"logprob\":-0.%02zu,\"bytes\":[", token.len);
	for (size_t i = 0; i < token.len; i++)
		buf_print(out, "%s%d", i ? "," : "",
			  (unsigned char)token.at[i]);
	buf_text(out, "],\"top_logprobs\":[]}");
}

static void print_logprobs(const struct sandbox_answer *answer,
			   struct span text, struct buf *out)
{
	const char *comma = "";

	if (!answer->ask->logprobs) {
		buf_text(out, "\"logprobs\":null");
		return;
	}
	buf_text(out, "\"logprobs\":{\"content\":[");
	for (; text.len > 0; comma = ",") {
		size_t len = sandbox_token(text);

		buf_text(out, comma);
		print_logprob((struct span){ text.at, len }, out);
		text.at += len;
		text.len -= len;
	}
	buf_text(out, "],\"refusal\":null}");
}

static void print_text(const char *name, struct span text, struct buf *out)
{
	buf_text(out, "{\"");
	buf_text(out, name);
	buf_text(out, "\":\"");
	sandbox_escape(out, text);
	buf_text(out, "\"}");
}

/* A call's beginning has its id and name; what follows only its index. */
static void print_call(const struct sandbox_answer *answer,
		       const struct sandbox_piece *piece, struct buf *out)
{
	const struct sandbox_call *call =
		&answer->choices[piece->choice].calls[piece->call];

	buf_text(out, "{\"tool_calls\":[{\"index\":");
	sandbox_number(out, piece->call);
	buf_text(out, ",");
	if (piece->step == SANDBOX_CALL) {
		buf_print(out, "\"id\":\"%s\",\"type\":\"function\",",
			  call->id);
		buf_text(out, "\"function\":{\"name\":");
		sandbox_quote(out, call->name);
		buf_text(out, ",\"arguments\":\"\"}}]}");
		return;
	}
	buf_text(out, "\"function\":{\"arguments\":\"");
	sandbox_escape(out, piece->text);
	buf_text(out, "\"}}]}");
}

static void print_role(const struct sandbox_answer *answer,
		       const struct sandbox_piece *piece, struct buf *out)
{
	bool calls = answer->choices[piece->choice].call_count > 0;

	buf_print(out,
		  "{\"role\":\"assistant\",\"content\":%s,\"refusal\":null}",
		  calls ? "null" : "\"\"");
}

static void print_delta(const struct sandbox_answer *answer,
			const struct sandbox_piece *piece, struct buf *out)
{
	switch (piece->step) {
	case SANDBOX_ROLE: print_role(answer, piece, out); break;
	case SANDBOX_REASONING:
		print_text("reasoning_content", piece->text, out);
		break;
	case SANDBOX_CONTENT: print_text("content", piece->text, out); break;
	case SANDBOX_CALL:
	case SANDBOX_ARGUMENTS: print_call(answer, piece, out); break;
	case SANDBOX_FINISH:
	case SANDBOX_USED:
	case SANDBOX_DONE: buf_text(out, "{}"); break;
	}
}

static void print_choice(const struct sandbox_answer *answer,
			 const struct sandbox_piece *piece, struct buf *out)
{
	const char *finish = answer->choices[piece->choice].finish;

	buf_text(out, "{\"index\":");
	sandbox_number(out, piece->choice);
	buf_text(out, ",\"delta\":");
	print_delta(answer, piece, out);
	buf_text(out, ",");
	if (piece->step == SANDBOX_CONTENT)
		print_logprobs(answer, piece->text, out);
	else
		buf_text(out, "\"logprobs\":null");
	buf_text(out, ",\"finish_reason\":");
	sandbox_quote(out, piece->step == SANDBOX_FINISH ? finish : NULL);
	buf_text(out, "}");
}

static void event(const struct sandbox_answer *answer,
		  const struct sandbox_piece *piece,
		  const struct sandbox_used *used, struct buf *out)
{
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
	buf_text(out, "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":"
		      "null,\"finish_reason\":\"error\"}],");
	sandbox_failure_print(answer, out);
	buf_text(out, "}\n\n");
}

static int64_t print_whole_call(const struct sandbox_call *call,
				struct buf *out)
{
	int64_t tokens = sandbox_count(span_of(call->name));

	buf_print(out, "{\"id\":\"%s\",\"type\":\"function\",", call->id);
	buf_text(out, "\"function\":{\"name\":");
	sandbox_quote(out, call->name);
	buf_text(out, ",\"arguments\":\"");
	tokens += sandbox_print_all(&call->arguments, out, NULL);
	buf_text(out, "\"}}");
	return tokens;
}

static int64_t print_whole_calls(const struct sandbox_choice *choice,
				 struct buf *out)
{
	int64_t tokens = 0;

	if (!choice->call_count)
		return 0;
	buf_text(out, ",\"tool_calls\":[");
	for (size_t i = 0; i < choice->call_count; i++) {
		buf_text(out, i ? "," : "");
		tokens += print_whole_call(&choice->calls[i], out);
	}
	buf_text(out, "]");
	return tokens;
}

static int64_t print_whole_reasoning(const struct sandbox_text *text,
				     struct buf *out)
{
	int64_t tokens = 0;

	if (!text->tokens)
		return 0;
	buf_text(out, ",\"reasoning_content\":\"");
	tokens = sandbox_print_all(text, out, NULL);
	buf_text(out, "\"");
	return tokens;
}

static void print_whole_choice(const struct sandbox_answer *answer,
			       size_t number, struct sandbox_used *used,
			       struct buf *out)
{
	const struct sandbox_choice *choice = &answer->choices[number];
	int64_t reasoning;
	struct buf text;

	buf_init(&text, out->ceiling);
	buf_print(out,
		  "{\"index\":%zu,\"message\":{\"role\":\"assistant\","
		  "\"content\":%s",
		  number, choice->call_count ? "null" : "\"");
	used->completion += sandbox_print_all(&choice->content, out, &text);
	buf_print(out, "%s,\"refusal\":null", choice->call_count ? "" : "\"");
	reasoning = print_whole_reasoning(&choice->reasoning, out);
	used->reasoning += reasoning;
	used->completion += reasoning + print_whole_calls(choice, out);
	buf_text(out, "},");
	print_logprobs(answer, (struct span){ text.text, text.len }, out);
	buf_text(out, ",\"finish_reason\":");
	sandbox_quote(out, answer->script->nofinish ? NULL : choice->finish);
	buf_text(out, "}");
	buf_done(&text);
}

static struct sandbox_used whole(const struct sandbox_answer *answer,
				 struct buf *out)
{
	struct sandbox_used used = sandbox_used_prompt(answer);

	print_head(answer, "chat.completion", out);
	for (size_t i = 0; i < answer->count; i++) {
		buf_text(out, i ? "," : "");
		print_whole_choice(answer, i, &used, out);
	}
	buf_text(out, "]");
	sandbox_usage_whole(answer, &used, out);
	buf_text(out, "}");
	return used;
}

const struct sandbox_dialect sandbox_chat = {
	.id = "chatcmpl-sbx",
	.read = sandbox_chat_read,
	.head = head,
	.event = event,
	.fail = fail,
	.fail_bare = sandbox_fail_bare,
	.whole = whole,
};
