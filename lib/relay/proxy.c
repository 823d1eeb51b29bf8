#include "relay/proxy.h"

#include "base/keep.h"
#include "base/quote.h"
#include "relay/failure.h"
#include "relay/proxy_aim.h"
#include "relay/proxy_call.h"
#include "relay/proxy_veil.h"
#include "relay/settle.h"
#include "wire/native.h"

#include <string.h>

enum {
	NANO_IN_MICRO = 1000,
	WORDS_MOST = 4096,
	FIRST_ERROR = 400,
	NAME_MOST = 128,
};

static bool take_apart(struct proxy *p, struct fault *why)
{
	const char *name = p->target + (*p->target == '/');
	size_t len = strcspn(name, "/");
	struct job *job = &p->job;

	name = arena_copy(job->arena, name, len);
	p->path = p->target + (*p->target == '/') + len;
	p->provider = *name ? catalog_provider(job->catalog, name) : NULL;
	if (!p->provider || !p->path[0] || !p->path[1]) {
		fault_set(why, FAULT_NOT_FOUND,
			  "%.128s is not served here, and '%.64s' is no "
			  "provider whose own API could be asked",
			  p->target, name);
		return false;
	}
	return aim_is_sound(job->arena, p->path, p->query) ||
	       fault_set(why, FAULT_BAD_REQUEST,
			 "the path or the query has what could lead elsewhere "
			 "than into the API of %s",
			 p->provider->name);
}

static bool method_passes(const char *method)
{
	static const char *const methods[] = { "GET", "HEAD",  "POST",
					       "PUT", "PATCH", "DELETE" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (!strcmp(methods[i], method))
			return true;
	return false;
}

/* What no budget bounds is for keys without a budget, where the operator wants
 * that at all (P11). */
static bool admit_unpriced(const struct proxy *p, struct fault *why)
{
	const struct job *job = &p->job;

	if (!job->gateway->settings->proxy_unpriced)
		return fault_set(why, FAULT_FORBIDDEN,
				 "%s %.128s at %s has no price, so that no "
				 "budget could hold; the operator can allow it "
				 "with the setting proxy_unpriced",
				 p->method, p->path, p->provider->name);
	if (job->key->limited)
		return fault_set(why, FAULT_FORBIDDEN,
				 "%s %.128s at %s has no price, and this API "
				 "key has a limit, which could not hold",
				 p->method, p->path, p->provider->name);
	return true;
}

bool proxy_admit(struct proxy *p, struct fault *why)
{
	struct job *job = &p->job;

	job_start(job);
	job->trade = &TRADE_PROXY;
	job->catalog = gateway_catalogue(job->gateway, job->arena,
					 job->key->catalogue_version, why);
	if (!job->catalog || !take_apart(p, why))
		return false;
	if (!method_passes(p->method)) {
		job->sink.header(job->sink.state, "Allow",
				 "GET, HEAD, POST, PUT, PATCH, DELETE, "
				 "OPTIONS");
		return fault_set(why, FAULT_BAD_METHOD,
				 "%s is not passed on to providers", p->method);
	}
	if (!key_allows_provider(job->key, p->provider->slug))
		return fault_set(why, FAULT_FORBIDDEN,
				 "this API key may not use %s",
				 p->provider->name);
	if (p->provider->needs_credential && !p->provider->credential_count)
		return fault_set(why, FAULT_NO_ROUTE,
				 "the operator has no credential for %s",
				 p->provider->name);
	p->native = native_find(job->arena, p->method, p->path);
	return p->native || admit_unpriced(p, why);
}

/* Is NATIVE how the provider calls what was ASKED? One that takes parameters in
 * a model's name is asked with them. */
static bool is_called(const struct endpoint *e, const char *asked)
{
	bool takes = catalog_has(e->provider->quirks, "parametrised");
	size_t len = takes ? strcspn(asked, "+") : strlen(asked);

	return !strcmp(e->native, asked) ||
	       (strlen(e->native) == len && !strncmp(e->native, asked, len));
}

/* The provider's endpoint for a model by its own name; one with a price if
 * there are several. */
static void find_endpoint(struct proxy *p)
{
	const char *asked = p->job.ask.model;
	size_t count;
	const struct model *models = catalog_models(p->job.catalog, &count);

	for (size_t i = 0; asked && i < count; i++)
		for (size_t j = 0; j < models[i].endpoint_count; j++) {
			const struct endpoint *e = &models[i].endpoints[j];

			if (e->provider != p->provider || !is_called(e, asked))
				continue;
			p->candidate =
				(struct candidate){ &models[i], e, e->native };
			if (e->price.id)
				return;
		}
}

/* May the key use it? What cannot be told may be anything; a list of models is
 * of no use to anybody. */
static bool admit_model(const struct proxy *p, struct fault *why)
{
	const struct job *job = &p->job;
	const struct model *model = p->candidate.model;

	if (!*job->key->allowed_models)
		return true;
	if (model)
		return key_allows_model(job->key, model->id) ||
		       fault_set(why, FAULT_FORBIDDEN,
				 "this API key may not use %s", model->id);
	if (p->native && p->native->free && !job->ask.model)
		return true;
	return fault_set(why, FAULT_FORBIDDEN,
			 "this API key may use some models only, and which one "
			 "this is for cannot be told");
}

static bool read_request(struct proxy *p, struct fault *why)
{
	struct job *job = &p->job;
	bool metered = p->native && !p->native->free, ok = true;
	struct span body;

	job->ask = (struct ask){ .prompts = 1 };
	if (metered && p->packed)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "a body with a Content-Encoding cannot be "
				 "counted");
	if (!parcel_map(&p->body, &body, why))
		return false;
	if (metered)
		ok = native_read(job->arena, p->native, p->path, body,
				 &job->ask, why);
	else
		job->ask.model = native_model(job->arena, p->path, body);
	parcel_unmap(&p->body, body);
	return ok;
}

