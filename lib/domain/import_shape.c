/* The part of import_shape.h that reads members. */
#include "domain/import_shape.h"

#include "base/clock.h"
#include "base/money.h"

#include <stdlib.h>
#include <string.h>

/* No token costs a dollar: a unit has been mistaken. In pico-dollars. */
static const int64_t DEAREST = 1000000000000;

/* Reasons are told apart up to here; a list can name any number of them. */
enum { REASONS_MOST = 200 };

static struct import_tally *tally_of(const struct list *tallies,
				     const struct import_tally *like)
{
	struct import_tally *known = tallies->items;

	for (size_t i = 0; i < tallies->count; i++)
		if (known[i].skipped == like->skipped &&
		    !strcmp(known[i].reason, like->reason))
			return &known[i];
	return NULL;
}

void import_tally(struct list *tallies, struct arena *a,
		  const struct import_tally *tally)
{
	struct import_tally more = *tally, *known = tally_of(tallies, &more);

	if (!known && tallies->count >= REASONS_MOST) {
		more.reason = "other reasons";
		known = tally_of(tallies, &more);
	}
	if (known)
		known->count += more.count;
	else
		*(struct import_tally *)list_add(tallies, a) = more;
}

void import_skip(struct import_reader *r, const char *row, const char *reason)
{
	import_tally(&r->list->tallies, r->arena,
		     &(struct import_tally){ reason, row, 1, true });
}

void import_note(struct import_reader *r, const char *row, const char *reason)
{
	import_tally(&r->list->tallies, r->arena,
		     &(struct import_tally){ reason, row, 1, false });
}

struct price import_no_price(void)
{
	struct price price = { 0 };

	for (int kind = 0; kind < PRICE_KINDS; kind++)
		price.pico[kind] = PRICE_UNKNOWN;
	return price;
}

/* The digits of a price, which some lists put into a text. */
static struct span decimal(struct import_reader *r,
			   const struct scan_item *item)
{
	return item->kind == SCAN_STRING ? scan_string(r->arena, item->value)
					 : item->value;
}

/* NULL when PICO is now the price, or why it cannot be one. */
static const char *read_price(struct span text, int digits,
			      enum price_kind kind, int64_t *pico)
{
	int64_t read;

	if (money_read(text, digits, &read)) {
		if (read < 0)
			return "a price is below zero";
		if (read > DEAREST && kind != PRICE_REQUEST &&
		    kind != PRICE_SEARCH)
			return "a price is more than a dollar for one token";
		*pico = read;
		return NULL;
	}
	if (text.len && *text.at == '-')
		return "a price is below zero";
	return money_read_rounded(text, digits, &read)
		       ? "a price is finer than a pico-dollar"
		       : "a price is no number";
}

static const struct import_field *field_of(const struct import_field *fields,
					   const struct scan_item *item)
{
	for (; fields->name; fields++)
		if (scan_named(item, fields->name))
			return fields;
	return NULL;
}

bool import_prices(struct import_reader *r, const char *row, struct span object,
		   const struct import_field *fields, int digits,
		   struct price *price)
{
	struct scan_walk walk = scan_walk(object);
	struct scan_item item;

	while (scan_next(&walk, &item)) {
		const struct import_field *field = field_of(fields, &item);
		const char *wrong;

		if (!field || item.kind == SCAN_NULL)
			continue;
		wrong = read_price(decimal(r, &item), digits, field->kind,
				   &price->pico[field->kind]);
		if (wrong) {
			import_skip(r, row, wrong);
			return false;
		}
	}
	return true;
}

/* Beside a price for text, a zero for these means that they have none of
 * their own; they are never given away. */
static const struct {
	enum price_kind kind, beside;
} own[] = {
	{ PRICE_REASONING, PRICE_OUTPUT }, { PRICE_AUDIO_IN, PRICE_INPUT },
	{ PRICE_AUDIO_OUT, PRICE_OUTPUT }, { PRICE_IMAGE_IN, PRICE_INPUT },
	{ PRICE_IMAGE_OUT, PRICE_OUTPUT },
};

void import_finish_price(struct import_reader *r, const char *row, bool embeds,
			 struct price *price)
{
	if (embeds && price->pico[PRICE_OUTPUT] == PRICE_UNKNOWN)
		price->pico[PRICE_OUTPUT] = 0; /* there is no output */
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (!price->pico[own[i].kind] && price->pico[own[i].beside])
			price->pico[own[i].kind] = PRICE_UNKNOWN;
	if (price->pico[PRICE_INPUT] != PRICE_UNKNOWN &&
	    price->pico[PRICE_OUTPUT] != PRICE_UNKNOWN)
		return;
	*price = import_no_price();
	import_note(r, row,
		    "no price is given: it cannot be used until the "
		    "operator gives one");
}

const char *import_text(struct import_reader *r, struct span object,
			const char *name)
{
	struct span text = scan_string(r->arena, scan_find(object, name));

	return text.at && text.len && !memchr(text.at, '\0', text.len) ? text.at
								       : NULL;
}

const char *import_key(struct import_reader *r, const struct scan_item *item)
{
	/* A name is a string without its quotes, which stand around it. */
	struct span name =
		scan_string(r->arena, (struct span){ item->name.at - 1,
						     item->name.len + 2 });

	return memchr(name.at, '\0', name.len) ? "" : name.at;
}

int64_t import_number(struct span object, const char *name)
{
	int64_t number;

	return scan_int(scan_find(object, name), &number) && number > 0 ? number
									: 0;
}

bool import_flag(struct span object, const char *name)
{
	bool flag;

	return scan_bool(scan_find(object, name), &flag) && flag;
}

int64_t import_date(struct import_reader *r, struct span object,
		    const char *name)
{
	const char *text = import_text(r, object, name);
	int64_t at;

	if (!text)
		return 0;
	text = arena_print(r->arena, "%s%sT00:00:00Z", text,
			   strlen(text) == strlen("2025-04") ? "-01" : "");
	return clock_read(text, &at) ? at : 0;
}

const char *import_join(struct arena *a, const char *list, const char *words)
{
	if (!list || !*list)
		return words;
	return *words ? arena_print(a, "%s,%s", list, words) : list;
}

const char *import_words(struct import_reader *r, struct span array)
{
	struct scan_walk walk = scan_walk(array);
	struct scan_item item;
	const char *list = NULL;

	while (scan_next(&walk, &item)) {
		struct span word = scan_string(r->arena, item.value);

		if (!word.at || !word.len ||
		    strspn(word.at, "abcdefghijklmnopqrstuvwxyz0123456789_-") !=
			    word.len)
			continue;
		list = import_join(r->arena, list,
				   span_is(word, "pdf") ? "file" : word.at);
	}
	return list;
}

void import_add(struct import_reader *r, const struct import_row *row)
{
	*(struct import_row *)list_add(&r->list->rows, r->arena) = *row;
}
