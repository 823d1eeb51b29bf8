#include "wire/sandbox_dialect.h"
#include "wire/sandbox_input.h"

#include "support/row.h"

#include <jansson.h>
#include <string.h>

static json_t *parse(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text));
	json_t *value;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(copy, 0, NULL);
	cr_assert(value, "%s", text);
	arena_defer(a, (void (*)(void *))json_decref, value);
	return value;
}

/* An answer in the making. */
struct scene {
	struct arena *a;
	struct sandbox_ask ask;
	struct sandbox_script script;
	struct sandbox_answer answer;
	struct fault why;
	struct buf out;
};

static bool set(struct scene *s, const char *body)
{
	*s = (struct scene){ .a = arena_new() };
	buf_init(&s->out, 1000000);
	sandbox_script_init(&s->script);
	if (!sandbox_completions.read(s->a, parse(s->a, body), &s->ask,
				      &s->why))
		return false;
	s->answer = (struct sandbox_answer){
		.id = "cmpl-sbx-1",
		.tag = "1",
		.fingerprint = "fp_sandbox",
		.created = 1700000000,
	};
	sandbox_plan(s->a, &s->ask, &s->script, &s->answer);
	s->answer.head = sandbox_completions.head(s->a, &s->answer);
	return true;
}

static void strike(struct scene *s)
{
	buf_done(&s->out);
	arena_free(s->a);
}

static void stream(struct scene *s)
{
	struct sandbox_cursor c;
	struct sandbox_piece piece;

	sandbox_cursor_init(&c, s->a, &s->answer);
	while (sandbox_next(&c, 1, &piece))
		sandbox_completions.event(&s->answer, &piece, &c.used, &s->out);
	sandbox_cursor_done(&c);
}

static const struct {
	const char *label, *body, *texts;
	int64_t prompt, completion;
} answers[] = {
	{ "one prompt", "{'model':'lorem-2','prompt':'Say it'}", "Lorem ipsum/",
	  2, 2 },
	{ "echoed by the model", "{'model':'echo','prompt':'Say it'}",
	  "Say it/", 2, 2 },
	{ "shown before the answer",
	  "{'model':'lorem-1','prompt':'Say it:','echo':true}", "Say it:Lorem/",
	  3, 1 },
	{ "several prompts", "{'model':'echo','prompt':['a','b c']}", "a/b c/",
	  3, 3 },
	{ "several of each", "{'model':'echo','n':2,'prompt':['a','b']}",
	  "a/a/b/b/", 2, 4 },
	{ "tokens", "{'model':'echo','prompt':[3,1,4]}", "3 1 4/", 3, 3 },
	{ "lists of tokens", "{'model':'echo','prompt':[[3],[1,4]]}", "3/1 4/",
	  3, 3 },
	{ "stop", "{'model':'echo','prompt':'a b','stop':'b'}", "a /", 2, 2 },
	{ "no thoughts", "{'model':'think','prompt':'a','max_tokens':1}",
	  "Lorem/", 1, 1 },
	{ "no tools", "{'model':'tools','prompt':'a','max_tokens':2}",
	  "No tool/", 1, 2 },
};

EACH(sandbox_completions, answers, answers)
{
	struct scene s;
	struct sandbox_used used;
	struct buf told;
	json_t *value, *choice;
	size_t i;

	buf_init(&told, 1000);
	cr_assert(set(&s, row->body), "%s: %s", row->label, s.why.text);
	used = sandbox_completions.whole(&s.answer, &s.out);
	value = parse(s.a, s.out.text);
	json_array_foreach (json_object_get(value, "choices"), i, choice) {
		cr_expect_eq(
			json_integer_value(json_object_get(choice, "index")),
			(json_int_t)i);
		buf_print(&told, "%s/",
			  json_string_value(json_object_get(choice, "text")));
	}
	cr_expect_str_eq(told.text, row->texts, "%s", row->label);
	cr_expect_eq(used.prompt, row->prompt, "%s", row->label);
	cr_expect_eq(used.completion, row->completion, "%s", row->label);
	buf_done(&told);
	strike(&s);
}

#define HEAD                                                                   \
	"data: {\"id\":\"cmpl-sbx-1\",\"object\":\"text_completion\","         \
	"\"created\":1700000000,\"model\":\"lorem-1\","                        \
	"\"system_fingerprint\":\"fp_sandbox\",\"choices\":["
#define CHOICE(text, logprobs, finish)                                         \
	"{\"text\":\"" text "\",\"index\":0,\"logprobs\":" logprobs            \
	",\"finish_reason\":" finish "}]}\n\n"

static const struct {
	const char *label, *body, *want;
} streams[] = {
	{ "plain", "{'model':'lorem-1','prompt':'a'}",
	  HEAD CHOICE("Lorem", "null", "null")
		  HEAD CHOICE("", "null", "\"stop\"") "data: [DONE]\n\n" },
	{ "with the prompt", "{'model':'lorem-1','prompt':'a','echo':true}",
	  HEAD CHOICE("a", "null", "null") HEAD CHOICE("Lorem", "null", "null")
		  HEAD CHOICE("", "null", "\"stop\"") "data: [DONE]\n\n" },
	{ "with probabilities", "{'model':'lorem-1','prompt':'a','logprobs':1}",
	  HEAD CHOICE("Lorem",
		      "{\"tokens\":[\"Lorem\"],\"token_logprobs\":[-0.05],"
		      "\"top_logprobs\":null,\"text_offset\":[0]}",
		      "null")
		  HEAD CHOICE("", "null", "\"stop\"") "data: [DONE]\n\n" },
};

EACH(sandbox_completions, streams, streams)
{
	struct scene s;

	cr_assert(set(&s, row->body), "%s", row->label);
	stream(&s);
	cr_expect_str_eq(s.out.text, row->want, "%s", row->label);
	strike(&s);
}

static const struct {
	const char *label, *body, *says;
} bad[] = {
	{ "no prompt", "{'model':'echo'}", "'prompt'" },
	{ "no prompts", "{'model':'echo','prompt':[]}", "'prompt'" },
	{ "an empty list of tokens", "{'model':'echo','prompt':[[]]}",
	  "'prompt'" },
	{ "a mixture", "{'model':'echo','prompt':[1,'a']}", "'prompt'" },
	{ "an object", "{'model':'echo','prompt':{}}", "'prompt'" },
	{ "an embedding model", "{'model':'embed','prompt':'a'}",
	  "does not complete" },
};

EACH(sandbox_completions, refuses, bad)
{
	struct scene s;

	cr_expect_not(set(&s, row->body), "%s", row->label);
	cr_expect_eq(s.why.kind, FAULT_BAD_REQUEST, "%s", row->label);
	cr_expect(strstr(s.why.text, row->says), "%s: %s", row->label,
		  s.why.text);
	strike(&s);
}

/* 9 prompts and 128 choices of each would be 1,152. */
Test(sandbox_completions, makes_no_more_choices_than_it_can)
{
	struct scene s;

	cr_expect_not(set(&s, "{'model':'echo','n':128,'prompt':['a','a','a',"
			      "'a','a','a','a','a','a']}"));
	cr_expect(strstr(s.why.text, "1024"), "%s", s.why.text);
	strike(&s);
}
