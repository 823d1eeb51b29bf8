#include "support/stage.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/keep.h"
#include "domain/fsck.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void fill_settings(struct settings *s)
{
	s->sealing_key = "/nonexistent";
	s->body_limit = 1 << 20;
	s->answer_limit = s->answer_limit ? s->answer_limit : 1 << 20;
	s->event_limit = s->event_limit ? s->event_limit : 1 << 16;
	s->connect_ms = 2000;
	s->first_byte_ms = s->first_byte_ms ? s->first_byte_ms : 5000;
	s->idle_ms = s->idle_ms ? s->idle_ms : 5000;
	s->total_ms = 20000;
	s->stop_ms = 200;
	s->attempts = s->attempts ? s->attempts : 5;
	s->commit_head_ms = s->commit_head_ms ? s->commit_head_ms : 5000;
	s->heartbeat_ms = s->heartbeat_ms ? s->heartbeat_ms : 3000;
	s->whole_space_ms = s->whole_space_ms ? s->whole_space_ms : 15000;
	s->slice_tokens = s->slice_tokens ? s->slice_tokens : 8192;
	s->hold_s = 60;
	s->output_unknown = 1000;
}

static bool furnish(struct db *db, void *what, struct fault *why)
{
	const struct stage *stage = what;
	char sql[2048];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO account (id, name, created_at)"
		 " VALUES ('acct-1', 'test', 0);"
		 "INSERT INTO book (id) VALUES ('credit:acct-1');"
		 "INSERT INTO provider (slug, name, kind, base_url,"
		 " needs_credential, created_at) VALUES"
		 " ('one', 'One', 'openai', '%s/v1', 0, 0),"
		 " ('two', 'Two', 'openai', '%s/v1', 0, 0);"
		 "INSERT INTO model (id, name, released_at, context,"
		 " output_limit, output_modalities) VALUES"
		 " ('a/m', 'M', 0, 100000, 1000, 'text'),"
		 " ('a/e', 'E', 0, 1000, NULL, 'embeddings');"
		 "INSERT INTO import VALUES ('imp', 'test', 'test', '', 0);"
		 "INSERT INTO endpoint (id, model, provider, native, rank,"
		 " price) VALUES ('one:m', 'a/m', 'one', 'm-one', 1, 1),"
		 " ('two:m', 'a/m', 'two', 'm-two', 2, 2),"
		 " ('one:e', 'a/e', 'one', 'e-one', 1, 3),"
		 " ('two:e', 'a/e', 'two', 'e-two', 2, 4);"
		 "INSERT INTO price (id, endpoint, import, since, input,"
		 " output) VALUES (1, 'one:m', 'imp', 0, 2000000, 10000000),"
		 " (2, 'two:m', 'imp', 0, 2000000, 10000000),"
		 " (3, 'one:e', 'imp', 0, 2000000, 0),"
		 " (4, 'two:e', 'imp', 0, 2000000, 0);",
		 upstream_server_url(stage->server),
		 upstream_server_url(stage->server));
	return db_run(db, sql, why);
}

static void pay(struct stage *stage, int64_t credit)
{
	struct key_change change = { .key = { .account = "acct-1",
					      .name = "test",
					      .limit_reset = "",
					      .allowed_models = "",
					      .allowed_providers = "" },
				     .at = clock_now_ms() };
	struct grant grant = { .account = "acct-1",
			       .note = "start",
			       .amount = credit,
			       .at = clock_now_ms() };
	struct fault why = { 0 };
	struct db *db;

	cr_assert(store_commit(stage->store, key_create, &change, &why), "%s",
		  why.text);
	cr_assert(store_commit(stage->store, ledger_grant, &grant, &why), "%s",
		  why.text);
	db = store_borrow(stage->store, &why);
	cr_assert(key_find(db, stage->arena, change.secret, clock_now_ms(),
			   &stage->key, &why),
		  "%s", why.text);
	store_return(stage->store, db);
}

void stage_open(struct stage *stage, int64_t credit,
		const struct upstream_step *const *scripts)
{
	struct fault why = { 0 };

	hash_init();
	fill_settings(&stage->scratch.settings);
	scratch_open(&stage->scratch);
	stage->arena = arena_new();
	stage->server = upstream_server_new(scripts);
	stage->store = store_new(&stage->scratch.settings);
	cr_assert(store_commit(stage->store, furnish, stage, &why), "%s",
		  why.text);
	pay(stage, credit);
	stage->gateway = gateway_new(&stage->scratch.settings, stage->store);
	buf_init(&stage->got, 1 << 24);
	buf_init(&stage->head, 1 << 16);
}

void stage_close(struct stage *stage)
{
	gateway_free(stage->gateway);
	store_free(stage->store);
	upstream_server_free(stage->server);
	arena_free(stage->arena);
	buf_done(&stage->got);
	buf_done(&stage->head);
	scratch_close(&stage->scratch);
}

static void header(void *state, const char *name, const char *value)
{
	struct stage *stage = state;

	buf_print(&stage->head, "%s: %s\n", name, value);
}

static bool begin(void *state, int status, const char *type)
{
	struct stage *stage = state;

	(void)type;
	cr_expect_eq(stage->status, 0, "the head goes out once");
	stage->status = status;
	return true;
}

static bool send(void *state, const char *bytes, size_t len)
{
	struct stage *stage = state;

	if (stage->leaves_after && stage->pieces >= stage->leaves_after)
		return false;
	stage->pieces++;
	buf_add(&stage->got, bytes, len);
	return true;
}

static bool flush(void *state)
{
	const struct stage *stage = state;

	return !stage->leaves_after || stage->pieces < stage->leaves_after;
}

static int watch(void *state, short *events)
{
	(void)state;
	*events = 0;
	return -1;
}

static bool stopping(void *state)
{
	return ((const struct stage *)state)->stopping;
}

bool stage_trade(struct stage *stage, const struct trade *trade,
		 const char *body, struct fault *why)
{
	char random[25];
	struct job job = {
		.gateway = stage->gateway,
		.arena = stage->arena,
		.sink = { header, begin, send, flush, watch, stopping, stage },
		.key = &stage->key,
		.trade = trade,
		.body = span_of(body),
	};

	hash_random_hex(12, random);
	job.id = arena_print(stage->arena, "gen-1-%s", random);
	return relay_run(&job, why);
}

bool stage_ask(struct stage *stage, const char *body, struct fault *why)
{
	return stage_trade(stage, &TRADE_CHAT, body, why);
}

const char *stage_text(struct stage *stage, const char *sql)
{
	struct fault why = { 0 };
	struct db *db = store_borrow(stage->store, &why);
	struct rows *rows = db_ask(db, sql, "");
	const char *text;

	cr_assert(rows_next(rows), "%s gives no row", sql);
	text = keep(stage->arena, rows_text(rows, 0));
	cr_assert(rows_end(rows, &why), "%s", why.text);
	store_return(stage->store, db);
	return text;
}

int64_t stage_number(struct stage *stage, const char *sql)
{
	return strtoll(stage_text(stage, sql), NULL, 10);
}

static void tell(void *who, const struct finding *finding)
{
	(void)who;
	cr_log_warn("%s: %s: %s", finding->rule, finding->row, finding->detail);
}

int64_t stage_broken(struct stage *stage)
{
	struct fsck_ear ear = { .found = tell };
	struct fault why = { 0 };
	struct db *db = store_borrow(stage->store, &why);
	struct fsck_result result;

	cr_assert(fsck(db, clock_now_ms(), &ear, &result, &why), "%s",
		  why.text);
	store_return(stage->store, db);
	return result.findings;
}
