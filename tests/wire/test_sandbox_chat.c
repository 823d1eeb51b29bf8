#include "wire/sandbox_dialect.h"

#include "support/row.h"

#include <jansson.h>
#include <string.h>

/* An answer in the making, and what a client would see of it. */
struct scene {
	struct arena *a;
	struct sandbox_ask ask;
	struct sandbox_script script;
	struct sandbox_answer answer;
	struct sandbox_used used;
	struct fault why;
	struct buf out;
};

/* JSON with double quotes where TEXT has single ones. */
static json_t *parse(struct arena *a, const char *text)
{
	char *copy = arena_copy(a, text, strlen(text));
	json_t *value;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(copy, JSON_ALLOW_NUL, NULL);
	cr_assert(value, "%s", text);
	arena_defer(a, (void (*)(void *))json_decref, value);
	return value;
}

/* Read BODY and plan its answer; false when it is refused. */
static bool set(struct scene *s, const char *body, const char *script)
{
	*s = (struct scene){ .a = arena_new() };
	buf_init(&s->out, 1000000);
	sandbox_script_init(&s->script);
	cr_assert(sandbox_script_read(s->a, &s->script, span_of(script),
				      "sandbox", NULL));
	if (!sandbox_chat.read(s->a, parse(s->a, body), &s->ask, &s->why))
		return false;
	s->answer = (struct sandbox_answer){
		.id = "chatcmpl-sbx-1",
		.tag = "1",
		.fingerprint = "fp_sandbox",
		.created = 1700000000,
	};
	sandbox_plan(s->a, &s->ask, &s->script, &s->answer);
	s->answer.head = sandbox_chat.head(s->a, &s->answer);
	return true;
}

static void strike(struct scene *s)
{
	buf_done(&s->out);
	arena_free(s->a);
}

/* All events of the answer, one after the other. */
static void stream(struct scene *s)
{
	struct sandbox_cursor c;
	struct sandbox_piece piece;

	sandbox_cursor_init(&c, s->a, &s->answer);
	while (sandbox_next(&c, 1, &piece))
		sandbox_chat.event(&s->answer, &piece, &c.used, &s->out);
	s->used = c.used;
	sandbox_cursor_done(&c);
}

static json_t *whole(struct scene *s)
{
	json_t *value;

	s->used = sandbox_chat.whole(&s->answer, &s->out);
	value = json_loads(s->out.text, 0, NULL);
	cr_assert(value, "%s", s->out.text);
	arena_defer(s->a, (void (*)(void *))json_decref, value);
	return value;
}

#define SAY "'messages':[{'role':'user','content':'Say it, now'}]"
#define WEATHER                                                                \
	"'tools':[{'type':'function','function':{'name':'weather',"            \
	"'parameters':{'type':'object','properties':{'city':{'type':"          \
	"'string'}},'required':['city']}}},{'type':'function','function':{"    \
	"'name':'clock'}}]"

