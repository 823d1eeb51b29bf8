#include "http/metrics_page.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/prometheus.h"
#include "base/version.h"
#include "domain/histogram.h"
#include "domain/metrics.h"
#include "http/metrics_access.h"
#include "store/store.h"

#include <inttypes.h>
#include <string.h>

enum { TEXT_MOST = 32 << 20 };

/* A page under way. */
struct page {
	struct arena *arena;
	struct buf text;
};

static const char *number(struct page *p, int64_t value)
{
	return arena_print(p->arena, "%" PRId64, value);
}

static const char *dollars(struct page *p, int64_t nano)
{
	return money_print(p->arena, nano, NANO_DIGITS);
}

/* ------------------------------------------------------------------ usage */

static int64_t requests(const struct metrics_usage *u)
{
	return u->requests;
}

static int64_t failed(const struct metrics_usage *u)
{
	return u->failed;
}

static int64_t charge(const struct metrics_usage *u)
{
	return u->charge;
}

static int64_t cost(const struct metrics_usage *u)
{
	return u->cost;
}

static int64_t input(const struct metrics_usage *u)
{
	return u->prompt - u->cached;
}

static int64_t cached(const struct metrics_usage *u)
{
	return u->cached;
}

static int64_t output(const struct metrics_usage *u)
{
	return u->completion - u->reasoning;
}

static int64_t reasoning(const struct metrics_usage *u)
{
	return u->reasoning;
}

/* Rows of the same name are one family; their kinds add up to a whole. */
static const struct {
	const char *name, *kind, *help;
	int64_t (*value)(const struct metrics_usage *u);
	bool money;
} usages[] = {
	{ "turnpike_requests_total", NULL,
	  "Requests for inference that were settled.", requests, false },
	{ "turnpike_requests_failed_total", NULL,
	  "Those of them that no provider answered.", failed, false },
	{ "turnpike_tokens_total", "input",
	  "Tokens that were counted, each in one kind.", input, false },
	{ "turnpike_tokens_total", "cached_input", NULL, cached, false },
	{ "turnpike_tokens_total", "output", NULL, output, false },
	{ "turnpike_tokens_total", "reasoning", NULL, reasoning, false },
	{ "turnpike_charged_dollars_total", NULL,
	  "What the owners of keys were charged.", charge, true },
	{ "turnpike_cost_dollars_total", NULL,
	  "What the same cost at the providers.", cost, true },
};

static void add_usage(struct page *p, const struct list *usage)
{
	const struct metrics_usage *all = usage->items;

	for (size_t row = 0; row < sizeof(usages) / sizeof(usages[0]); row++) {
		if (usages[row].help)
			prometheus_family(&p->text, usages[row].name, "counter",
					  usages[row].help);
		for (size_t i = 0; i < usage->count; i++) {
			int64_t value = usages[row].value(&all[i]);
			const char *labels[] = {
				"model",
				all[i].model,
				"provider",
				all[i].provider,
				usages[row].kind ? "kind" : NULL,
				usages[row].kind,
				NULL,
			};

			prometheus_sample(&p->text, usages[row].name, labels,
					  usages[row].money ? dollars(p, value)
							    : number(p, value));
		}
	}
}

/* ----------------------------------------------------------------- health */

static const char *const outcomes[HEALTH_OUTCOMES] = {
	[HEALTH_OK] = "ok",
	[HEALTH_SERVER] = "server_error",
	[HEALTH_SILENT] = "no_answer",
	[HEALTH_BROKEN] = "broken_off",
	[HEALTH_CREDENTIAL] = "credential",
	[HEALTH_MISSING] = "not_found",
	[HEALTH_FORBIDDEN] = "forbidden",
	[HEALTH_LIMITED] = "rate_limited",
	[HEALTH_REQUEST] = "bad_request",
};

static void add_attempts(struct page *p, const struct list *health)
{
	static const char name[] = "turnpike_attempts_total";
	const struct metrics_health *all = health->items;

	prometheus_family(&p->text, name, "counter",
			  "What became of each attempt at a provider.");
	for (size_t i = 0; i < health->count; i++) {
		const char *labels[] = { "provider", all[i].provider, "outcome",
					 NULL, NULL };

		if (all[i].measure != HEALTH_OUTCOME || all[i].bucket < 0 ||
		    all[i].bucket >= HEALTH_OUTCOMES)
			continue;
		labels[3] = outcomes[all[i].bucket];
		prometheus_sample(&p->text, name, labels,
				  number(p, all[i].count));
	}
}

/* A histogram of the books in the bounds that Prometheus gets. */
static const struct histogram {
	enum health_measure measure;
	const char *name, *help;
	int digits;	       /* of a unit that the measure's numbers have */
	const int64_t *bounds; /* ends with 0 */
} histograms[] = {
	{ HEALTH_FIRST_TOKEN, "turnpike_first_token_seconds",
	  "Time until an answer's first token came. Sums are within 4 %.", 3,
	  (const int64_t[]){ 100, 250, 500, 1000, 2500, 5000, 10000, 30000,
			     60000, 120000, 0 } },
	{ HEALTH_SPEED, "turnpike_output_tokens_per_second",
	  "How fast whole answers came. Sums are within 4 %.", 2,
	  (const int64_t[]){ 500, 1000, 2000, 4000, 8000, 16000, 32000, 64000,
			     0 } },
};

