/* The half of model_filter.h that chooses. */
#include "domain/model_filter.h"

#include "domain/words.h"

#include <string.h>
#include <strings.h>

static const int64_t day_ms = 86400000;

/* Does TEXT have each of the words that SEARCH is made of? */
static bool has_words(const char *text, const char *search)
{
	char word[64];

	for (const char *at = search + strspn(search, " "); *at;
	     at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len >= sizeof(word))
			return false;
		memcpy(word, at, len);
		word[len] = '\0';
		if (!strcasestr(text, word))
			return false;
		at += len;
	}
	return true;
}

static bool found(const struct model *m, const char *search)
{
	return !*search || has_words(m->id, search) ||
	       has_words(m->name, search);
}

/* "vision" is ARouter's word for reading images. */
static bool takes(const struct model *m, const char *parameters)
{
	bool images = words_have(m->input_modalities, span_of("image"));
	struct span word;

	while ((word = words_next(&parameters)).at)
		if (!words_have(m->parameters, word) &&
		    !(images && span_is(word, "vision")))
			return false;
	return true;
}

static bool within(int64_t value, int64_t least, int64_t most)
{
	return (least < 0 || value >= least) && (most < 0 || value <= most);
}

static bool is(enum known wanted, enum known fact)
{
	return wanted == KNOWN_NOT ||
	       (wanted == KNOWN_YES) == (fact == KNOWN_YES);
}

static bool is_one_of(const struct catalog *c, const struct provider *p,
		      const char *names)
{
	char name[64];
	struct span word;

	while ((word = words_next(&names)).at) {
		if (word.len >= sizeof(name))
			continue;
		memcpy(name, word.at, word.len);
		name[word.len] = '\0';
		if (catalog_provider(c, name) == p)
			return true;
	}
	return false;
}

/* What is asked of an endpoint must come together in one of them. */
static bool endpoint_fits(const struct model_filter *f, const struct catalog *c,
			  const struct endpoint *e)
{
	return (!*f->region || !strcasecmp(f->region, e->region)) &&
	       (f->zdr != KNOWN_YES || e->zdr) &&
	       (!*f->providers || is_one_of(c, e->provider, f->providers));
}

static bool some_endpoint_fits(const struct model_filter *f,
			       const struct catalog *c, const struct view *view,
			       const struct model *m)
{
	for (size_t i = 0; i < m->endpoint_count; i++)
		if (view_has(view, &m->endpoints[i]) &&
		    endpoint_fits(f, c, &m->endpoints[i]))
			return true;
	return false;
}

static bool costs(const struct model_filter *f, const struct price *p)
{
	return within(p->pico[PRICE_INPUT], f->input_least, f->input_most) &&
	       within(p->pico[PRICE_OUTPUT], f->output_least, f->output_most);
}

static bool is_by(const struct model *m, const char *authors)
{
	struct span author = { m->id, strcspn(m->id, "/") };

	return words_have(authors, author);
}

static bool describes(const struct model_filter *f, const struct model *m)
{
	return found(m, f->search) &&
	       words_have_one(m->categories, f->category) &&
	       (!*f->authors || is_by(m, f->authors)) &&
	       !strncasecmp(m->tokenizer, f->family, strlen(f->family)) &&
	       is(f->distillable, m->distillable);
}

static bool can(const struct model_filter *f, const struct model *m)
{
	return (words_have(f->outputs, span_of("all")) ||
		words_have_one(m->output_modalities, f->outputs)) &&
	       words_have_all(m->input_modalities, f->inputs) &&
	       takes(m, f->parameters) && within(m->context, f->context, -1);
}

bool model_filter_fits(const struct model_filter *f, const struct catalog *c,
		       const struct view *view, const struct model *m,
		       const struct endpoint *first)
{
	return !f->unknowable && can(f, m) && describes(f, m) &&
	       costs(f, &first->price) &&
	       within((f->now_ms - m->released_at) / day_ms, f->age_least,
		      f->age_most) &&
	       some_endpoint_fits(f, c, view, m);
}
