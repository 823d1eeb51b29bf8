/* The part of import_work.h that writes what every import writes. */
#include "domain/import_work.h"

#include "store/sql.h"

#include <string.h>

/* Price rows below this number are the seed's. */
static const int64_t FIRST_PRICE = 1000000;

static const int64_t *maybe_price(const int64_t *pico)
{
	return *pico == PRICE_UNKNOWN ? NULL : pico;
}

/* The import's own row comes with the first thing that changes. */
bool import_record(struct import_work *w)
{
	struct import_change *c = w->change;

	if (*c->id)
		return true;
	memcpy(c->id, "imp-", 4);
	hash_random_hex(8, c->id + 4);
	return db_do(w->db, w->why, SQL_IMPORT_ADD, "ttttn", c->id, c->source,
		     c->list->shape, c->list->hash, c->at) &&
	       db_do(w->db, w->why, SQL_VERSION_BUMP, "t", "catalogue");
}

bool import_last_price(struct import_work *w)
{
	struct rows *rows = db_ask(w->db, SQL_IMPORT_PRICE_LAST, "");

	if (rows_next(rows))
		w->last_price = rows_number(rows, 0);
	if (w->last_price < FIRST_PRICE - 1)
		w->last_price = FIRST_PRICE - 1;
	return rows_end(rows, w->why);
}

bool import_add_price(struct import_work *w, const char *endpoint,
		      const struct price *p)
{
	const int64_t *pico = p->pico;
	int64_t id = ++w->last_price;

	return import_record(w) &&
	       db_do(w->db, w->why, SQL_IMPORT_ADD_PRICE, "nttnnnmmmmmmmmmm",
		     id, endpoint, w->change->id, w->change->at,
		     pico[PRICE_INPUT], pico[PRICE_OUTPUT],
		     maybe_price(&pico[PRICE_CACHE_READ]),
		     maybe_price(&pico[PRICE_CACHE_WRITE_5M]),
		     maybe_price(&pico[PRICE_CACHE_WRITE_1H]),
		     maybe_price(&pico[PRICE_REASONING]),
		     maybe_price(&pico[PRICE_AUDIO_IN]),
		     maybe_price(&pico[PRICE_AUDIO_OUT]),
		     maybe_price(&pico[PRICE_IMAGE_IN]),
		     maybe_price(&pico[PRICE_IMAGE_OUT]),
		     maybe_price(&pico[PRICE_REQUEST]),
		     maybe_price(&pico[PRICE_SEARCH])) &&
	       db_do(w->db, w->why, SQL_IMPORT_MOVE_PRICE, "nt", id, endpoint);
}

bool import_price(struct db *db, void *price, struct fault *why)
{
	struct import_price *p = price;
	struct import_list list = { .shape = "operator" };
	struct import_change change = { .list = &list,
					.source = "operator",
					.at = p->at };
	struct import_work w = { .db = db, .change = &change, .why = why };

	if (p->price.pico[PRICE_INPUT] < 0 || p->price.pico[PRICE_OUTPUT] < 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "a price needs both input and output");
	for (int kind = 0; kind < PRICE_KINDS; kind++)
		if (p->price.pico[kind] < PRICE_UNKNOWN)
			return fault_set(why, FAULT_BAD_REQUEST,
					 "%s: a price is not below zero",
					 price_name((enum price_kind)kind));
	if (!import_last_price(&w) ||
	    !db_must(db, why, "there is no such endpoint",
		     SQL_IMPORT_MOVE_PRICE, "nt", w.last_price + 1,
		     p->endpoint) ||
	    !import_add_price(&w, p->endpoint, &p->price))
		return false;
	memcpy(p->id, change.id, sizeof(p->id));
	return true;
}
