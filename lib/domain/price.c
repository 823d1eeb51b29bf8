#include "domain/price.h"

#include "base/wide.h"
#include "store/sql.h"

/* What tokens of a kind without a price of their own are charged as; what
 * stands for itself is free then. */
static const struct {
	const char *name;
	enum price_kind otherwise;
} kinds[PRICE_KINDS] = {
	[PRICE_INPUT] = { "input", PRICE_INPUT },
	[PRICE_OUTPUT] = { "output", PRICE_OUTPUT },
	[PRICE_CACHE_READ] = { "cache_read", PRICE_INPUT },
	[PRICE_CACHE_WRITE_5M] = { "cache_write_5m", PRICE_INPUT },
	[PRICE_CACHE_WRITE_1H] = { "cache_write_1h", PRICE_CACHE_WRITE_5M },
	[PRICE_REASONING] = { "reasoning", PRICE_OUTPUT },
	[PRICE_AUDIO_IN] = { "audio_in", PRICE_INPUT },
	[PRICE_AUDIO_OUT] = { "audio_out", PRICE_OUTPUT },
	[PRICE_IMAGE_IN] = { "image_in", PRICE_INPUT },
	[PRICE_IMAGE_OUT] = { "image_out", PRICE_OUTPUT },
	[PRICE_REQUEST] = { "request", PRICE_REQUEST },
	[PRICE_SEARCH] = { "search", PRICE_SEARCH },
};

const char *price_name(enum price_kind kind)
{
	return kinds[kind].name;
}

struct price price_from_row(struct rows *rows, int column)
{
	struct price price = { 0 };

	for (int kind = 0; kind < PRICE_KINDS; kind++)
		price.pico[kind] = rows_null(rows, column + kind)
					   ? PRICE_UNKNOWN
					   : rows_number(rows, column + kind);
	return price;
}

bool price_find(struct db *db, int64_t id, struct price *price,
		struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_PRICE_FIND, "n", id);
	struct price read = { 0 };
	bool found = rows_next(rows);

	if (found) {
		read = price_from_row(rows, 0);
		read.id = id;
	}
	if (!rows_end(rows, why))
		return false;
	if (!found)
		return fault_set(why, FAULT_NOT_FOUND, "no price row %lld",
				 (long long)id);
	*price = read;
	return true;
}

int64_t price_of(const struct price *price, enum price_kind kind)
{
	while (price->pico[kind] == PRICE_UNKNOWN &&
	       kinds[kind].otherwise != kind)
		kind = kinds[kind].otherwise;
	return price->pico[kind] == PRICE_UNKNOWN ? 0 : price->pico[kind];
}

struct part {
	enum price_kind kind;
	int64_t count;
};

/* No charge is more than fits into nano-dollars; a dozen of these can be added
 * up without leaving 128 bits, whatever was counted. */
static const wide CEILING = (wide)INT64_MAX * 1000;

static wide sum(const struct price *price, const struct part *parts,
		size_t count)
{
	wide pico = 0, product;

	for (size_t i = 0; i < count; i++) {
		if (parts[i].count <= 0)
			continue;
		product = (wide)parts[i].count * price_of(price, parts[i].kind);
		pico += product < CEILING ? product : CEILING;
	}
	return pico;
}

static int64_t round_half_up(wide pico)
{
	return wide_narrow((pico + 500) / 1000);
}

struct cost price_cost(const struct price *price, const struct tokens *t)
{
	const struct part prompt[] = {
		{ PRICE_INPUT, t->fresh },
		{ PRICE_CACHE_READ, t->cache_read },
		{ PRICE_CACHE_WRITE_5M, t->cache_write_5m },
		{ PRICE_CACHE_WRITE_1H, t->cache_write_1h },
		{ PRICE_AUDIO_IN, t->audio_in },
		{ PRICE_IMAGE_IN, t->image_in },
		{ PRICE_REQUEST, 1 },
		{ PRICE_SEARCH, t->searches },
	};
	const struct part completion[] = {
		{ PRICE_OUTPUT, t->output },
		{ PRICE_REASONING, t->reasoning },
		{ PRICE_AUDIO_OUT, t->audio_out },
		{ PRICE_IMAGE_OUT, t->image_out },
	};
	wide in = sum(price, prompt, sizeof(prompt) / sizeof(*prompt));
	wide out = sum(price, completion,
		       sizeof(completion) / sizeof(*completion));
	int64_t all = round_half_up(in + out), part = round_half_up(in);

	if (part > all)
		part = all;
	return (struct cost){ all, part, all - part };
}

int64_t price_charge(const struct price *price, const struct tokens *t)
{
	return price_cost(price, t).all;
}

static int64_t dearest(const struct price *price, enum price_kind first,
		       const enum price_kind *others, size_t count)
{
	int64_t most = price_of(price, first);

	for (size_t i = 0; i < count; i++)
		if (price_of(price, others[i]) > most)
			most = price_of(price, others[i]);
	return most;
}

int64_t price_prompt_bound(const struct price *price, int64_t tokens)
{
	static const enum price_kind others[] = {
		PRICE_CACHE_READ, PRICE_CACHE_WRITE_5M, PRICE_CACHE_WRITE_1H,
		PRICE_AUDIO_IN,	  PRICE_IMAGE_IN,
	};
	int64_t pico = dearest(price, PRICE_INPUT, others,
			       sizeof(others) / sizeof(*others));

	return wide_narrow(
		((wide)tokens * pico + price_of(price, PRICE_REQUEST) + 999) /
		1000);
}

int64_t price_output_bound(const struct price *price)
{
	static const enum price_kind others[] = {
		PRICE_REASONING,
		PRICE_AUDIO_OUT,
		PRICE_IMAGE_OUT,
	};

	return dearest(price, PRICE_OUTPUT, others,
		       sizeof(others) / sizeof(*others));
}
