#include "domain/model_filter.h"

#include "base/money.h"
#include "base/span.h"
#include "base/url.h"
#include "domain/words.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 64 }; /* bytes of what is wrong that are quoted */

/* What a parameter's text must look like. */
enum kind {
	TEXT,
	WORDS,	 /* a comma list, of CHOICES if there are any */
	CHOICE,	 /* one of CHOICES */
	FLAG,	 /* true or false */
	COUNT,	 /* a whole number from LEAST on */
	PRICE,	 /* dollars for a million */
	NOWHERE, /* a number that no model here has an equal for */
};

static const char input_words[] = "text,image,file,audio,video";
static const char output_words[] =
	"text,image,embeddings,audio,video,rerank,decisions,speech,"
	"transcription,all";
static const char category_words[] =
	"programming,roleplay,marketing,marketing/seo,technology,science,"
	"translation,legal,finance,health,trivia,academia";

static const struct parameter {
	const char *name;
	enum kind kind;
	size_t at; /* in struct model_filter */
	const char *choices;
	int64_t least;
} parameters[] = {
#define AT(member) offsetof(struct model_filter, member)
	{ "q", TEXT, AT(search), NULL, 0 },
	{ "category", CHOICE, AT(category), category_words, 0 },
	{ "supported_parameters", WORDS, AT(parameters), NULL, 0 },
	{ "input_modalities", WORDS, AT(inputs), input_words, 0 },
	{ "output_modalities", WORDS, AT(outputs), output_words, 0 },
	{ "context", COUNT, AT(context), NULL, 1 },
	{ "min_price", PRICE, AT(input_least), NULL, 0 },
	{ "max_price", PRICE, AT(input_most), NULL, 0 },
	{ "min_output_price", PRICE, AT(output_least), NULL, 0 },
	{ "max_output_price", PRICE, AT(output_most), NULL, 0 },
	{ "arch", TEXT, AT(family), NULL, 0 },
	{ "model_authors", WORDS, AT(authors), NULL, 0 },
	{ "providers", WORDS, AT(providers), NULL, 0 },
	{ "distillable", FLAG, AT(distillable), NULL, 0 },
	{ "zdr", FLAG, AT(zdr), NULL, 0 },
	{ "region", CHOICE, AT(region), "eu,us", 0 },
	{ "min_age_days", COUNT, AT(age_least), NULL, 0 },
	{ "max_age_days", COUNT, AT(age_most), NULL, 0 },
	{ "min_intelligence_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "max_intelligence_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "min_coding_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "max_coding_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "min_agentic_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "max_agentic_index", NOWHERE, AT(unknowable), NULL, 0 },
	{ "min_tool_success_rate", NOWHERE, AT(unknowable), NULL, 0 },
	{ "max_tool_success_rate", NOWHERE, AT(unknowable), NULL, 0 },
#undef AT
};

static bool bad(const struct parameter *p, const char *must, struct fault *why)
{
	return fault_set(why, FAULT_BAD_REQUEST, "%s must be %s", p->name,
			 must);
}

static bool read_words(struct arena *a, const struct parameter *p,
		       const char *text, const char **words, struct fault *why)
{
	const char *tidy = words_tidy(a, text), *rest = tidy;
	struct span word;

	while (p->choices && (word = words_next(&rest)).at)
		if (!words_have(p->choices, word))
			return fault_set(
				why, FAULT_BAD_REQUEST,
				"%s: '%.*s' is not one of %s", p->name,
				(int)(word.len < SHOWN ? word.len : SHOWN),
				word.at, p->choices);
	*words = tidy;
	return true;
}

static bool read_choice(struct arena *a, const struct parameter *p,
			const char *text, const char **choice,
			struct fault *why)
{
	const char *tidy = words_tidy(a, text);

	if (!words_have(p->choices, span_of(tidy)))
		return fault_set(why, FAULT_BAD_REQUEST, "%s must be one of %s",
				 p->name, p->choices);
	*choice = tidy;
	return true;
}

static bool read_flag(const struct parameter *p, const char *text,
		      enum known *flag, struct fault *why)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return bad(p, "true or false", why);
	*flag = *text == 't' ? KNOWN_YES : KNOWN_NO;
	return true;
}

static bool read_count(const struct parameter *p, const char *text,
		       int64_t *count, struct fault *why)
{
	static const long long most = 1000000000000;
	long long number;
	char *end;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || strspn(text, "0123456789") != strlen(text) ||
	    number < p->least || number > most)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "%s must be a whole number from %lld to %lld",
				 p->name, (long long)p->least, most);
	*count = number;
	return true;
}

/* Dollars for a million tokens are micro-dollars for one. */
static bool read_price(const struct parameter *p, const char *text,
		       int64_t *pico, struct fault *why)
{
	enum { MILLIONTHS = 6 };

	return (money_read_rounded(span_of(text), MILLIONTHS, pico) &&
		*pico >= 0) ||
	       bad(p, "an amount of dollars that is not negative", why);
}

static bool read_nowhere(const struct parameter *p, const char *text,
			 bool *unknowable, struct fault *why)
{
	int64_t number;

	if (!read_price(p, text, &number, NULL))
		return bad(p, "a number that is not negative", why);
	*unknowable = true;
	return true;
}

static bool read(struct arena *a, const struct parameter *p, const char *text,
		 struct model_filter *filter, struct fault *why)
{
	void *at = (char *)filter + p->at;

	switch (p->kind) {
	case TEXT: *(const char **)at = text; return true;
	case WORDS: return read_words(a, p, text, at, why);
	case CHOICE: return read_choice(a, p, text, at, why);
	case FLAG: return read_flag(p, text, at, why);
	case COUNT: return read_count(p, text, at, why);
	case PRICE: return read_price(p, text, at, why);
	case NOWHERE: return read_nowhere(p, text, at, why);
	}
	return true;
}

bool model_filter_read(struct arena *a, const char *query, int64_t now_ms,
		       struct model_filter *filter, struct fault *why)
{
	struct model_filter found = {
		.search = "",
		.category = "",
		.family = "",
		.region = "",
		.parameters = "",
		.inputs = "",
		.outputs = "text",
		.providers = "",
		.authors = "",
		.context = -1,
		.input_least = -1,
		.input_most = -1,
		.output_least = -1,
		.output_most = -1,
		.age_least = -1,
		.age_most = -1,
		.now_ms = now_ms,
	};

	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]);
	     i++) {
		const struct parameter *p = &parameters[i];
		const char *text = url_parameter(a, query, p->name);

		if (text && *text && !read(a, p, text, &found, why))
			return false;
	}
	*filter = found;
	return true;
}

bool model_filter_ages(const struct model_filter *filter)
{
	return filter->age_least >= 0 || filter->age_most >= 0;
}
