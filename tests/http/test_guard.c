#include "http/guard.h"

#include "base/hash.h"
#include "domain/key.h"
#include "store/store.h"
#include "support/dialogue.h"
#include "support/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIVE(letter) "lr_live_" #letter
#define REGULAR	     "lr_live_regular"
#define MANAGEMENT   "lr_mgmt_management"

/* Keys of the test's database: what they are called, and their columns kind,
 * disabled, deleted_at and expires_at. */
static const struct {
	const char *secret, *columns;
} keys[] = {
	{ REGULAR, "'regular', 0, NULL, NULL" },
	{ MANAGEMENT, "'management', 0, NULL, NULL" },
	{ LIVE(other), "'regular', 0, NULL, NULL" },
	{ LIVE(lasting), "'regular', 0, NULL, 99999999999999" },
	{ LIVE(disabled), "'regular', 1, NULL, NULL" },
	{ LIVE(deleted), "'regular', 0, 1000, NULL" },
	{ LIVE(expired), "'regular', 0, NULL, 1000" },
};

static bool fill(struct db *db, void *what, struct fault *why)
{
	char sql[500], hash[HASH_HEX + 1];

	(void)what;
	if (!db_run(db,
		    "INSERT INTO account (id, name, created_at)"
		    " VALUES ('acct-1', 'test', 0)",
		    why))
		return false;
	for (size_t i = 0; i < COUNT(keys); i++) {
		hash_hex(keys[i].secret, strlen(keys[i].secret), hash);
		snprintf(sql, sizeof(sql),
			 "INSERT INTO api_key (hash, account, name, label, "
			 "created_at, kind, disabled, deleted_at, expires_at) "
			 "VALUES ('%s', 'acct-1', '%s', 'l', 0, %s)",
			 hash, keys[i].secret, keys[i].columns);
		if (!db_run(db, sql, why))
			return false;
	}
	return true;
}

