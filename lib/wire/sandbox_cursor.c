#include "wire/sandbox_answer.h"

/* How far a choice has come. */
struct sandbox_lane {
	enum sandbox_step step;
	struct sandbox_place reasoning, content;
	struct sandbox_place *arguments; /* of each call */
	size_t named, turn;		 /* calls named; whose turn it is */
};

static int64_t lesser(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

struct sandbox_used sandbox_used_prompt(const struct sandbox_answer *answer)
{
	const struct sandbox_script *script = answer->script;
	int64_t all = answer->ask->prompt_tokens;
	int64_t cached = answer->ask->cached_tokens;

	if (script->cached >= 0)
		cached = lesser(script->cached, all);
	return (struct sandbox_used){
		.prompt = all,
		.cached = cached,
		.cache_write = lesser(script->cache_write, all - cached),
	};
}

void sandbox_cursor_init(struct sandbox_cursor *c, struct arena *a,
			 const struct sandbox_answer *answer)
{
	*c = (struct sandbox_cursor){
		.answer = answer,
		.lanes = arena_take(a, answer->count * sizeof(*c->lanes)),
		.open = answer->count,
		.used = sandbox_used_prompt(answer),
	};
	for (size_t i = 0; i < answer->count; i++)
		c->lanes[i].arguments =
			arena_take(a, (answer->choices[i].call_count + 1) *
					      sizeof(*c->lanes[i].arguments));
	buf_init(&c->text, SANDBOX_PIECE);
}

void sandbox_cursor_done(struct sandbox_cursor *c)
{
	buf_done(&c->text);
}

/* Give out up to COUNT tokens of TEXT as this piece; false at its end. */
static bool say(struct sandbox_cursor *c, const struct sandbox_text *text,
		struct sandbox_place *place, int64_t count,
		struct sandbox_piece *piece)
{
	buf_clear(&c->text);
	piece->tokens = sandbox_take(text, place, count, &c->text);
	piece->text = (struct span){ c->text.text, c->text.len };
	c->used.completion += piece->tokens;
	return piece->tokens > 0;
}

static bool name_call(struct sandbox_cursor *c, struct sandbox_lane *lane,
		      const struct sandbox_choice *choice,
		      struct sandbox_piece *piece)
{
	if (lane->named == choice->call_count)
		return false;
	piece->call = lane->named++;
	piece->tokens = sandbox_count(span_of(choice->calls[piece->call].name));
	c->used.completion += piece->tokens;
	return true;
}

static bool argue(struct sandbox_cursor *c, struct sandbox_lane *lane,
		  const struct sandbox_choice *choice, int64_t count,
		  struct sandbox_piece *piece)
{
	for (size_t i = 0; i < choice->call_count; i++) {
		piece->call = lane->turn++ % choice->call_count;
		if (say(c, &choice->calls[piece->call].arguments,
			&lane->arguments[piece->call], count, piece))
			return true;
	}
	return false;
}

/* The piece of the lane's present step, or false when the step is over. */
static bool advance(struct sandbox_cursor *c, struct sandbox_lane *lane,
		    const struct sandbox_choice *choice, int64_t count,
		    struct sandbox_piece *piece)
{
	piece->step = lane->step;
	switch (lane->step) {
	case SANDBOX_REASONING:
		if (!say(c, &choice->reasoning, &lane->reasoning, count, piece))
			return false;
		c->used.reasoning += piece->tokens;
		return true;
	case SANDBOX_CONTENT:
		return say(c, &choice->content, &lane->content, count, piece);
	case SANDBOX_CALL: return name_call(c, lane, choice, piece);
	case SANDBOX_ARGUMENTS: return argue(c, lane, choice, count, piece);
	case SANDBOX_ROLE:
	case SANDBOX_FINISH:
	case SANDBOX_USED:
	case SANDBOX_DONE: break;
	}
	lane->step++;
	return true;
}

/* The next piece of the choice whose turn it is. */
static bool next_of_choice(struct sandbox_cursor *c, int64_t count,
			   struct sandbox_piece *piece)
{
	size_t number = c->turn;
	struct sandbox_lane *lane = &c->lanes[number];

	*piece = (struct sandbox_piece){ .choice = number };
	c->turn = (c->turn + 1) % c->answer->count;
	if (lane->step > SANDBOX_FINISH)
		return false;
	while (!advance(c, lane, &c->answer->choices[number], count, piece))
		lane->step++;
	if (piece->step == SANDBOX_FINISH)
		c->open--;
	return piece->step != SANDBOX_FINISH || !c->answer->script->nofinish;
}

/* How many times the usage comes by itself. */
static int usages(const struct sandbox_answer *answer)
{
	if (!answer->ask->show_usage)
		return 0;
	switch (answer->script->usage) {
	case SANDBOX_USAGE_ABSENT:
	case SANDBOX_USAGE_FINISH: return 0;
	case SANDBOX_USAGE_TWICE: return 2;
	default: return 1;
	}
}

bool sandbox_next(struct sandbox_cursor *c, int64_t count,
		  struct sandbox_piece *piece)
{
	while (c->open > 0)
		if (next_of_choice(c, count, piece))
			return true;
	*piece = (struct sandbox_piece){ .step = SANDBOX_USED };
	if (c->usages++ < usages(c->answer))
		return true;
	piece->step = SANDBOX_DONE;
	if (c->done || c->answer->script->nodone)
		return false;
	c->done = true;
	return true;
}
