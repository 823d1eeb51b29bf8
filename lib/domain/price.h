#ifndef DOMAIN_PRICE_H
#define DOMAIN_PRICE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/tokens.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What an endpoint costs: pico-dollars per token, request or search. A price
 * of PRICE_UNKNOWN is not published, which is not the same as 0, which is
 * free: tokens of that kind are then charged as what they are a kind of
 * (price_of() tells which).
 */
enum price_kind {
	PRICE_INPUT,
	PRICE_OUTPUT,
	PRICE_CACHE_READ,
	PRICE_CACHE_WRITE_5M,
	PRICE_CACHE_WRITE_1H,
	PRICE_REASONING,
	PRICE_AUDIO_IN,
	PRICE_AUDIO_OUT,
	PRICE_IMAGE_IN,
	PRICE_IMAGE_OUT,
	PRICE_REQUEST,
	PRICE_SEARCH,
	PRICE_KINDS,
};

enum { PRICE_UNKNOWN = -1 };

struct price {
	int64_t id; /* its row; 0: the endpoint has no price */
	int64_t pico[PRICE_KINDS];
};

/* The price row's columns from COLUMN on, in the order of price_kind, as
 * every query selects them; nulls are unknown. */
struct price price_from_row(struct rows *rows, int column);

/* FAULT_NOT_FOUND. */
bool price_find(struct db *db, int64_t id, struct price *price,
		struct fault *why);

/*
 * The price of a kind, known or fallen back: cache reads, audio and images in
 * are input; a cache write of an hour is one of five minutes, and that is
 * input; reasoning, audio and images out are output; requests and searches
 * are free.
 */
int64_t price_of(const struct price *price, enum price_kind kind);

/*
 * What one request with these tokens costs, in nano-dollars: all products are
 * added up in pico-dollars and rounded once, half up. The parts for the prompt
 * (with the request and its searches) and for the completion add up to it:
 * the completion's part is what is left of the whole.
 */
struct cost {
	int64_t all, prompt, completion;
};
struct cost price_cost(const struct price *price, const struct tokens *t);
int64_t price_charge(const struct price *price, const struct tokens *t);

/* The most that a prompt of so many tokens, with the request and without
 * searches, can cost, in nano-dollars, rounded up; and the most that a token
 * of output can, in pico-dollars. */
int64_t price_prompt_bound(const struct price *price, int64_t tokens);
int64_t price_output_bound(const struct price *price);

/* The column's name, as "cache_read". */
const char *price_name(enum price_kind kind);

#endif
