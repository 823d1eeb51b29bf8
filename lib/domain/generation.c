#include "domain/generation.h"

#include "base/keep.h"
#include "store/sql.h"

/* The columns of every query in generation.sql, in their order. */
enum column {
	ID,
	ACCOUNT,
	API_KEY,
	STATE,
	HOLDER,
	AT,
	ENDED_AT,
	EXPIRES_AT,
	HELD,
	PROMPT_ESTIMATE,
	OUTPUT_KNOWN,
	OPERATION,
	MODEL_ASKED,
	MODEL,
	ENDPOINT,
	PROVIDER,
	STREAMED,
	PRICE,
	OUTCOME,
	CHARGE,
	COST,
	ESTIMATED,
	DISPUTED,
	FRESH,
	CACHE_READ,
	CACHE_WRITE_5M,
	CACHE_WRITE_1H,
	AUDIO_IN,
	IMAGE_IN,
	OUTPUT,
	REASONING,
	AUDIO_OUT,
	IMAGE_OUT,
	SEARCHES,
	FINISH,
	NATIVE_FINISH,
	ERROR,
	UPSTREAM_ID,
	FAILURES,
	STATUS,
	FIRST_TOKEN,
	TOTAL,
	REFERER,
	TITLE,
	END_USER,
	SESSION,
	AGENT,
};

static struct tokens tokens(struct rows *rows)
{
	return (struct tokens){
		.fresh = rows_number(rows, FRESH),
		.cache_read = rows_number(rows, CACHE_READ),
		.cache_write_5m = rows_number(rows, CACHE_WRITE_5M),
		.cache_write_1h = rows_number(rows, CACHE_WRITE_1H),
		.audio_in = rows_number(rows, AUDIO_IN),
		.image_in = rows_number(rows, IMAGE_IN),
		.output = rows_number(rows, OUTPUT),
		.reasoning = rows_number(rows, REASONING),
		.audio_out = rows_number(rows, AUDIO_OUT),
		.image_out = rows_number(rows, IMAGE_OUT),
		.searches = rows_number(rows, SEARCHES),
	};
}

static int64_t duration(struct rows *rows, int column)
{
	return rows_null(rows, column) ? -1 : rows_number(rows, column);
}

static struct generation from_row(struct arena *a, struct rows *rows)
{
	return (struct generation){
		.id = keep(a, rows_text(rows, ID)),
		.account = keep(a, rows_text(rows, ACCOUNT)),
		.api_key = keep(a, rows_text(rows, API_KEY)),
		.state = keep(a, rows_text(rows, STATE)),
		.holder = keep(a, rows_text(rows, HOLDER)),
		.at = rows_number(rows, AT),
		.ended_at = rows_number(rows, ENDED_AT),
		.expires_at = rows_number(rows, EXPIRES_AT),
		.held = rows_number(rows, HELD),
		.prompt_estimate = rows_number(rows, PROMPT_ESTIMATE),
		.output_known = rows_number(rows, OUTPUT_KNOWN),
		.operation = keep(a, rows_text(rows, OPERATION)),
		.model_asked = keep(a, rows_text(rows, MODEL_ASKED)),
		.model = keep(a, rows_text(rows, MODEL)),
		.endpoint = keep(a, rows_text(rows, ENDPOINT)),
		.provider = keep(a, rows_text(rows, PROVIDER)),
		.streamed = rows_number(rows, STREAMED) != 0,
		.price = rows_number(rows, PRICE),
		.outcome = keep(a, rows_text(rows, OUTCOME)),
		.charge = rows_number(rows, CHARGE),
		.cost = rows_number(rows, COST),
		.estimated = rows_number(rows, ESTIMATED) != 0,
		.disputed = rows_number(rows, DISPUTED) != 0,
		.tokens = tokens(rows),
		.finish = keep(a, rows_text(rows, FINISH)),
		.native_finish = keep(a, rows_text(rows, NATIVE_FINISH)),
		.error = keep(a, rows_text(rows, ERROR)),
		.upstream_id = keep(a, rows_text(rows, UPSTREAM_ID)),
		.failures = keep(a, rows_text(rows, FAILURES)),
		.status = rows_number(rows, STATUS),
		.first_token_ms = duration(rows, FIRST_TOKEN),
		.total_ms = duration(rows, TOTAL),
		.referer = keep(a, rows_text(rows, REFERER)),
		.title = keep(a, rows_text(rows, TITLE)),
		.end_user = keep(a, rows_text(rows, END_USER)),
		.session = keep(a, rows_text(rows, SESSION)),
		.agent = keep(a, rows_text(rows, AGENT)),
	};
}

bool generation_find(struct db *db, struct arena *a, const char *id,
		     const char *account, struct generation *generation,
		     struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_GENERATION_FIND, "tt", id, account);
	bool found = rows_next(rows);

	if (found)
		*generation = from_row(a, rows);
	if (!rows_end(rows, why))
		return false;
	return found ||
	       fault_set(why, FAULT_NOT_FOUND, "no generation '%s'", id);
}

static bool gather(struct rows *rows, struct arena *a, struct generation **list,
		   size_t *count, struct fault *why)
{
	struct list found = { .size = sizeof(struct generation) };

	while (rows_next(rows))
		*(struct generation *)list_add(&found, a) = from_row(a, rows);
	if (!rows_end(rows, why))
		return false;
	*list = found.items;
	*count = found.count;
	return true;
}

bool generation_list(struct db *db, struct arena *a,
		     const struct generation_page *page,
		     struct generation **list, size_t *count, struct fault *why)
{
	int64_t before = page->before_ms ? page->before_ms : INT64_MAX;
	const char *sql =
		page->account ? SQL_GENERATION_LIST : SQL_GENERATION_RECENT;
	struct rows *rows = db_ask(db, sql, "nnttn", page->since_ms, before,
				   page->account, page->key, page->limit);

	return gather(rows, a, list, count, why);
}

bool generation_each(struct db *db,
		     bool (*each)(void *who, const struct generation *g),
		     void *who, struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_GENERATION_ALL, "");
	bool go_on = true;

	while (go_on && rows_next(rows)) {
		struct arena *a = arena_new();
		struct generation g = from_row(a, rows);

		go_on = each(who, &g);
		arena_free(a);
	}
	return rows_end(rows, why);
}

bool generation_held(struct db *db, struct arena *a, const char *holder,
		     struct generation **list, size_t *count, struct fault *why)
{
	return gather(db_ask(db, SQL_GENERATION_HELD, "t", holder), a, list,
		      count, why);
}