static bool whose(struct exchange *x, struct fault *why)
{
	return exchange_json(x, 200,
			     json_pack("[s]", x->key ? x->key->name : "nobody"),
			     why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/free", .answer = whose },
	{ .method = "GET", .path = "/any", .answer = whose, .need = NEED_KEY },
	{ .method = "GET",
	  .path = "/infer/*",
	  .answer = whose,
	  .need = NEED_INFERENCE },
	{ .method = "GET",
	  .path = "/manage",
	  .answer = whose,
	  .need = NEED_MANAGEMENT },
	{ 0 },
};

static const struct program program = { .name = "test", .routes = routes };

/* Serve the dialogue over a database of its own. */
static void run(struct dialogue *d)
{
	char home[] = "/tmp/test_guard_XXXXXX", file[64], command[64];
	struct settings settings = {
		.database = file,
		.journal = "wal",
		.synchronous = "normal",
		.connections = 2,
		.busy_wait_ms = 1000,
		.body_limit = 1000,
	};
	struct suite suite = { .settings = &settings };
	struct fault why = { 0 };

	hash_init();
	cr_assert(mkdtemp(home));
	snprintf(file, sizeof(file), "%s/db", home);
	suite.store = store_new(&settings);
	cr_assert(store_commit(suite.store, fill, NULL, &why), "%s", why.text);
	dialogue_run(d, &program, &suite);
	store_free(suite.store);
	snprintf(command, sizeof(command), "rm -r %s", home);
	cr_expect_eq(system(command), 0);
}

#define BEARER "HTTP_AUTHORIZATION"
#define X_KEY  "HTTP_X_API_KEY"
#define GOOGLE "HTTP_X_GOOG_API_KEY"

static const struct {
	const char *label, *uri;
	const char *variables[7];
	int status;
	const char *reply;
} cases[] = {
	/* where a key may stand */
	{ "bearer", "/v1/any", { BEARER, "Bearer " REGULAR }, 200, REGULAR },
	{ "small bearer",
	  "/v1/any",
	  { BEARER, "bearer  " REGULAR },
	  200,
	  REGULAR },
	{ "X-Api-Key", "/v1/any", { X_KEY, REGULAR }, 200, REGULAR },
	{ "x-goog-api-key", "/v1/any", { GOOGLE, REGULAR }, 200, REGULAR },
	{ "key=", "/v1/any?alt=sse&key=" REGULAR, { NULL }, 200, REGULAR },
	{ "redirected",
	  "/v1/any",
	  { "REDIRECT_HTTP_AUTHORIZATION", "Bearer " REGULAR },
	  200,
	  REGULAR },
	/* their order */
	{ "bearer first",
	  "/v1/any?key=x",
	  { GOOGLE, "y", X_KEY, "z", BEARER, "Bearer " REGULAR },
	  200,
	  REGULAR },
	{ "one of two valid ones",
	  "/v1/any",
	  { X_KEY, LIVE(other), BEARER, "Bearer " REGULAR },
	  200,
	  REGULAR },
	{ "then X-Api-Key",
	  "/v1/any?key=x",
	  { GOOGLE, "y", X_KEY, REGULAR },
	  200,
	  REGULAR },
	{ "then Google's", "/v1/any?key=x", { GOOGLE, REGULAR }, 200, REGULAR },
	{ "the first binds, even if wrong",
	  "/v1/any",
	  { X_KEY, REGULAR, BEARER, "Bearer wrong" },
	  401,
	  "invalid API key" },
	/* empty is absent */
	{ "empty bearer",
	  "/v1/any",
	  { BEARER, "Bearer ", X_KEY, REGULAR },
	  200,
	  REGULAR },
	{ "empty headers",
	  "/v1/any?key=" REGULAR,
	  { BEARER, "", X_KEY, "", GOOGLE, "" },
	  200,
	  REGULAR },
	{ "another scheme",
	  "/v1/any",
	  { BEARER, "Basic " REGULAR, X_KEY, REGULAR },
	  200,
	  REGULAR },
	{ "none", "/v1/any", { NULL }, 401, "No API key was sent" },
	{ "only empty ones",
	  "/v1/any?key=",
	  { BEARER, "Bearer", X_KEY, "" },
	  401,
	  "No API key was sent" },
	/* P63: what is not valid is not told apart */
	{ "unknown",
	  "/v1/any",
	  { X_KEY, LIVE(nobody) },
	  401,
	  "\"message\":\"invalid API key\"" },
	{ "disabled",
	  "/v1/any",
	  { X_KEY, LIVE(disabled) },
	  401,
	  "\"message\":\"invalid API key\"" },
	{ "deleted",
	  "/v1/any",
	  { X_KEY, LIVE(deleted) },
	  401,
	  "\"message\":\"invalid API key\"" },
	{ "expired",
	  "/v1/any",
	  { X_KEY, LIVE(expired) },
	  401,
	  "\"message\":\"invalid API key\"" },
	{ "not yet expired",
	  "/v1/any",
	  { X_KEY, LIVE(lasting) },
	  200,
	  LIVE(lasting) },
	/* P57 */
	{ "a statement for a key",
	  "/v1/any",
	  { BEARER, "Bearer ' OR '1'='1" },
	  401,
	  "invalid API key" },
	/* what it is good for */
	{ "no key needed", "/v1/free", { NULL }, 200, "nobody" },
	{ "no key looked at", "/v1/free", { X_KEY, "wrong" }, 200, "nobody" },
	{ "regular infers", "/v1/infer/x", { X_KEY, REGULAR }, 200, REGULAR },
	{ "management does not",
	  "/v1/infer/x",
	  { X_KEY, MANAGEMENT },
	  403,
	  "create a regular key" },
	{ "management manages",
	  "/v1/manage",
	  { X_KEY, MANAGEMENT },
	  200,
	  MANAGEMENT },
	{ "regular does not",
	  "/v1/manage",
	  { X_KEY, REGULAR },
	  403,
	  "takes a management key" },
	{ "either reads", "/v1/any", { X_KEY, MANAGEMENT }, 200, MANAGEMENT },
	/* P58: no spelling of a path is let by */
	{ "encoded", "/v1/%6danage", { X_KEY, REGULAR }, 403, "management" },
	{ "slashes", "//v1//manage/", { X_KEY, REGULAR }, 403, "management" },
	{ "absolute",
	  "http://x/v1/manage",
	  { X_KEY, REGULAR },
	  403,
	  "management" },
	{ "dots", "/v1/free/../manage", { X_KEY, REGULAR }, 400, "'..'" },
	{ "fragment", "http://h/#@x/v1/manage", { NULL }, 400, "not belong" },
	{ "Host",
	  "/v1/manage",
	  { "HTTP_HOST", "localhost:4000/#@x" },
	  401,
	  "No API key" },
	/* what is not there is not there for anybody */
	{ "unknown path", "/v1/nowhere", { NULL }, 404, "not served here" },
};

EACH(guard, admits, cases)
{
	struct dialogue d = {
		.method = "GET",
		.uri = row->uri,
		.variables = row->variables,
	};

	run(&d);
	cr_expect_eq(dialogue_status(&d), row->status, "%s: %s", row->label,
		     d.answer.text);
	cr_expect(strstr(d.reply, row->reply), "%s: %s", row->label, d.reply);
	cr_expect_eq(dialogue_header(&d, "WWW-Authenticate") != NULL,
		     row->status == 401, "%s", row->label);
	dialogue_done(&d);
}

static const struct {
	const char *method;
	int status;
} methods[] = { { "POST", 405 }, { "OPTIONS", 204 } };

/* A browser asks without a key, and a wrong method is wrong for all. */
EACH(guard, asks_for_no_key_where_nothing_is_served, methods)
{
	struct dialogue d = { .method = row->method, .uri = "/v1/manage" };

	run(&d);
	cr_expect_eq(dialogue_status(&d), row->status, "%s", d.answer.text);
	dialogue_done(&d);
}