/* What choice 0 of a whole answer says: its content, or its calls. */
static const struct {
	const char *label, *body, *script, *content, *finish;
	int64_t prompt, completion, reasoning;
} answers[] = {
	{ "echo", "{'model':'echo'," SAY "}", "", "Say it, now", "stop", 7, 4,
	  0 },
	{ "the last of the user",
	  "{'model':'echo','messages':[{'role':'system','content':'a'},{'role':"
	  "'user','content':'b'},{'role':'assistant','content':'c'}]}",
	  "", "b", "stop", 12, 1, 0 },
	{ "parts",
	  "{'model':'echo','messages':[{'role':'user','content':[{'type':'text'"
	  ",'text':'a'},{'type':'text','text':'b'}]}]}",
	  "", "a\nb", "stop", 5, 3, 0 },
	{ "an image and files are remarked upon",
	  "{'model':'echo','messages':[{'role':'user','content':[{'type':'text'"
	  ",'text':'a'},{'type':'image_url','image_url':{'url':'x'}},{'type':"
	  "'file'},{'type':'file'}]}]}",
	  "", "a\n(given: 1 image, 2 files)", "stop", 601, 11, 0 },
	{ "lorem", "{'model':'lorem-4'," SAY "}", "", "Lorem ipsum dolor sit",
	  "stop", 7, 4, 0 },
	{ "lorem with a seed", "{'model':'lorem-3','seed':1," SAY "}", "",
	  "Ut enim ad", "stop", 7, 3, 0 },
	{ "lorem by directive", "{'model':'lorem'," SAY "}", "tokens=2",
	  "Lorem ipsum", "stop", 7, 2, 0 },
	{ "free", "{'model':'free-1'," SAY "}", "", "Lorem", "stop", 7, 1, 0 },
	{ "max_tokens", "{'model':'echo','max_tokens':2," SAY "}", "", "Say it",
	  "length", 7, 2, 0 },
	{ "max_tokens that suffice", "{'model':'echo','max_tokens':4," SAY "}",
	  "", "Say it, now", "stop", 7, 4, 0 },
	{ "max_completion_tokens",
	  "{'model':'echo','max_completion_tokens':1," SAY "}", "", "Say",
	  "length", 7, 1, 0 },
	{ "max_tokens null", "{'model':'echo','max_tokens':null," SAY "}", "",
	  "Say it, now", "stop", 7, 4, 0 },
	{ "stop", "{'model':'echo','stop':' it'," SAY "}", "", "Say", "stop", 7,
	  1, 0 },
	{ "the first of several stops",
	  "{'model':'echo','stop':['now',',',"
	  "'it']," SAY "}",
	  "", "Say ", "stop", 7, 2, 0 },
	{ "json", "{'model':'json'," SAY "}", "",
	  "{\"model\":\"json\",\"prompt\":\"Say it, now\"}", "stop", 7, 20, 0 },
	{ "json by a schema",
	  "{'model':'json','response_format':{'type':'json_schema','json_schema"
	  "':{'name':'x','schema':{'properties':{'a':{'type':'integer'}}}}}," SAY
	  "}",
	  "", "{\"a\":1}", "stop", 7, 7, 0 },
	{ "empty", "{'model':'echo'," SAY "}", "empty", "", "stop", 7, 0, 0 },
	{ "size", "{'model':'echo'," SAY "}", "size=8", "Lorem ip", "stop", 7,
	  2, 0 },
	{ "finish", "{'model':'echo'," SAY "}", "finish=content_filter",
	  "Say it, now", "content_filter", 7, 4, 0 },
	{ "think", "{'model':'think-5'," SAY "}", "tokens=2", "Lorem ipsum",
	  "stop", 7, 7, 5 },
	{ "think by directive", "{'model':'think'," SAY "}",
	  "tokens=2+thoughts=3", "Lorem ipsum", "stop", 7, 5, 3 },
	{ "thoughts that use up all",
	  "{'model':'think-5','max_tokens':5," SAY "}", "", "", "length", 7, 5,
	  5 },
	{ "tools without tools", "{'model':'tools'," SAY "}", "",
	  "No tool was given that could be called.", "stop", 7, 9, 0 },
	{ "tools that may not be called",
	  "{'model':'tools','tool_choice':'none'," WEATHER "," SAY "}", "",
	  "No tool was given that could be called.", "stop", 100, 9, 0 },
	{ "a tool's result",
	  "{'model':'tools'," WEATHER
	  ",'messages':[{'role':'user','content':'a'},{'role':'assistant',"
	  "'tool_calls':[{'function':{'name':'f','arguments':'{}'}}]},{'role':"
	  "'tool','content':'hot'},{'role':'tool','content':'noon'}]}",
	  "", "The tool answered: hot\nnoon", "stop", 111, 7, 0 },
};

EACH(sandbox_chat, answers, answers)
{
	struct scene s;
	json_t *choice, *message;

	cr_assert(set(&s, row->body, row->script), "%s: %s", row->label,
		  s.why.text);
	choice = json_array_get(json_object_get(whole(&s), "choices"), 0);
	message = json_object_get(choice, "message");
	cr_expect_str_eq(json_string_value(json_object_get(message, "content")),
			 row->content, "%s", row->label);
	cr_expect_str_eq(
		json_string_value(json_object_get(choice, "finish_reason")),
		row->finish, "%s", row->label);
	cr_expect_eq(s.used.prompt, row->prompt, "%s: prompt %lld", row->label,
		     (long long)s.used.prompt);
	cr_expect_eq(s.used.completion, row->completion, "%s: completion %lld",
		     row->label, (long long)s.used.completion);
	cr_expect_eq(s.used.reasoning, row->reasoning, "%s", row->label);
	strike(&s);
}

