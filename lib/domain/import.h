#ifndef DOMAIN_IMPORT_H
#define DOMAIN_IMPORT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/keep.h"
#include "base/span.h"
#include "domain/price.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Public price lists: OpenRouter's /models, LiteLLM's
 * model_prices_and_context_window.json and models.dev's api.json, told apart
 * by their shape. A list is read into rows first, which needs no database, and
 * then applied in one change.
 *
 * Decimals are taken exactly as they are written. What a list does not say is
 * not known, which is never the same as 0. Rows that cannot be are skipped, and
 * counted by the reason.
 */

/* One model at one provider. Texts that the list does not have are NULL,
 * numbers 0; `price.id` is not used. */
struct import_row {
	const char *provider; /* as the list calls it */
	const char *provider_name, *base_url;
	const char *native; /* the provider's own name for the model */
	const char *model;  /* the id, where the list gives one */
	const char *name, *description;
	const char *input_modalities, *output_modalities, *parameters;
	const char *tokenizer;
	int64_t released_at, expires_at, context, output_limit;
	struct price price; /* input and output known, or neither */
};

/* Another name for a model of the same list. */
struct import_alias {
	const char *alias, *model;
};

/* Why rows were skipped, or what of them was not kept. */
struct import_tally {
	const char *reason;
	const char *example; /* the first such row */
	int64_t count;
	bool skipped;
};

struct import_list {
	const char *shape;	 /* "openrouter", "litellm", "models.dev" */
	char hash[HASH_HEX + 1]; /* SHA-256 of the whole text */
	unsigned kinds;		 /* bits: which of price_kind it can tell */
	struct list rows;	 /* of struct import_row */
	struct list aliases;	 /* of struct import_alias */
	struct list tallies;	 /* of struct import_tally */
};

/* FAULT_BAD_REQUEST when TEXT is not JSON or of no known shape. The list
 * points into TEXT and into memory of A. */
bool import_read(struct arena *a, struct span text, struct import_list *list,
		 struct fault *why);

/*
 * Apply a list: a step for store_commit(), which may run it in another thread.
 *
 * An endpoint that is there keeps its model, its rank and whether it is
 * disabled; it gets a new price row when the price changed, and kinds of price
 * that the list cannot tell stay as they were. An endpoint that is not there
 * is added, and its model where no model has exactly that id. Facts of a model
 * are filled in where they are missing, and replaced where the list speaks for
 * the model's own author. Prices that the list no longer has stay.
 *
 * Rows of providers that are unknown here are skipped, or with `all` the
 * provider is made, disabled, for the operator to complete and enable.
 * Applying the same list again changes nothing.
 */
struct import_change {
	const struct import_list *list;
	const char *source; /* a file's name, for the record */
	bool all;
	int64_t at;
	struct arena *arena;
	void (*progress)(void *who, size_t done, size_t of); /* or NULL */
	void *who;

	/* What came of it. `id` is "" when nothing changed. Rows are added,
	 * changed, unchanged or skipped; `unpriced` are among the others. */
	char id[32];
	int64_t models_added, providers_added;
	int64_t added, changed, unchanged, skipped, unpriced;
	struct list tallies; /* of struct import_tally */
};
bool import_apply(struct db *db, void *change, struct fault *why);

/*
 * The operator's own price for one endpoint: a step for store_commit().
 * FAULT_NOT_FOUND when there is no such endpoint; FAULT_BAD_REQUEST when input
 * or output is not known or a price is below zero.
 */
struct import_price {
	const char *endpoint;
	struct price price;
	int64_t at;
	char id[32];
};
bool import_price(struct db *db, void *price, struct fault *why);

#endif
