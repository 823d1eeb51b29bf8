#include "base/splice.h"

#include <assert.h>

static const char *past_space(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
		at++;
	return at;
}

static const char *before_space(const char *at)
{
	while (at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\r' ||
	       at[-1] == '\t')
		at--;
	return at;
}

/* Copy up to TO. The comma that a member put first still owes is due as soon
 * as a member that stays is copied. */
static void copy(struct splice *s, const char *to)
{
	assert(to >= s->from);
	if (s->first && to > s->head && s->head != s->close) {
		buf_add(s->out, ",", 1);
		s->first = false;
	}
	buf_add(s->out, s->from, (size_t)(to - s->from));
	s->from = to;
}

void splice_begin(struct splice *s, struct span text, struct span object,
		  struct buf *out)
{
	*s = (struct splice){
		.from = text.at,
		.end = text.at + text.len,
		.head = past_space(object.at + 1),
		.close = object.at + object.len - 1,
		.out = out,
	};
}

void splice_replace(struct splice *s, struct span old, struct span with)
{
	copy(s, old.at);
	buf_add(s->out, with.at, with.len);
	s->from = old.at + old.len;
}

/*
 * The separator before a member goes with it, except at the head, where the
 * one behind it does: so the first member that stays is still the first, and
 * each other one keeps the comma before it.
 */
void splice_remove(struct splice *s, const struct scan_item *member)
{
	const char *start = member->name.at - 1;
	const char *end = member->value.at + member->value.len;

	if (start == s->head) {
		copy(s, start);
		end = past_space(end);
		s->head = s->from = *end == ',' ? past_space(end + 1) : end;
		return;
	}
	start = before_space(start);
	assert(start[-1] == ',');
	start = before_space(start - 1);
	copy(s, start);
	s->from = end;
}

static void add_member(struct splice *s, const char *name, struct span value)
{
	buf_add(s->out, "\"", 1);
	buf_text(s->out, name);
	buf_add(s->out, "\":", 2);
	buf_add(s->out, value.at, value.len);
}

void splice_insert_first(struct splice *s, const char *name, struct span value)
{
	const char *start = s->head;

	while (start[-1] != '{')
		start--;
	copy(s, start);
	add_member(s, name, value);
	s->first = true;
}

void splice_insert_last(struct splice *s, const char *name, struct span value)
{
	bool comma = s->first || s->kept || s->head != s->close;

	if (s->from < s->close)
		copy(s,
		     s->head == s->close ? s->close : before_space(s->close));
	if (comma)
		buf_add(s->out, ",", 1);
	add_member(s, name, value);
	s->first = false;
	s->kept = true;
}

void splice_inside(struct splice *outer, struct span object,
		   struct splice *inner)
{
	copy(outer, object.at);
	splice_begin(inner, object, object, outer->out);
	outer->from = object.at + object.len;
}

void splice_end(struct splice *s)
{
	copy(s, s->end);
}