/* The deltas of choice 0 in events, put together again. */
static void gather(const char *events, struct buf *content, struct buf *finish)
{
	for (const char *at = strstr(events, "data: {"); at;
	     at = strstr(at + 1, "data: {")) {
		json_t *event =
			json_loads(at + 6, JSON_DISABLE_EOF_CHECK, NULL);
		json_t *choice =
			json_array_get(json_object_get(event, "choices"), 0);
		const char *text = json_string_value(json_object_get(
			json_object_get(choice, "delta"), "content"));
		const char *end = json_string_value(
			json_object_get(choice, "finish_reason"));

		cr_expect(event, "%s", at);
		buf_text(content, text ? text : "");
		buf_text(finish, end ? end : "");
		json_decref(event);
	}
}

EACH(sandbox_chat, streams_the_same, answers)
{
	struct scene s;
	struct buf content, finish;

	buf_init(&content, 10000);
	buf_init(&finish, 100);
	cr_assert(set(&s, row->body, row->script));
	stream(&s);
	gather(s.out.text, &content, &finish);
	cr_expect_str_eq(content.text, row->content, "%s", row->label);
	cr_expect_str_eq(finish.text, row->finish, "%s", row->label);
	cr_expect_eq(s.used.prompt, row->prompt, "%s", row->label);
	cr_expect_eq(s.used.completion, row->completion, "%s", row->label);
	cr_expect_eq(s.used.reasoning, row->reasoning, "%s", row->label);
	buf_done(&content);
	buf_done(&finish);
	strike(&s);
}

#define HEAD                                                                   \
	"data: {\"id\":\"chatcmpl-sbx-1\",\"object\":"                         \
	"\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"%s\","   \
	"\"service_tier\":\"default\",\"system_fingerprint\":\"fp_sandbox\","  \
	"\"choices\":["
#define DELTA(index, delta)                                                    \
	"{\"index\":" #index ",\"delta\":" delta                               \
	",\"logprobs\":null,\"finish_reason\":null}]"
#define ROLE "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"
#define END(index, why)                                                        \
	"{\"index\":" #index ",\"delta\":{},\"logprobs\":null,"                \
	"\"finish_reason\":\"" why "\"}]"
#define DONE "data: [DONE]\n\n"

/* Events to the byte; what HEAD stands for is written as "@". */
static const struct {
	const char *label, *body, *script, *want;
} streams[] = {
	{ "plain", "{'model':'lorem-1'," SAY "}", "",
	  "@" DELTA(0, ROLE) "}\n\n@" DELTA(
		  0,
		  "{\"content\":\"Lorem\"}") "}\n\n@" END(0,
							  "stop") "}\n\n" DONE },
	{ "P26 usage is asked for",
	  "{'model':'lorem-1','stream_options':{'include_usage':true}," SAY "}",
	  "",
	  "@" DELTA(0, ROLE) ",\"usage\":null}\n\n@" DELTA(0, "{\"content\":\"Lorem\"}") ",\"usage\":null}\n\n@" END(
		  0, "stop") ",\"usage\":null}\n\n@],\"usage\":{"
			     "\"prompt_tokens\":7,\"completion_tokens\":1,"
			     "\"total_tokens\":8,\"prompt_tokens_details\":{"
			     "\"cached_tokens\":0,\"audio_tokens\":0},"
			     "\"completion_tokens_details\":{"
			     "\"reasoning_tokens\":0,\"audio_tokens\":0,"
			     "\"accepted_prediction_tokens\":0,"
			     "\"rejected_prediction_tokens\":0}}}\n\n" DONE },
	{ "choices take turns", "{'model':'lorem-1','n':2," SAY "}", "",
	  "@" DELTA(0, ROLE) "}\n\n@" DELTA(1, ROLE) "}\n\n@" DELTA(0, "{\"content\":\"Lorem\"}") "}\n\n@" DELTA(
		  1,
		  "{\"content\":\"Ut\"}") "}\n\n@" END(0,
						       "stop") "}\n\n@" END(1,
									    "stop") "}\n\n" DONE },
	{ "no finish and no end", "{'model':'lorem-1'," SAY "}",
	  "nofinish+nodone",
	  "@" DELTA(0, ROLE) "}\n\n@" DELTA(
		  0, "{\"content\":\"Lorem\"}") "}\n\n" },
	{ "thoughts come first", "{'model':'think-1'," SAY "}", "tokens=1",
	  "@" DELTA(0, ROLE) "}\n\n@" DELTA(0, "{\"reasoning_content\":\"Ut\"}") "}\n\n@" DELTA(
		  0,
		  "{\"content\":\"Lorem\"}") "}\n\n@" END(0,
							  "stop") "}\n\n" DONE },
	{ "what needs escaping",
	  "{'model':'echo','messages':[{'role':'user','content':'\\u0022\\\\"
	  "\\n\\u0001\\u0000'}]}",
	  "tokens-per-event=9",
	  "@" DELTA(0, ROLE) "}\n\n@" DELTA(0, "{\"content\":\"\\\"\"}") "}\n\n@" DELTA(0, "{\"content\":\"\\\\\"}") "}\n\n@" DELTA(0, "{\"content\":\"\\n\"}") "}\n\n@" DELTA(
		  0,
		  "{\"content\":\"\\u0001\"}") "}\n\n@" DELTA(0,
							      "{\"content\":\"\\u0000\"}") "}\n\n@" END(0,
													"stop") "}\n\n" DONE },
	{ "usage zero, on the last event with a choice",
	  "{'model':'lorem-1','stream_options':{'include_usage':true}," SAY "}",
	  "usage=null+empty",
	  "@" DELTA(0, ROLE) ",\"usage\":null}\n\n@" END(
		  0,
		  "stop") ",\"usage\":null}\n\n@],\"usage\":null}\n\n" DONE },
	{ "usage absent",
	  "{'model':'lorem-1','stream_options':{'include_usage':true}," SAY "}",
	  "usage=absent+empty",
	  "@" DELTA(0, ROLE) "}\n\n@" END(0, "stop") "}\n\n" DONE },
};

