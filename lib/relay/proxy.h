#ifndef RELAY_PROXY_H
#define RELAY_PROXY_H

#include "base/parcel.h"
#include "relay/job.h"

/*
 * A request for a provider's own API, which is passed on as it is and answered
 * as it is. The program fills the first part, and of JOB what it fills for any
 * other; the rest is the proxy's.
 */
struct proxy {
	struct job job;
	const char *method;
	const char *target; /* "/openai/v1/chat/completions", normalised */
	const char *query;  /* raw */
	bool packed;	    /* the body has a Content-Encoding */
	const char *const *headers; /* "Name: value", to pass on; NULL ends */
	struct parcel body;

	const struct provider *provider;
	const char *path; /* behind the provider */
	const struct native *native;
	struct candidate candidate;
};

/* How we call ourselves to providers. */
#define PROXY_AGENT "Turnpike"

/*
 * Which of the client's headers are passed on, ends with NULL: what is not
 * here, and the client's key above all, goes nowhere.
 */
extern const char *const PROXY_HEADERS[];

/*
 * May it be asked for? Before the body is read, so that nobody's upload is
 * taken for nothing. FAULT_BAD_REQUEST for a path that could lead elsewhere,
 * FAULT_NOT_FOUND for a provider that is none, FAULT_BAD_METHOD,
 * FAULT_FORBIDDEN when the key may not or it would have no price.
 */
bool proxy_admit(struct proxy *proxy, struct fault *why);

/* Hold, ask once, carry the answer back as it comes, settle. As relay_run(). */
bool proxy_run(struct proxy *proxy, struct fault *why);

#endif
