#include "wire/sandbox_dialect.h"

#include "base/quote.h"

void sandbox_escape(struct buf *out, struct span text)
{
	const char *end = text.at + text.len, *plain = text.at;

	if (!text.len)
		return;
	for (const char *at = text.at; at < end; at++) {
		unsigned char c = (unsigned char)*at;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(out, plain, (size_t)(at - plain));
		plain = at + 1;
		if (c == '\n')
			buf_text(out, "\\n");
		else if (c < 0x20)
			buf_print(out, "\\u%04x", c);
		else
			buf_print(out, "\\%c", c);
	}
	buf_add(out, plain, (size_t)(end - plain));
}

void sandbox_quote(struct buf *out, const char *text)
{
	if (text)
		quote_json(out, span_of(text));
	else
		buf_text(out, "null");
}

void sandbox_number(struct buf *out, size_t number)
{
	char digits[20], *first = digits + sizeof(digits);

	do
		*--first = (char)('0' + number % 10);
	while (number /= 10);
	buf_add(out, first, (size_t)(digits + sizeof(digits) - first));
}

int64_t sandbox_print_all(const struct sandbox_text *text, struct buf *out,
			  struct buf *plain)
{
	struct sandbox_place place = { 0 };
	struct buf piece;

	buf_init(&piece, SANDBOX_PIECE);
	while (buf_fits(out) &&
	       sandbox_take(text, &place, SANDBOX_PIECE_TOKENS, &piece) > 0) {
		sandbox_escape(out, (struct span){ piece.text, piece.len });
		if (plain)
			buf_add(plain, piece.text, piece.len);
		buf_clear(&piece);
	}
	buf_done(&piece);
	return place.tokens;
}

static const char *error_type(int status)
{
	switch (status) {
	case 401: return "authentication_error";
	case 402: return "insufficient_quota";
	case 403: return "permission_error";
	case 404: return "not_found_error";
	case 429: return "rate_limit_error";
	default: break;
	}
	return status < 500 ? "invalid_request_error" : "server_error";
}

/* What OpenAI's clients look for, when nothing more exact is known. */
static const char *error_code(int status)
{
	switch (status) {
	case 401: return "invalid_api_key";
	case 402: return "insufficient_quota";
	case 404: return "model_not_found";
	case 429: return "rate_limit_exceeded";
	default: return NULL;
	}
}

void sandbox_error_print(const struct sandbox_error *error, struct buf *out)
{
	buf_text(out, "{\"error\":{\"message\":");
	sandbox_quote(out, error->message);
	buf_print(out,
		  ",\"type\":\"%s\",\"param\":", error_type(error->status));
	sandbox_quote(out, error->param);
	buf_text(out, ",\"code\":");
	sandbox_quote(out,
		      error->code ? error->code : error_code(error->status));
	buf_text(out, "}}");
}

void sandbox_failure_print(const struct sandbox_answer *answer, struct buf *out)
{
	const char *code = answer->script->code;

	buf_text(out, "\"error\":{\"message\":\"The sandbox was told to fail "
		      "here.\",\"type\":\"server_error\",\"param\":null,"
		      "\"code\":");
	sandbox_quote(out, code ? code : "server_error");
	buf_text(out, "}");
}

void sandbox_fail_bare(const struct sandbox_answer *answer, struct buf *out)
{
	buf_text(out, "data: {");
	sandbox_failure_print(answer, out);
	buf_text(out, "}\n\n");
}

/* How a count is spelt: what stands around its digits. */
struct spelling {
	const char *before, *after;
};

static struct spelling spelling_of(enum sandbox_usage kind)
{
	if (kind == SANDBOX_USAGE_FRACTION)
		return (struct spelling){ "", ".5" };
	if (kind == SANDBOX_USAGE_TEXT)
		return (struct spelling){ "\"", "\"" };
	return (struct spelling){ "", "" };
}

/* The counts that KIND puts in the place of the true ones. */
static struct sandbox_used pretend(enum sandbox_usage kind,
				   struct sandbox_used used)
{
	if (kind == SANDBOX_USAGE_ZERO)
		used = (struct sandbox_used){ .cache_write = -1 };
	if (kind == SANDBOX_USAGE_NEGATIVE) {
		used.prompt = -1 - used.prompt;
		used.completion = -1 - used.completion;
	}
	if (kind == SANDBOX_USAGE_HUGE)
		used.prompt = used.completion = INT64_MAX;
	if (kind == SANDBOX_USAGE_PARTS) {
		used.cached = used.prompt + 1;
		used.reasoning = used.completion + 1;
	}
	return used;
}

/* BEFORE is all that comes before the count's name is closed. */
static void print_count(struct buf *out, const char *before,
			struct spelling spelling, int64_t count)
{
	buf_print(out, "%s\":%s%lld%s", before, spelling.before,
		  (long long)count, spelling.after);
}

void sandbox_usage_print(enum sandbox_usage kind,
			 const struct sandbox_used *used, struct buf *out)
{
	struct spelling spelling = spelling_of(kind);
	struct sandbox_used u = pretend(kind, *used);
	int64_t total;

	if (kind == SANDBOX_USAGE_NULL) {
		buf_text(out, "null");
		return;
	}
	if (__builtin_add_overflow(u.prompt, u.completion, &total))
		total = INT64_MAX;
	print_count(out, "{\"prompt_tokens", spelling, u.prompt);
	print_count(out, ",\"completion_tokens", spelling, u.completion);
	print_count(out, ",\"total_tokens", spelling, total);
	print_count(out, ",\"prompt_tokens_details\":{\"cached_tokens",
		    spelling, u.cached);
	if (u.cache_write >= 0)
		print_count(out, ",\"cache_write_tokens", spelling,
			    u.cache_write);
	print_count(out,
		    ",\"audio_tokens\":0},\"completion_tokens_details\":{"
		    "\"reasoning_tokens",
		    spelling, u.reasoning);
	buf_text(out, ",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
		      "\"rejected_prediction_tokens\":0}}");
}

void sandbox_usage_print_prompt(enum sandbox_usage kind, int64_t tokens,
				struct buf *out)
{
	struct spelling spelling = spelling_of(kind);
	struct sandbox_used u =
		pretend(kind, (struct sandbox_used){ .prompt = tokens });

	if (kind == SANDBOX_USAGE_NULL) {
		buf_text(out, "null");
		return;
	}
	print_count(out, "{\"prompt_tokens", spelling, u.prompt);
	print_count(out, ",\"total_tokens", spelling, u.prompt);
	buf_text(out, "}");
}

void sandbox_usage_member(const struct sandbox_answer *answer,
			  const struct sandbox_piece *piece,
			  const struct sandbox_used *used, struct buf *out)
{
	enum sandbox_usage kind = answer->script->usage;
	bool given =
		piece->step == SANDBOX_USED ||
		kind == SANDBOX_USAGE_CUMULATIVE ||
		(kind == SANDBOX_USAGE_FINISH && piece->step == SANDBOX_FINISH);

	if (!answer->ask->show_usage || kind == SANDBOX_USAGE_ABSENT)
		return;
	buf_text(out, ",\"usage\":");
	if (given)
		sandbox_usage_print(kind, used, out);
	else
		buf_text(out, "null");
}

void sandbox_usage_whole(const struct sandbox_answer *answer,
			 const struct sandbox_used *used, struct buf *out)
{
	if (answer->script->usage == SANDBOX_USAGE_ABSENT)
		return;
	buf_text(out, ",\"usage\":");
	sandbox_usage_print(answer->script->usage, used, out);
}
