#ifndef DOMAIN_IMPORT_SHAPE_H
#define DOMAIN_IMPORT_SHAPE_H

#include "base/scan.h"
#include "domain/import.h"

/* What the readers of the three shapes have in common. */

struct import_reader {
	struct arena *arena;
	struct import_list *list;
};

/* The value of a price list's member, and what kind of price it is. */
struct import_field {
	const char *name;
	enum price_kind kind;
};

/* Count ROW, for REASON, as skipped or as kept without something. */
void import_skip(struct import_reader *r, const char *row, const char *reason);
void import_note(struct import_reader *r, const char *row, const char *reason);
void import_tally(struct list *tallies, struct arena *a,
		  const struct import_tally *tally);

/*
 * Read the members of OBJECT that FIELDS (which ends with an empty one) names
 * into PRICE; a unit of the list is DIGITS decimal places above a pico-dollar.
 * False, after import_skip(), when one cannot be a price.
 */
bool import_prices(struct import_reader *r, const char *row, struct span object,
		   const struct import_field *fields, int digits,
		   struct price *price);

/* Nothing known yet; and made whole: what an embedding model does not say, and
 * zeros that mean "no price of its own". */
struct price import_no_price(void);
void import_finish_price(struct import_reader *r, const char *row, bool embeds,
			 struct price *price);

/* Texts and numbers of members; NULL and 0 when there are none. A date is
 * "2025-04-14" or "2025-04", in milliseconds. */
const char *import_text(struct import_reader *r, struct span object,
			const char *name);
int64_t import_number(struct span object, const char *name);
bool import_flag(struct span object, const char *name);
int64_t import_date(struct import_reader *r, struct span object,
		    const char *name);

/* An item's name in its object, decoded; "" when it holds a NUL. */
const char *import_key(struct import_reader *r, const struct scan_item *item);

/* An array of texts as a comma list, "pdf" as "file"; NULL when it is none. */
const char *import_words(struct import_reader *r, struct span array);

/* "a,b" and WORDS as one comma list. */
const char *import_join(struct arena *a, const char *list, const char *words);

void import_add(struct import_reader *r, const struct import_row *row);

bool import_is_openrouter(struct span text);
void import_openrouter(struct import_reader *r, struct span text);
bool import_is_litellm(struct span text);
void import_litellm(struct import_reader *r, struct span text);
bool import_is_models_dev(struct span text);
void import_models_dev(struct import_reader *r, struct span text);

/* The id of a model that PROVIDER calls NATIVE, where no list gives one; NULL
 * when no id can be made of it. */
const char *import_model_id(struct arena *a, const char *provider,
			    const char *native);

/* Could that be a model's id, or a provider's name for one, or a slug? */
bool import_good_id(const char *id);
bool import_good_native(const char *native);
bool import_good_slug(const char *slug);

/* Does PROVIDER's list speak for the author of the model ID? */
bool import_speaks_for(const char *provider, const char *id);

#endif