/* WANT with the head of MODEL's events for each "@". */
static void expand(const char *want, const char *model, struct buf *out)
{
	for (; *want; want++)
		if (*want == '@')
			buf_print(out, HEAD, model);
		else
			buf_add(out, want, 1);
}

EACH(sandbox_chat, streams, streams)
{
	struct scene s;
	struct buf want;

	buf_init(&want, 100000);
	cr_assert(set(&s, row->body, row->script));
	expand(row->want, s.ask.name.full, &want);
	stream(&s);
	cr_expect_str_eq(s.out.text, want.text, "%s", row->label);
	buf_done(&want);
	strike(&s);
}

#define CALL(index, delta)                                                     \
	DELTA(0, "{\"tool_calls\":[{\"index\":" #index "," delta "}]}")

/* Two calls whose arguments come by turns. */
Test(sandbox_chat, P47_streams_parallel_calls_by_turns)
{
	struct scene s;
	struct buf want;

	buf_init(&want, 100000);
	cr_assert(set(&s,
		      "{'model':'tools','parallel_tool_calls':true," WEATHER
		      "," SAY "}",
		      ""));
	expand("@" DELTA(
		       0,
		       "{\"role\":\"assistant\",\"content\":null,"
		       "\"refusal\":null}") "}\n\n"
					    "@" CALL(
						    0,
						    "\"id\":\"call_sbx_1_0_0\",\"type\":\"function\","
						    "\"function\":{\"name\":\"weather\","
						    "\"arguments\":\"\"}") "}\n\n"
									   "@" CALL(
										   1,
										   "\"id\":\"call_sbx_1_0_1\",\"type\":\"function\","
										   "\"function\":{\"name\":\"clock\","
										   "\"arguments\":\"\"}") "}\n\n",
	       "tools", &want);
	stream(&s);
	cr_expect_eq(strncmp(s.out.text, want.text, want.len), 0, "%s",
		     s.out.text);
	cr_expect(strstr(s.out.text,
			 "{\"index\":0,\"function\":{\"arguments\":\"{\"}}"));
	cr_expect(strstr(s.out.text, "\"finish_reason\":\"tool_calls\""));
	buf_done(&want);
	strike(&s);
}

static const struct {
	const char *label, *body, *calls, *finish;
} tools[] = {
	{ "the first", "{'model':'tools'," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};", "tool_calls" },
	{ "two by name", "{'model':'tools-2'," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};clock {};", "tool_calls" },
	{ "two of one, in turn", "{'model':'tools-3'," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};clock {};"
	  "weather {\"city\":\"sandbox\"};",
	  "tool_calls" },
	{ "parallel calls are forbidden",
	  "{'model':'tools-2','parallel_tool_calls':false," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};", "tool_calls" },
	{ "named",
	  "{'model':'tools','tool_choice':{'type':'function','function':{'name'"
	  ":'clock'}}," WEATHER "," SAY "}",
	  "clock {};", "tool_calls" },
	{ "required of a model that would not",
	  "{'model':'echo','tool_choice':'required'," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};", "tool_calls" },
	{ "no tokens for the second",
	  "{'model':'tools-2','max_tokens':10," WEATHER "," SAY "}",
	  "weather {\"city\":\"sandbox\"};", "length" },
	{ "no tokens for any",
	  "{'model':'tools-2','max_tokens':1," WEATHER "," SAY "}", "weather ;",
	  "length" },
};

