#include "http/metrics_access.h"

#include "base/hash.h"
#include "domain/key.h"
#include "http/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { TOKEN_LEAST = 16, TOKEN_ROOM = 512 };

/* The file's first line. One that is easily guessed is none. */
static bool read_token(const char *path, char token[TOKEN_ROOM],
		       struct fault *why)
{
	FILE *file = fopen(path, "re");
	bool ok = file && fgets(token, TOKEN_ROOM, file);

	if (!ok)
		fault_set(why, FAULT_INTERNAL,
			  "cannot read metrics_token, '%s': %s", path,
			  file ? "it is empty" : strerror(errno));
	if (file)
		fclose(file);
	if (!ok)
		return false;
	token[strcspn(token, "\r\n")] = '\0';
	return strlen(token) >= TOKEN_LEAST ||
	       fault_set(why, FAULT_INTERNAL,
			 "metrics_token, '%s': a token has at least %d letters",
			 path, TOKEN_LEAST);
}

/* Hashes, so that the time it takes tells nothing of the token. */
static bool same(const char *a, const char *b)
{
	char of_a[HASH_HEX + 1], of_b[HASH_HEX + 1];

	hash_hex(a, strlen(a), of_a);
	hash_hex(b, strlen(b), of_b);
	return !strcmp(of_a, of_b);
}

static bool has_token(struct exchange *x, bool *has, struct fault *why)
{
	const char *path = x->suite->settings->metrics_token;
	const char *sent = guard_secret(x);
	char token[TOKEN_ROOM];

	*has = false;
	if (!sent || !path || !*path)
		return true;
	if (!read_token(path, token, why))
		return false;
	*has = same(sent, token);
	return true;
}

/* "localhost:8080" is this machine; a name that somebody else could have
 * pointed at it is not. */
static bool is_local_name(const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
					     "[::1]" };

	for (size_t i = 0; host && i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (!strncasecmp(host, names[i], len) &&
		    (!host[len] || host[len] == ':'))
			return true;
	}
	return false;
}

/*
 * Does this come from a program on this machine? Not if somebody else's
 * request is passed on by one, and not if it is a browser that shows a page
 * from elsewhere.
 */
static bool is_local(struct exchange *x)
{
	static const char *const foreign[] = {
		"Origin",	    "Forwarded", "X-Forwarded-For",
		"X-Forwarded-Host", "X-Real-IP", "Via",
	};
	const char *address = exchange_variable(x, "REMOTE_ADDR");

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (exchange_header(x, foreign[i]))
			return false;
	return address &&
	       (!strncmp(address, "127.", 4) || !strcmp(address, "::1")) &&
	       is_local_name(exchange_header(x, "Host"));
}

bool metrics_admit(struct exchange *x, const char **account, struct fault *why)
{
	const char *who = x->suite->settings->metrics;
	bool has;

	if (!strcmp(who, "off"))
		return fault_set(why, FAULT_NOT_FOUND,
				 "%s %s is not served here", x->method,
				 x->path);
	*account = NULL;
	if (!strcmp(who, "open") || (!strcmp(who, "loopback") && is_local(x)))
		return true;
	if (!has_token(x, &has, why))
		return false;
	if (has)
		return true;
	if (!guard_admit(x, NEED_MANAGEMENT, why))
		return false;
	*account = x->key->account;
	return true;
}
