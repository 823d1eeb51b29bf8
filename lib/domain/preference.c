#include "domain/preference.h"

#include "base/money.h"
#include "base/scan.h"

#include <string.h>
#include <strings.h>

enum { NAMES_MOST = 64, NAME_MOST = 128 };

struct reading {
	struct arena *arena;
	struct preference *to;
};

typedef bool reader(struct reading *r, const char *name, struct span value,
		    struct fault *why);

/* ---------------------------------------------------------------- values */

static bool wrong(const char *name, const char *must, struct fault *why)
{
	return fault_set(why, FAULT_BAD_REQUEST, "provider.%s must be %s", name,
			 must);
}

static bool read_names(struct reading *r, const char *name, struct span value,
		       struct preference_names *names, struct fault *why)
{
	struct scan_item item;

	if (scan_kind(value) != SCAN_ARRAY)
		return wrong(name, "a list of texts", why);
	names->items = arena_take(r->arena, NAMES_MOST * sizeof(char *));
	for (struct scan_walk w = scan_walk(value); scan_next(&w, &item);) {
		struct span text = scan_string(r->arena, item.value);

		if (!text.len || text.len > NAME_MOST ||
		    strlen(text.at) != text.len || names->count == NAMES_MOST)
			return wrong(name, "a list of at most 64 short texts",
				     why);
		names->items[names->count++] = text.at;
	}
	return true;
}

static bool read_flag(const char *name, struct span value, bool *flag,
		      struct fault *why)
{
	return scan_bool(value, flag) || wrong(name, "true or false", why);
}

/* ---------------------------------------------------------------- members */

static bool read_order(struct reading *r, const char *name, struct span value,
		       struct fault *why)
{
	return read_names(r, name, value, &r->to->order, why);
}

static bool read_only(struct reading *r, const char *name, struct span value,
		      struct fault *why)
{
	r->to->only_given = true;
	return read_names(r, name, value, &r->to->only, why);
}

static bool read_ignore(struct reading *r, const char *name, struct span value,
			struct fault *why)
{
	return read_names(r, name, value, &r->to->ignore, why);
}

static bool read_quantizations(struct reading *r, const char *name,
			       struct span value, struct fault *why)
{
	r->to->quantizations_given = true;
	return read_names(r, name, value, &r->to->quantizations, why);
}

static bool read_fallbacks(struct reading *r, const char *name,
			   struct span value, struct fault *why)
{
	bool allowed = true;

	if (!read_flag(name, value, &allowed, why))
		return false;
	r->to->no_fallbacks = !allowed;
	return true;
}

static bool read_parameters(struct reading *r, const char *name,
			    struct span value, struct fault *why)
{
	return read_flag(name, value, &r->to->require_parameters, why);
}

static bool read_zdr(struct reading *r, const char *name, struct span value,
		     struct fault *why)
{
	return read_flag(name, value, &r->to->zdr, why);
}

static bool read_distillable(struct reading *r, const char *name,
			     struct span value, struct fault *why)
{
	return read_flag(name, value, &r->to->distillable, why);
}

static bool read_collection(struct reading *r, const char *name,
			    struct span value, struct fault *why)
{
	r->to->deny_collection = scan_says(value, "deny");
	return r->to->deny_collection || scan_says(value, "allow") ||
	       wrong(name, "allow or deny", why);
}

static bool is_order(struct span value)
{
	static const char *const orders[] = { "price", "throughput", "latency",
					      "exacto" };

	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (scan_says(value, orders[i]))
			return true;
	return false;
}

/* A word, or an object that has it as `by`. */
static bool read_sort(struct reading *r, const char *name, struct span value,
		      struct fault *why)
{
	struct span by = scan_kind(value) == SCAN_OBJECT
				 ? scan_find(value, "by")
				 : value;

	if (by.at && scan_kind(by) != SCAN_NULL && !is_order(by))
		return wrong(name, "price, throughput, latency or exacto", why);
	r->to->by_price = by.at && scan_says(by, "price");
	return true;
}

/* Dollars as a number or a text, in pico-dollars of a unit of which a dollar
 * has 10^DIGITS. */
static bool read_dollars(struct reading *r, struct span value, int digits,
			 int64_t *pico)
{
	struct span text = scan_kind(value) == SCAN_STRING
				   ? scan_string(r->arena, value)
				   : value;
	enum scan_kind kind = scan_kind(value);

	return (kind == SCAN_STRING || kind == SCAN_NUMBER) &&
	       money_read_rounded(text, digits, pico) && *pico >= 0;
}

/* Tokens are paid by the million, all else by the piece. */
static bool read_most(struct reading *r, const char *name, struct span value,
		      struct fault *why)
{
	enum { MILLIONS = PICO_DIGITS - 6 };
	const struct {
		const char *name;
		int digits;
		int64_t *most;
	} parts[] = {
		{ "prompt", MILLIONS, &r->to->most_input },
		{ "completion", MILLIONS, &r->to->most_output },
		{ "request", PICO_DIGITS, &r->to->most_request },
		{ "image", PICO_DIGITS, &r->to->most_image },
		{ "audio", PICO_DIGITS, &r->to->most_audio },
	};

	if (scan_kind(value) != SCAN_OBJECT)
		return wrong(name, "an object", why);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct span part = scan_find(value, parts[i].name);