EACH(sandbox_chat, calls_tools, tools)
{
	struct scene s;
	json_t *choice, *call;
	struct buf told;
	size_t i;

	buf_init(&told, 10000);
	cr_assert(set(&s, row->body, ""));
	choice = json_array_get(json_object_get(whole(&s), "choices"), 0);
	json_array_foreach (json_object_get(json_object_get(choice, "message"),
					    "tool_calls"),
			    i, call) {
		json_t *function = json_object_get(call, "function");

		buf_print(&told, "%s %s;",
			  json_string_value(json_object_get(function, "name")),
			  json_string_value(
				  json_object_get(function, "arguments")));
	}
	cr_expect_eq(strncmp(told.text, row->calls, strlen(row->calls)), 0,
		     "%s: %s", row->label, told.text);
	cr_expect_str_eq(
		json_string_value(json_object_get(choice, "finish_reason")),
		row->finish, "%s", row->label);
	buf_done(&told);
	strike(&s);
}

static const struct {
	const char *label, *script, *want;
} usages[] = {
	{ "true", "",
	  "{\"prompt_tokens\":7,\"completion_tokens\":1,\"total_tokens\":8,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
	  "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_"
	  "tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_"
	  "tokens\":0}}" },
	{ "P14 zero", "usage=zero",
	  "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0," },
	{ "P14 null", "usage=null", "null" },
	{ "P13 negative", "usage=negative",
	  "{\"prompt_tokens\":-8,\"completion_tokens\":-2,\"total_tokens\":-10," },
	{ "P13 huge", "usage=huge",
	  "{\"prompt_tokens\":9223372036854775807,"
	  "\"completion_tokens\":9223372036854775807,"
	  "\"total_tokens\":9223372036854775807," },
	{ "P13 fraction", "usage=fraction", "{\"prompt_tokens\":7.5," },
	{ "P13 text", "usage=text", "{\"prompt_tokens\":\"7\"," },
	{ "P13 parts", "usage=parts",
	  "{\"prompt_tokens\":7,\"completion_tokens\":1,\"total_tokens\":8,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":8," },
	{ "P25 cached", "cached=5",
	  "{\"prompt_tokens\":7,\"completion_tokens\":1,\"total_tokens\":8,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":5," },
	{ "P25 no more than the prompt", "cached=50+cache-write=5",
	  "{\"prompt_tokens\":7,\"completion_tokens\":1,\"total_tokens\":8,"
	  "\"prompt_tokens_details\":{\"cached_tokens\":7,"
	  "\"cache_write_tokens\":0," },
};

EACH(sandbox_chat, tells_usage, usages)
{
	struct scene s;
	const char *usage;

	cr_assert(set(&s, "{'model':'lorem-1'," SAY "}", row->script));
	whole(&s);
	usage = strstr(s.out.text, "\"usage\":");
	cr_assert(usage, "%s", row->label);
	cr_expect_eq(strncmp(usage + 8, row->want, strlen(row->want)), 0,
		     "%s: %s", row->label, usage);
	strike(&s);
}

Test(sandbox_chat, counts_up_to_the_last_part_marked_for_the_cache)
{
	struct scene s;

	cr_assert(set(&s,
		      "{'model':'echo','messages':[{'role':'system','content':["
		      "{'type':'text','text':'a b','cache_control':{}},{'type':"
		      "'text','text':'c'}]}]}",
		      ""));
	cr_expect_eq(s.ask.cached_tokens, 5);
	cr_expect_eq(s.ask.prompt_tokens, 6);
	strike(&s);
}

/* Where and how often usage comes in a stream of four events. */
static const struct {
	const char *label, *script;
	int usages, nulls;
} places[] = {
	{ "at the end", "", 1, 3 },
	{ "P27 cumulative", "usage=cumulative", 4, 0 },
	{ "P26 with the finish", "usage=finish", 1, 2 },
	{ "P26 twice", "usage=twice", 2, 3 },
};

static int occurrences(const char *text, const char *what)
{
	int count = 0;

	for (; (text = strstr(text, what)); text++)
		count++;
	return count;
}

EACH(sandbox_chat, puts_usage_into_a_stream, places)
{
	struct scene s;

	cr_assert(set(&s,
		      "{'model':'lorem-1','stream_options':{'include_usage':"
		      "true}," SAY "}",
		      row->script));
	stream(&s);
	cr_expect_eq(occurrences(s.out.text, "\"usage\":{"), row->usages, "%s",
		     row->label);
	cr_expect_eq(occurrences(s.out.text, "\"usage\":null"), row->nulls,
		     "%s", row->label);
	strike(&s);
}

Test(sandbox_chat, lists_probabilities_when_asked_to)
{
	struct scene s;

	cr_assert(set(&s, "{'model':'lorem-2','logprobs':true," SAY "}", ""));
	whole(&s);
	cr_expect(strstr(s.out.text,
			 "\"logprobs\":{\"content\":[{\"token\":\"Lorem\","
			 "\"logprob\":-0.05,\"bytes\":[76,111,114,101,109],"
			 "\"top_logprobs\":[]},{\"token\":\" ipsum\","),
		  "%s", s.out.text);
	strike(&s);
}

static const struct {
	const char *label, *body, *says;
	enum fault_kind kind;
} bad[] = {
	{ "no model", "{" SAY "}", "you must provide a model",
	  FAULT_BAD_REQUEST },
	{ "a model that is no text", "{'model':5," SAY "}",
	  "'model': expected a string", FAULT_BAD_REQUEST },
	{ "unknown model", "{'model':'gpt-5'," SAY "}",
	  "The model 'gpt-5' does not exist", FAULT_NOT_FOUND },
	{ "unknown number", "{'model':'lorem-x'," SAY "}",
	  "'lorem-x' does not exist", FAULT_NOT_FOUND },
	{ "nothing but a number", "{'model':'-5'," SAY "}",
	  "'-5' does not exist", FAULT_NOT_FOUND },
	{ "number too long", "{'model':'lorem-1234567890'," SAY "}",
	  "does not exist", FAULT_NOT_FOUND },
	{ "no messages", "{'model':'echo'}", "'messages'", FAULT_BAD_REQUEST },
	{ "empty messages", "{'model':'echo','messages':[]}", "'messages'",
	  FAULT_BAD_REQUEST },
	{ "messages that are none", "{'model':'echo','messages':[5]}",
	  "'messages'", FAULT_BAD_REQUEST },
	{ "content that is none",
	  "{'model':'echo','messages':[{'role':'user','content':5}]}",
	  "content is a string", FAULT_BAD_REQUEST },
	{ "a part that is none",
	  "{'model':'echo','messages':[{'role':'user','content':['a']}]}",
	  "a content part is", FAULT_BAD_REQUEST },
	{ "n", "{'model':'echo','n':0," SAY "}", "'n'", FAULT_BAD_REQUEST },
	{ "too many", "{'model':'echo','n':129," SAY "}", "'n'",
	  FAULT_BAD_REQUEST },
	{ "max_tokens", "{'model':'echo','max_tokens':-1," SAY "}",
	  "'max_tokens'", FAULT_BAD_REQUEST },
	{ "five stops", "{'model':'echo','stop':['a','b','c','d','e']," SAY "}",
	  "'stop'", FAULT_BAD_REQUEST },
	{ "stream", "{'model':'echo','stream':'yes'," SAY "}", "'stream'",
	  FAULT_BAD_REQUEST },
	{ "stream_options", "{'model':'echo','stream_options':1," SAY "}",
	  "'stream_options'", FAULT_BAD_REQUEST },
	{ "a tool without a name",
	  "{'model':'echo','tools':[{'type':'function'}]," SAY "}", "'tools'",
	  FAULT_BAD_REQUEST },
	{ "a choice of no tool",
	  "{'model':'echo','tool_choice':{'function':{'name':'x'}}," WEATHER
	  "," SAY "}",
	  "no tool named 'x'", FAULT_BAD_REQUEST },
	{ "a choice that is none", "{'model':'echo','tool_choice':5," SAY "}",
	  "'tool_choice'", FAULT_BAD_REQUEST },
	{ "an embedding model", "{'model':'embed'," SAY "}", "not a chat model",
	  FAULT_BAD_REQUEST },
};

EACH(sandbox_chat, refuses, bad)
{
	struct scene s;

	cr_expect_not(set(&s, row->body, ""), "%s", row->label);
	cr_expect_eq(s.why.kind, row->kind, "%s", row->label);
	cr_expect(strstr(s.why.text, row->says), "%s: %s", row->label,
		  s.why.text);
	strike(&s);
}
