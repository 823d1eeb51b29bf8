#include "domain/limits.h"

#include "domain/ledger.h"
#include "store/store.h"
#include "support/row.h"
#include "support/scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Many threads of several processes against one limit. */

TestSuite(limits_crowd, .timeout = 240);

enum { PROCESSES = 3, THREADS = 64, TIMES = 3 };

/* What the processes tell each other: shared memory. */
struct board {
	_Atomic int64_t passed, refused, wrong;
};

/* One of a process's threads. */
struct hand {
	pthread_t thread;
	struct store *store;
	struct board *board;
	const struct demand *demand;
	int process, number;
};

static bool settle(struct hand *hand, const struct hold *h)
{
	struct settlement s = {
		.generation = h->generation,
		.account = h->account,
		.key = h->key,
		.model = h->model,
		.endpoint = h->endpoint,
		.provider = h->provider,
		.tokens = { .fresh = h->demand.prompt,
			    .output = h->demand.output },
		.at = h->at,
	};

	return store_commit(hand->store, ledger_settle, &s, NULL);
}

static void ask(struct hand *hand, struct arena *a, int time)
{
	struct fault why = { 0 };
	struct hold h = {
		.generation = arena_print(a, "gen-1-%d-%d-%d", hand->process,
					  hand->number, time),
		.account = "acct-1",
		.key = "k",
		.operation = "chat",
		.model_asked = "a/m",
		.model = "a/m",
		.endpoint = "acme:m",
		.provider = "acme",
		.holder = "test",
		.at = hand->demand->at,
		.demand = *hand->demand,
	};

	h.demand.arena = a;
	if (store_commit(hand->store, ledger_hold, &h, &why)) {
		hand->board->passed++;
		hand->board->wrong += !settle(hand, &h);
	} else if (why.kind == FAULT_TOO_MANY) {
		hand->board->refused++;
	} else {
		(void)fprintf(stderr, "%s\n", why.text);
		hand->board->wrong++;
	}
}

static void *insist(void *what)
{
	struct hand *hand = what;
	struct arena *a = arena_new();

	for (int i = 0; i < TIMES; i++)
		ask(hand, a, i);
	arena_free(a);
	return NULL;
}

/* The whole of a child. */
static void crowd(const struct settings *settings, struct board *board,
		  const struct demand *demand, int process)
{
	struct store *store = store_new(settings);
	static struct hand hands[THREADS];
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 256 * 1024);
	for (int i = 0; i < THREADS; i++) {
		hands[i] = (struct hand){ .store = store,
					  .board = board,
					  .demand = demand,
					  .process = process,
					  .number = i };
		pthread_create(&hands[i].thread, &small, insist, &hands[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(hands[i].thread, NULL);
	store_free(store);
	_exit(0);
}

static void furnish(const struct scratch *s)
{
	struct db *db = scratch_db(s);
	struct fault why = { 0 };

	cr_assert(db_run(db,
			 "INSERT INTO account (id, name, created_at)"
			 " VALUES ('acct-1', 'test', 0);"
			 "INSERT INTO book (id) VALUES ('credit:acct-1');"
			 "INSERT INTO api_key (hash, account, kind, name,"
			 " label, created_at)"
			 " VALUES ('k', 'acct-1', 'regular', 'k', 'k', 0);"
			 "INSERT INTO provider (slug, name, kind, base_url,"
			 " created_at) VALUES ('acme', 'A', 'openai', 'x', 0);"
			 "INSERT INTO model (id, name, released_at)"
			 " VALUES ('a/m', 'M', 0);"
			 "INSERT INTO endpoint (id, model, provider, native)"
			 " VALUES ('acme:m', 'a/m', 'acme', 'm')",
			 &why),
		  "%s", why.text);
	db_close(db);
}

static const struct settings free_settings = {
	.free_models = "all",
	.free_per_minute = 20,
	.free_per_day = 50,
	.free_per_day_bought = 1000,
	.free_bought = 5,
};

/* Each request takes exactly the 10 tokens that it was counted with. */
static const struct {
	const char *label;
	int64_t requests, day, tokens; /* -1: no limit */
	bool of_account, free;
	int64_t passing;
} limits[] = {
	{ "requests of a key by minute", 100, -1, -1, false, false, 100 },
	{ "requests of a key by day", -1, 33, -1, false, false, 33 },
	{ "tokens of a key", -1, -1, 995, false, false, 99 },
	{ "requests of an account", 7, -1, -1, true, false, 7 },
	{ "tokens of an account", -1, -1, 1000, true, false, 100 },
	{ "all at once", 90, 80, 700, false, false, 70 },
	{ "free models", -1, -1, -1, false, true, 20 },
	{ "P10: nothing", 0, -1, -1, false, false, 0 },
};

static struct limit limit(int64_t most)
{
	return (struct limit){ most >= 0, most };
}

EACH(limits_crowd, P17_exactly_so_many_pass, limits)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct limits of = { limit(row->requests), limit(row->day),
			     limit(row->tokens) };
	struct demand demand = { .key = "k",
				 .account = "acct-1",
				 .at = 1777978780000,
				 .prompt = 4,
				 .output = 6,
				 .free = row->free ? &free_settings : NULL };
	struct scratch s = { 0 };
	pid_t children[PROCESSES];
	int status;

	if (row->of_account)
		demand.of_account = of;
	else
		demand.of_key = of;
	scratch_open(&s);
	furnish(&s);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		cr_assert_geq(children[i], 0);
		if (children[i] == 0)
			crowd(&s.settings, board, &demand, i);
	}
	for (int i = 0; i < PROCESSES; i++) {
		cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
		cr_expect_eq(status, 0);
	}
	cr_expect_eq(board->wrong, 0, "%s", row->label);
	cr_expect_eq(board->passed, row->passing, "%s: %lld passed", row->label,
		     (long long)board->passed);
	cr_expect_eq(board->passed + board->refused,
		     PROCESSES * THREADS * TIMES, "%s", row->label);
	cr_expect_eq(scratch_number(&s, "SELECT count(*) FROM generation"),
		     row->passing, "%s", row->label);
	scratch_close(&s);
}