		if (!part.at || scan_kind(part) == SCAN_NULL)
			continue;
		if (!read_dollars(r, part, parts[i].digits, parts[i].most))
			return fault_set(why, FAULT_BAD_REQUEST,
					 "provider.%s.%s must be dollars, and "
					 "not below 0",
					 name, parts[i].name);
	}
	return true;
}

static const struct {
	const char *name;
	reader *read;
} members[] = {
	{ "order", read_order },
	{ "only", read_only },
	{ "ignore", read_ignore },
	{ "quantizations", read_quantizations },
	{ "allow_fallbacks", read_fallbacks },
	{ "require_parameters", read_parameters },
	{ "data_collection", read_collection },
	{ "zdr", read_zdr },
	{ "enforce_distillable_text", read_distillable },
	{ "sort", read_sort },
	{ "max_price", read_most },
};

static bool read_member(struct reading *r, const struct scan_item *item,
			struct fault *why)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (scan_named(item, members[i].name))
			return item->kind == SCAN_NULL ||
			       members[i].read(r, members[i].name, item->value,
					       why);
	return true;
}

bool preference_read(struct arena *a, struct span object,
		     struct preference *preference, struct fault *why)
{
	struct reading r = { .arena = a, .to = preference };
	struct scan_item item;

	*preference = (struct preference){ .given = object.at != NULL,
					   .most_input = PRICE_UNKNOWN,
					   .most_output = PRICE_UNKNOWN,
					   .most_request = PRICE_UNKNOWN,
					   .most_image = PRICE_UNKNOWN,
					   .most_audio = PRICE_UNKNOWN };
	if (!object.at)
		return true;
	for (struct scan_walk w = scan_walk(object); scan_next(&w, &item);)
		if (!read_member(&r, &item, why))
			return false;
	return true;
}

/* ---------------------------------------------------------------- fitting */

static bool is_kind(const struct endpoint *e, const char *kind)
{
	return !strcasecmp(e->quantization, kind) ||
	       !strcasecmp(e->region, kind);
}

/* "acme" is all of its endpoints, "acme/fp8" and "acme/eu" some. */
static bool names(const struct catalog *catalog, const char *name,
		  const struct endpoint *e)
{
	char provider[NAME_MOST + 1];
	size_t len = strcspn(name, "/");

	if (catalog_provider(catalog, name) == e->provider)
		return true;
	if (!name[len])
		return false;
	memcpy(provider, name, len);
	provider[len] = '\0';
	return catalog_provider(catalog, provider) == e->provider &&
	       is_kind(e, name + len + 1);
}

static size_t place(const struct preference_names *list,
		    const struct catalog *catalog, const struct endpoint *e)
{
	for (size_t i = 0; i < list->count; i++)
		if (names(catalog, list->items[i], e))
			return i;
	return SIZE_MAX;
}

size_t preference_place(const struct preference *p,
			const struct catalog *catalog, const struct endpoint *e)
{
	return place(&p->order, catalog, e);
}

/* One that is not told is "unknown". */
static bool has_quantization(const struct preference *p,
			     const struct endpoint *e)
{
	const char *own = *e->quantization ? e->quantization : "unknown";

	for (size_t i = 0; i < p->quantizations.count; i++)
		if (!strcasecmp(p->quantizations.items[i], own))
			return true;
	return !p->quantizations_given;
}

static bool takes(const struct model *model, const struct endpoint *e,
		  const char *parameters)
{
	const char *known = *e->parameters ? e->parameters : model->parameters;
	char word[NAME_MOST];

	for (const char *at = parameters; *at;) {
		size_t len = strcspn(at, ",");

		if (len >= sizeof(word))
			return false;
		memcpy(word, at, len);
		word[len] = '\0';
		if (len && !catalog_has(known, word))
			return false;
		at += len + (at[len] == ',');
	}
	return true;
}

/* A price that nobody has published is none that is known to be too high. */
static bool within(int64_t most, int64_t price)
{
	return most == PRICE_UNKNOWN || price == PRICE_UNKNOWN || price <= most;
}

static bool is_cheap(const struct preference *p, const struct price *price)
{
	return within(p->most_input, price->pico[PRICE_INPUT]) &&
	       within(p->most_output, price->pico[PRICE_OUTPUT]) &&
	       within(p->most_request, price->pico[PRICE_REQUEST]) &&
	       within(p->most_image, price->pico[PRICE_IMAGE_IN]) &&
	       within(p->most_audio, price->pico[PRICE_AUDIO_IN]);
}

/* What is done with what is sent. What nobody has said is not promised. */
static bool is_discreet(const struct preference *p, const struct model *model,
			const struct endpoint *e)
{
	return (!p->zdr || e->zdr) &&
	       (!p->deny_collection || e->zdr ||
		e->provider->trains == KNOWN_NO) &&
	       (!p->distillable || model->distillable == KNOWN_YES);
}

bool preference_fits(const struct preference *p,
		     const struct preference_scope *scope,
		     const struct endpoint *e)
{
	const struct catalog *c = scope->catalog;

	if (!p->given)
		return true;
	return (!p->only_given || place(&p->only, c, e) != SIZE_MAX) &&
	       place(&p->ignore, c, e) == SIZE_MAX &&
	       (!p->no_fallbacks || !p->order.count ||
		place(&p->order, c, e) != SIZE_MAX) &&
	       has_quantization(p, e) && is_discreet(p, scope->model, e) &&
	       is_cheap(p, &e->price) &&
	       (!p->require_parameters ||
		takes(scope->model, e, scope->parameters));
}
