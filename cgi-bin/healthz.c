/*
 * healthz - is this suite alive, and how is it?
 *
 *	GET /healthz  {"status":"ok"} when the database answers, 503 otherwise
 *	GET /metrics  numbers for Prometheus; see www/docs/metrics.md
 */
#include "domain/metrics.h"
#include "http/metrics_page.h"
#include "http/serve.h"
#include "store/sql.h"
#include "store/store.h"

static bool database_answers(struct exchange *x, struct fault *why)
{
	struct db *db = store_borrow(x->suite->store, why);
	struct rows *rows;
	bool answers;

	if (!db)
		return false;
	rows = db_ask(db, SQL_PING, "");
	rows_next(rows);
	answers = rows_end(rows, why);
	store_return(x->suite->store, db);
	return answers;
}

/* Whoever asks is anybody, so the reason is for the log alone. */
static bool healthz(struct exchange *x, struct fault *why)
{
	struct fault cause = { 0 };

	if (database_answers(x, &cause))
		return exchange_json(x, 200, json_pack("{s:s}", "status", "ok"),
				     why);
	reply_log(x, &cause);
	return exchange_json(x, 503,
			     json_pack("{s:s}", "status", "unavailable"), why);
}

static const struct route routes[] = {
	{ .method = "GET", .path = "/healthz", .answer = healthz },
	{ .method = "GET", .path = "/metrics", .answer = metrics_page },
	{ 0 },
};

static bool start(struct suite *suite, struct fault *why)
{
	(void)why;
	suite->own = metrics_memory_new();
	return true;
}

static void stop(struct suite *suite)
{
	metrics_memory_free(suite->own);
}

static const struct program program = {
	.name = "healthz",
	.routes = routes,
	.bare = true,
	.start = start,
	.stop = stop,
};

int main(int argc, char **argv)
{
	return serve(&program, argc, argv);
}
