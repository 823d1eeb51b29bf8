#include "wire/sandbox_answer.h"

#include "wire/sandbox_schema.h"

#include <stdlib.h>

/* How long an answer is when nobody says so, in tokens. */
enum { LOREM_TOKENS = 50, THINK_TOKENS = 20 };

static struct sandbox_text print_json(struct arena *a, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(value);
	if (text)
		arena_defer(a, free, text);
	return sandbox_given(span_of(text));
}

/* What the json model says: a value for the schema, or what it was told. */
static struct sandbox_text object(struct arena *a,
				  const struct sandbox_ask *ask,
				  struct span prompt)
{
	if (ask->schema)
		return print_json(a, sandbox_fit(ask->schema, SANDBOX_ALL));
	return print_json(a, json_pack("{s:s, s:o}", "model", ask->name.base,
				       "prompt",
				       json_stringn(prompt.at, prompt.len)));
}

/* A tool's arguments are an object, whatever its schema says. */
static struct sandbox_text arguments(struct arena *a,
				     const struct sandbox_tool *tool)
{
	json_t *value = sandbox_fit(tool->schema, SANDBOX_REQUIRED);

	if (json_is_object(value))
		return print_json(a, value);
	json_decref(value);
	return sandbox_given(span_of("{}"));
}

/* Does the answer call tools rather than speak? */
static bool calls_tools(const struct sandbox_ask *ask)
{
	if (!ask->tool_count || ask->tool_results)
		return false;
	return ask->tool_forced || ask->name.manner == SANDBOX_TOOLS;
}

static struct sandbox_text speech(struct arena *a,
				  const struct sandbox_ask *ask)
{
	const char *text = "No tool was given that could be called.";

	if (ask->tool_results)
		text = arena_print(a, "The tool answered: %s",
				   ask->tool_results);
	return sandbox_given(span_of(text));
}

static struct sandbox_text lorem(const struct sandbox_ask *ask,
				 const struct sandbox_script *script,
				 size_t choice)
{
	bool counts = ask->name.manner == SANDBOX_LOREM;
	int64_t tokens = LOREM_TOKENS;

	if (script->tokens >= 0)
		tokens = script->tokens;
	else if (counts && ask->name.number >= 0)
		tokens = ask->name.number;
	return sandbox_lorem(tokens, ask->seed + choice);
}

static struct sandbox_text content(struct arena *a,
				   const struct sandbox_ask *ask,
				   const struct sandbox_script *script,
				   size_t choice)
{
	struct span prompt = ask->prompts[choice / ask->choices];
	struct sandbox_text text = sandbox_lorem(SANDBOX_NO_LIMIT, 0);

	if (script->empty)
		return sandbox_given((struct span){ "", 0 });
	if (script->echo_request)
		return sandbox_given(ask->request);
	if (script->size >= 0) {
		text.bytes = script->size;
		return text;
	}
	if (calls_tools(ask))
		return sandbox_given((struct span){ "", 0 });
	switch (ask->name.manner) {
	case SANDBOX_ECHO: return sandbox_given(prompt);
	case SANDBOX_JSON: return object(a, ask, prompt);
	case SANDBOX_TOOLS: return speech(a, ask);
	case SANDBOX_LOREM:
	case SANDBOX_THINK:
	case SANDBOX_EMBED: break;
	}
	return lorem(ask, script, choice);
}

static struct sandbox_text reasoning(const struct sandbox_ask *ask,
				     const struct sandbox_script *script)
{
	int64_t tokens =
		ask->name.number >= 0 ? ask->name.number : THINK_TOKENS;

	if (script->thoughts >= 0)
		tokens = script->thoughts;
	if (ask->name.manner != SANDBOX_THINK || script->empty)
		tokens = 0;
	return sandbox_lorem(tokens, 1);
}

/* What is left of the tokens that a choice may have. */
struct allowance {
	int64_t left;
	bool short_of;
};

/* Limit TEXT to what is left, and take what it has from that. */
static void spend(struct allowance *all, struct sandbox_text *text)
{
	struct sandbox_place place = { 0 };
	struct buf none;

	if (all->left == SANDBOX_NO_LIMIT)
		return;
	if (sandbox_limit(text, all->left))
		all->short_of = true;
	buf_init(&none, 0);
	all->left -= sandbox_take(text, &place, all->left, &none);
	buf_done(&none);
}

/* The calls of one choice, as many as there are tokens for. */
static void plan_calls(struct arena *a, const struct sandbox_answer *answer,
		       size_t number, struct sandbox_choice *choice,
		       struct allowance *all)
{
	const struct sandbox_ask *ask = answer->ask;
	struct sandbox_call *calls = arena_take(a, ask->calls * sizeof(*calls));

	choice->calls = calls;
	for (size_t i = 0; i < ask->calls && !all->short_of; i++) {
		const struct sandbox_tool *tool =
			&ask->tools[i % ask->tool_count];
		int64_t price = sandbox_count(span_of(tool->name));

		if (price > all->left) {
			all->short_of = true;
			return;
		}
		if (all->left != SANDBOX_NO_LIMIT)
			all->left -= price;
		calls[i] = (struct sandbox_call){
			.id = arena_print(a, "call_sbx_%s_%zu_%zu", answer->tag,
					  number, i),
			.name = tool->name,
			.arguments = arguments(a, tool),
		};
		spend(all, &calls[i].arguments);
		choice->call_count = i + 1;
	}
}

static void plan_choice(struct arena *a, const struct sandbox_answer *answer,
			size_t number, struct sandbox_choice *choice)
{
	const struct sandbox_ask *ask = answer->ask;
	const struct sandbox_script *script = answer->script;
	struct allowance all = { .left = ask->max_tokens };

	*choice = (struct sandbox_choice){
		.reasoning = reasoning(ask, script),
		.content = content(a, ask, script, number),
	};
	for (size_t i = 0; i < ask->stop_count; i++)
		sandbox_stop(&choice->content, ask->stops[i]);
	spend(&all, &choice->reasoning);
	spend(&all, &choice->content);
	if (calls_tools(ask) && !script->empty && !script->echo_request &&
	    script->size < 0)
		plan_calls(a, answer, number, choice, &all);
	choice->finish = choice->call_count ? "tool_calls" : "stop";
	if (all.short_of)
		choice->finish = "length";
	if (script->finish)
		choice->finish = script->finish;
}

void sandbox_plan(struct arena *a, const struct sandbox_ask *ask,
		  const struct sandbox_script *script,
		  struct sandbox_answer *answer)
{
	size_t count = ask->prompt_count * ask->choices;
	struct sandbox_choice *choices =
		arena_take(a, count * sizeof(*choices));

	answer->ask = ask;
	answer->script = script;
	answer->choices = choices;
	answer->count = count;
	for (size_t i = 0; i < count; i++)
		plan_choice(a, answer, i, &choices[i]);
}
