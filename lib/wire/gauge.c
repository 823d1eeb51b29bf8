#include "wire/gauge.h"

enum { LEVELS = 64, DEEPEST = 3 };

static const char data[] = "data:";
enum { DATA = sizeof(data) - 1 };

void gauge_init(struct gauge *g, bool events,
		void (*tell)(void *who, struct span usage), void *who)
{
	*g = (struct gauge){ .events = events, .tell = tell, .who = who };
}

/* Which members hold what a model says, in any dialect. */
static const char *const spoken[] = {
	"content",  "text",	 "delta",	 "reasoning",
	"thinking", "arguments", "partial_json", "reasoning_content",
	"refusal",  NULL,
};

/* Which ones why it ended. */
static const char *const finishes[] = {
	"finish_reason", "finishReason", "stop_reason", "blockReason", NULL,
};

static bool is_one_of(struct span name, const char *const *names)
{
	while (*names && !span_is(name, *names))
		names++;
	return *names;
}

static struct span name_of(const struct gauge *g)
{
	return (struct span){ g->name, g->name_len };
}

static bool tells_usage(const struct gauge *g)
{
	return g->valued && g->depth >= 1 && g->depth <= DEEPEST &&
	       (span_is(name_of(g), "usage") ||
		span_is(name_of(g), "usageMetadata"));
}

static bool in_object(const struct gauge *g)
{
	return g->depth && g->depth <= LEVELS &&
	       (g->objects >> (g->depth - 1) & 1);
}

static void open_level(struct gauge *g, bool object)
{
	uint64_t bit = g->depth < LEVELS ? UINT64_C(1) << g->depth : 0;

	if (object && !g->catching && tells_usage(g)) {
		g->catching = true;
		g->caught_depth = g->depth;
		g->caught[0] = '{';
		g->caught_len = 1;
	}
	g->objects = object ? g->objects | bit : g->objects & ~bit;
	g->depth++;
	g->naming = object;
}

static void close_level(struct gauge *g)
{
	g->depth -= g->depth > 0;
	g->naming = false;
	if (!g->catching || g->depth > g->caught_depth)
		return;
	g->catching = false;
	if (g->caught_len <= GAUGE_ROOM)
		g->tell(g->who, (struct span){ g->caught, g->caught_len });
}

static void open_string(struct gauge *g)
{
	g->in_string = true;
	g->in_name = g->naming;
	g->spoken = !g->in_name && is_one_of(name_of(g), spoken);
	if (g->in_name)
		g->name_len = 0;
	else if (g->valued && g->depth <= DEEPEST)
		g->finished = g->finished || is_one_of(name_of(g), finishes);
}

static void take_in_string(struct gauge *g, char c)
{
	if (g->escaped) {
		g->escaped = false;
	} else if (c == '"') {
		g->in_string = false;
		g->naming = false;
		return;
	} else if (c == '\\') {
		g->escaped = true;
		return;
	}
	if (g->in_name && g->name_len < GAUGE_NAME)
		g->name[g->name_len++] = c;
	g->text_bytes += g->spoken;
}

static void take_between(struct gauge *g, char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r': return;
	case '"': open_string(g); break;
	case '{': open_level(g, true); break;
	case '[': open_level(g, false); break;
	case '}':
	case ']': close_level(g); break;
	case ',': g->naming = in_object(g); break;
	default: break;
	}
	g->valued = c == ':';
}

static void take(struct gauge *g, char c)
{
	/* One byte past its room tells that it did not fit. */
	if (g->catching && g->caught_len <= GAUGE_ROOM) {
		if (g->caught_len < GAUGE_ROOM)
			g->caught[g->caught_len] = c;
		g->caught_len++;
	}
	if (g->in_string)
		take_in_string(g, c);
	else
		take_between(g, c);
}

/* An event has ended, whatever it was: the next begins anew. */
static void end_event(struct gauge *g)
{
	g->depth = 0;
	g->objects = 0;
	g->name_len = 0;
	g->in_string = g->escaped = g->naming = g->catching = g->valued = false;
}

static void take_line(struct gauge *g, char c)
{
	if (c == '\n' || c == '\r') {
		if (!g->column)
			end_event(g);
		g->column = 0;
		g->skipping = false;
		return;
	}
	if (g->column >= DATA && !g->skipping)
		take(g, c);
	else if (g->column < DATA && c != data[g->column])
		g->skipping = true;
	g->column++;
}

void gauge_feed(struct gauge *g, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (g->events)
			take_line(g, bytes[i]);
		else
			take(g, bytes[i]);
}