/* The rows of one provider and measure. */
struct part {
	const struct metrics_health *rows;
	size_t count;
};

static void add_bound(struct page *p, const struct histogram *h,
		      const char *provider, const char *le, int64_t count)
{
	const char *labels[] = { "provider", provider, "le", le, NULL };

	prometheus_sample(&p->text, arena_print(p->arena, "%s_bucket", h->name),
			  labels, number(p, count));
}

static void add_part(struct page *p, const struct histogram *h,
		     const struct part *part)
{
	const char *provider = part->rows[0].provider;
	const char *labels[] = { "provider", provider, NULL };
	int64_t count = 0, sum = 0;
	size_t at = 0;

	for (size_t i = 0; h->bounds[i]; i++) {
		for (; at < part->count &&
		       histogram_value(part->rows[at].bucket) <= h->bounds[i];
		     at++)
			count += part->rows[at].count;
		add_bound(p, h, provider,
			  money_print(p->arena, h->bounds[i], h->digits),
			  count);
	}
	for (; at < part->count; at++)
		count += part->rows[at].count;
	for (size_t i = 0; i < part->count; i++)
		sum += histogram_value(part->rows[i].bucket) *
		       part->rows[i].count;
	add_bound(p, h, provider, "+Inf", count);
	prometheus_sample(&p->text, arena_print(p->arena, "%s_sum", h->name),
			  labels, money_print(p->arena, sum, h->digits));
	prometheus_sample(&p->text, arena_print(p->arena, "%s_count", h->name),
			  labels, number(p, count));
}

static void add_histogram(struct page *p, const struct histogram *h,
			  const struct list *health)
{
	const struct metrics_health *all = health->items;

	prometheus_family(&p->text, h->name, "histogram", h->help);
	for (size_t i = 0, end; i < health->count; i = end) {
		for (end = i + 1; end < health->count &&
				  all[end].measure == all[i].measure &&
				  !strcmp(all[end].provider, all[i].provider);
		     end++)
			;
		if (all[i].measure == h->measure)
			add_part(p, h, &(struct part){ &all[i], end - i });
	}
}

static void add_health(struct page *p, const struct list *health)
{
	add_attempts(p, health);
	for (size_t i = 0; i < sizeof(histograms) / sizeof(histograms[0]); i++)
		add_histogram(p, &histograms[i], health);
}

/* -------------------------------------------------------------------- all */

static void add_one(struct page *p, const char *name, const char *type,
		    const char *help, const char *value)
{
	prometheus_family(&p->text, name, type, help);
	prometheus_sample(&p->text, name, NULL, value);
}

static void add_state(struct page *p, const struct metrics *m, int64_t now)
{
	int64_t age = m->oldest_at ? now - m->oldest_at : 0;

	add_one(p, "turnpike_open_generations", "gauge",
		"Requests for inference that are under way.",
		number(p, m->open));
	add_one(p, "turnpike_oldest_generation_seconds", "gauge",
		"How long the oldest of them has been.",
		money_print(p->arena, age > 0 ? age : 0, 3));
	add_one(p, "turnpike_credit_dollars", "gauge",
		"Credit that there is, with what is held.",
		dollars(p, m->credit));
	add_one(p, "turnpike_held_dollars", "gauge",
		"Credit that is held for requests under way.",
		dollars(p, m->held));
}

static void add_suite(struct page *p, const struct metrics *m)
{
	static const char *const version[] = { "version", TURNPIKE_VERSION,
					       NULL };

	prometheus_family(&p->text, "turnpike_info", "gauge",
			  "What serves this.");
	prometheus_sample(&p->text, "turnpike_info", version, "1");
	add_one(p, "turnpike_overrun_dollars_total", "counter",
		"What providers cost beyond what was held.",
		dollars(p, m->overrun));
	add_health(p, &m->health);
}

static bool read_all(struct exchange *x, const struct metrics_scope *scope,
		     struct metrics *metrics, struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	bool ok = db && metrics_read(db, x->arena, x->suite->own, scope,
				     metrics, why);

	store_return(x->suite->store, db);
	return ok;
}

bool metrics_page(struct exchange *x, struct fault *why)
{
	struct page page = { .arena = x->arena };
	struct metrics_scope scope = {
		.labels = x->suite->settings->metrics_models,
		.now_ms = clock_now_ms(),
	};
	struct metrics metrics;
	bool ok;

	if (!metrics_admit(x, &scope.account, why) ||
	    !read_all(x, &scope, &metrics, why))
		return false;
	buf_init(&page.text, TEXT_MOST);
	add_usage(&page, &metrics.usage);
	add_state(&page, &metrics, scope.now_ms);
	if (!scope.account)
		add_suite(&page, &metrics);
	ok = buf_fits(&page.text);
	if (ok)
		exchange_text(x, 200, PROMETHEUS_TYPE, page.text.text);
	buf_done(&page.text);
	return ok || fault_set(why, FAULT_INTERNAL, "too many metrics");
}
