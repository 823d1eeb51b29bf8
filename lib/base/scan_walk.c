#include "base/scan.h"

/* Walking text that has been validated: what is opened is closed, so nothing
 * here looks for an end. */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* From behind the opening quote to behind the closing one. */
static const char *past_string(const char *at, bool *escaped)
{
	*escaped = false;
	for (;; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\') {
			*escaped = true;
			at++;
		}
	}
}

/* Long strings by their quotes; a quote is the end unless an odd number of
 * backslashes stands before it. */
static const char *past_long_string(const char *at, const char *end)
{
	for (const char *back;; at++) {
		at = memchr(at, '"', (size_t)(end - at));
		for (back = at; back[-1] == '\\'; back--)
			;
		if ((at - back) % 2 == 0)
			return at + 1;
	}
}

static const char *past_container(const char *at, const char *end)
{
	unsigned depth = 0;

	for (;; at++) {
		switch (*at) {
		case '"': at = past_long_string(at + 1, end) - 1; break;
		case '{':
		case '[': depth++; break;
		case '}':
		case ']':
			if (!--depth)
				return at + 1;
			break;
		default: break;
		}
	}
}

static const char *past_value(const char *at, const char *end)
{
	if (*at == '"')
		return past_long_string(at + 1, end);
	if (*at == '{' || *at == '[')
		return past_container(at, end);
	while (at < end && *at != ',' && !is_space(*at))
		at++;
	return at;
}

enum scan_kind scan_kind(struct span value)
{
	if (!value.at)
		return SCAN_NOTHING;
	switch (*value.at) {
	case '{': return SCAN_OBJECT;
	case '[': return SCAN_ARRAY;
	case '"': return SCAN_STRING;
	case 't': return SCAN_TRUE;
	case 'f': return SCAN_FALSE;
	case 'n': return SCAN_NULL;
	default: return SCAN_NUMBER;
	}
}

struct scan_walk scan_walk(struct span value)
{
	enum scan_kind kind = scan_kind(value);

	if (kind != SCAN_OBJECT && kind != SCAN_ARRAY)
		return (struct scan_walk){ 0 };
	return (struct scan_walk){
		.at = value.at + 1,
		.end = value.at + value.len - 1,
		.object = kind == SCAN_OBJECT,
	};
}

static void read_name(struct scan_walk *w, struct scan_item *item)
{
	const char *start = w->at + 1;

	w->at = past_string(start, &item->escaped);
	item->name.at = start;
	item->name.len = (size_t)(w->at - start) - 1;
	while (*w->at == ':' || is_space(*w->at))
		w->at++;
}

bool scan_next(struct scan_walk *w, struct scan_item *item)
{
	while (w->at < w->end && (*w->at == ',' || is_space(*w->at)))
		w->at++;
	if (w->at == w->end)
		return false;
	*item = (struct scan_item){ 0 };
	if (w->object)
		read_name(w, item);
	item->value.at = w->at;
	w->at = past_value(w->at, w->end);
	item->value.len = (size_t)(w->at - item->value.at);
	item->kind = scan_kind(item->value);
	return true;
}

struct span scan_find(struct span object, const char *name)
{
	struct scan_walk w = scan_walk(object);
	struct span found = { 0 };
	struct scan_item item;

	while (scan_next(&w, &item))
		if (scan_named(&item, name))
			found = item.value;
	return found;
}