/* What stands in the books where there is no price: the name that was asked
 * for, if any. */
static struct candidate without_price(const struct proxy *p)
{
	struct arena *a = p->job.arena;
	struct model *model = arena_take(a, sizeof(*model));
	struct endpoint *endpoint = arena_take(a, sizeof(*endpoint));
	const char *asked = keep_tidy(a, p->job.ask.model, NAME_MOST);

	*model = (struct model){ .id = asked ? asked : "" };
	if (p->candidate.model)
		model->id = p->candidate.model->id;
	*endpoint = (struct endpoint){ .provider = p->provider };
	return (struct candidate){ model, endpoint, "" };
}

/* What costs tokens has a price, here as everywhere. */
static bool has_price(const struct proxy *p, struct fault *why)
{
	const struct job *job = &p->job;

	if (!job->ask.model)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the request names no model");
	if (!p->candidate.model)
		return fault_set(why, FAULT_NOT_FOUND,
				 "%s has no model '%.128s' that is known here; "
				 "models are called as the provider calls them",
				 p->provider->name, job->ask.model);
	return p->candidate.endpoint->price.id ||
	       fault_set(why, FAULT_BAD_REQUEST, "%s: %s",
			 p->candidate.model->id,
			 left_out_text(LEFT_OUT_UNPRICED));
}

static bool find_price(struct proxy *p, struct fault *why)
{
	struct job *job = &p->job;

	if (!read_request(p, why))
		return false;
	find_endpoint(p);
	if (!admit_model(p, why))
		return false;
	if (p->native && !p->native->free)
		return has_price(p, why);
	p->candidate = without_price(p);
	if (!p->native)
		job->hold_least =
			job->gateway->settings->proxy_hold * NANO_IN_MICRO;
	return true;
}

/* A stream that broke off says so, where its bytes would not show it. */
static void tell_in_stream(struct job *job, const struct attempt *at)
{
	struct buf words;

	buf_init(&words, WORDS_MOST);
	buf_print(&words,
		  "\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{"
		  "\"type\":\"%s\",\"code\":%d,\"message\":",
		  fault_type(FAULT_UPSTREAM), fault_status(FAULT_UPSTREAM));
	quote_json(&words, span_of(at->fault.kind ? at->fault.text
						  : "the answer was cut"));
	buf_text(&words, "}}\n\n");
	if (job_send(job, words.text, words.len))
		job_flush(job);
	buf_done(&words);
}

static bool deliver(struct job *job, struct attempt *at, struct fault *why)
{
	if (at->verdict == VERDICT_GONE)
		return fault_set(why, FAULT_GONE, "the client left");
	if (!job->began) {
		failure_tell(job, at, why);
		return fault_set(why, FAULT_NO_ROUTE,
				 "the gateway is being restarted: try again");
	}
	veil_end(at);
	if (at->streaming && at->verdict != VERDICT_ANSWERED &&
	    at->status < FIRST_ERROR)
		tell_in_stream(job, at);
	return true;
}

bool proxy_run(struct proxy *p, struct fault *why)
{
	struct job *job = &p->job;
	struct fault mine = { 0 };
	struct attempt at;
	struct bill bill;
	bool ok;

	if (!find_price(p, why))
		return false;
	job->plan = (struct plan){
		.asked = p->candidate.model->id,
		.candidates = &p->candidate,
		.count = 1,
	};
	if (!job_hold(job, why))
		return false;
	job->sink.header(job->sink.state, "X-Generation-Id", job->id);
	attempt_init(job, &p->candidate, &at);
	if (attempt_unseal(&at))
		proxy_call(p, &at);
	else
		at.verdict = VERDICT_NEXT;
	ok = settle_attempt(job, &at, &bill, &mine) && deliver(job, &at, &mine);
	attempt_done(&at);
	gateway_served(job->gateway);
	if (!ok && why && why->kind == FAULT_NONE)
		*why = mine;
	return ok;
}
