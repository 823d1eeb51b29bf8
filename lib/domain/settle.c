/* The second half of ledger.h: how a hold ends, and credit comes and goes. */
#include "base/hash.h"
#include "base/wide.h"
#include "domain/health.h"
#include "domain/ledger.h"
#include "domain/purse.h"
#include "domain/tally.h"
#include "store/later.h"
#include "store/sql.h"

#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 128 };

struct move {
	const char *id, *debit, *credit, *kind, *generation, *note;
	int64_t amount, at;
};

static bool enter(struct db *db, const struct move *m, struct fault *why)
{
	return db_do(db, why, SQL_LEDGER_TRANSFER,
		     "tttnttt"
		     "n",
		     m->id, m->debit, m->credit, m->amount, m->kind,
		     m->generation, m->note, m->at);
}

static bool add(struct db *db, const char *book, int64_t amount,
		struct fault *why)
{
	return db_do(db, why, SQL_LEDGER_MOVE, "tn", book, amount);
}

/* "gen-1-ab" gives "txn-1-ab" and "txn-1-ab-overrun": a generation cannot be
 * charged twice, because the second transfer would have the same name. */
static void name(char id[NAME_ROOM], const char *generation, const char *tail)
{
	const char *rest = strncmp(generation, "gen-", 4) == 0 ? generation + 4
							       : generation;

	snprintf(id, NAME_ROOM, "txn-%s%s", rest, tail);
}

static bool charge(struct db *db, const struct settlement *s,
		   const char *cost_book, struct fault *why)
{
	char id[NAME_ROOM], credit[NAME_ROOM];

	if (s->charge == 0)
		return true;
	name(id, s->generation, "");
	snprintf(credit, sizeof(credit), "credit:%s", s->account);
	return enter(db,
		     &(struct move){ .id = id,
				     .debit = credit,
				     .credit = cost_book,
				     .kind = "usage",
				     .generation = s->generation,
				     .note = s->model,
				     .amount = s->charge,
				     .at = s->at },
		     why);
}

static bool overrun(struct db *db, const struct settlement *s,
		    const char *cost_book, struct fault *why)
{
	char id[NAME_ROOM];

	if (s->overrun == 0)
		return true;
	name(id, s->generation, "-overrun");
	return enter(db,
		     &(struct move){ .id = id,
				     .debit = "overrun",
				     .credit = cost_book,
				     .kind = "overrun",
				     .generation = s->generation,
				     .note = s->model,
				     .amount = s->overrun,
				     .at = s->at },
		     why) &&
	       add(db, "overrun", -s->overrun, why);
}

/* What a hold was. */
struct closed {
	int64_t held;	/* below zero: it was closed before */
	bool elsewhere; /* another endpoint has answered */
	struct counted counted;
};

static bool close_hold(struct db *db, struct settlement *s,
		       struct closed *closed, struct fault *why)
{
	const struct tokens *t = &s->tokens;
	struct rows *rows =
		db_ask(db, SQL_LEDGER_CLOSE,
		       "ntnnn"
		       "nnnnnnnnnnn"
		       "ttntt"
		       "mmt"
		       "t",
		       s->at, outcome_name(s->outcome), s->cost,
		       (int64_t)s->estimated, (int64_t)s->disputed, t->fresh,
		       t->cache_read, t->cache_write_5m, t->cache_write_1h,
		       t->audio_in, t->image_in, t->output, t->reasoning,
		       t->audio_out, t->image_out, t->searches, s->finish,
		       s->native_finish, s->status, s->error, s->upstream_id,
		       s->first_token_ms < 0 ? NULL : &s->first_token_ms,
		       s->total_ms < 0 ? NULL : &s->total_ms, s->failures,
		       s->generation);

	closed->held = -1;
	if (rows_next(rows)) {
		closed->held = rows_number(rows, 0);
		s->charge = rows_number(rows, 1);
		closed->counted = (struct counted){
			.key = s->key,
			.account = s->account,
			.at = rows_number(rows, 2),
			.for_key = rows_number(rows, 3),
			.for_account = rows_number(rows, 4),
		};
		closed->elsewhere = strcmp(rows_text(rows, 5),
					   s->endpoint ? s->endpoint : "");
	}
	return rows_end(rows, why);
}

static bool note_place(struct db *db, const struct settlement *s,
		       struct fault *why)
{
	return db_do(db, why, SQL_LEDGER_ELSEWHERE, "tttmt", s->model,
		     s->endpoint, s->provider, s->price ? &s->price : NULL,
		     s->generation);
}

static int64_t used(const struct tokens *t)
{
	return wide_narrow((wide)tokens_prompt(t) + tokens_completion(t));
}

static void release(struct db *db, const struct settlement *s, int64_t held)
{
	purse_settle(db,
		     &(struct spending){ .of = { s->key, s->account, s->at },
					 .held = held,
					 .charge = s->charge });
}

static bool write_cost(struct db *db, const struct addition *sum,
		       struct fault *why)
{
	return add(db, sum->texts[0], sum->numbers[0], why);
}

static bool enter_both(struct db *db, const struct settlement *s,
		       const char *cost_book, struct fault *why)
{
	return charge(db, s, cost_book, why) && overrun(db, s, cost_book, why);
}

/* Each provider has a book for what it has cost; nobody decides by it. The
 * first transfer fails, before anything is entered, because it is not open. */
static bool add_cost(struct db *db, const struct settlement *s,
		     struct fault *why)
{
	char cost_book[NAME_ROOM];

	if (s->cost == 0)
		return true;
	snprintf(cost_book, sizeof(cost_book), "cost:%s", s->provider);
	later_add(db, &(struct addition){ .write = write_cost,
					  .texts = { cost_book },
					  .numbers = { s->cost } });
	return enter_both(db, s, cost_book, NULL) ||
	       (db_do(db, why, SQL_LEDGER_OPEN_BOOK, "t", cost_book) &&
		enter_both(db, s, cost_book, why));
}

bool ledger_settle(struct db *db, void *settlement, struct fault *why)
{
	struct settlement *s = settlement;
	struct closed closed = { 0 };

	if (!close_hold(db, s, &closed, why))
		return false;
	s->repeated = closed.held < 0;
	if (s->repeated)
		return true;
	s->overrun = s->cost - s->charge;
	release(db, s, closed.held);
	if ((closed.elsewhere && !note_place(db, s, why)) ||
	    !add_cost(db, s, why) ||
	    !limits_correct(db, &closed.counted, used(&s->tokens), why))
		return false;
	tally_add(db, s, closed.counted.at);
	health_note(db, s);
	return true;
}

static bool give(struct db *db, const struct grant *g, const char *book,
		 struct fault *why)
{
	return add(db, book, g->amount, why) &&
	       add(db, "grants", -g->amount, why) &&
	       enter(db,
		     &(struct move){ .id = g->id,
				     .debit = "grants",
				     .credit = book,
				     .kind = "grant",
				     .note = g->note,
				     .amount = g->amount,
				     .at = g->at },
		     why);
}

static bool take_back(struct db *db, const struct grant *g, const char *book,
		      struct fault *why)
{
	return db_must(db, why,
		       "so much credit is not there to be taken back, or is "
		       "held for requests under way",
		       SQL_LEDGER_TAKE_BACK, "nt", -g->amount, book) &&
	       add(db, "grants", -g->amount, why) &&
	       enter(db,
		     &(struct move){ .id = g->id,
				     .debit = book,
				     .credit = "grants",
				     .kind = "refund",
				     .note = g->note,
				     .amount = -g->amount,
				     .at = g->at },
		     why);
}

bool ledger_grant(struct db *db, void *grant, struct fault *why)
{
	struct grant *g = grant;
	char book[NAME_ROOM], random[25];

	if (g->amount == 0)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "an amount of nothing moves nothing");
	hash_random_hex(12, random);
	snprintf(g->id, sizeof(g->id), "txn-%lld-%s", (long long)(g->at / 1000),
		 random);
	snprintf(book, sizeof(book), "credit:%s", g->account);
	if (!later_write(db, why))
		return false;
	return g->amount > 0 ? give(db, g, book, why)
			     : take_back(db, g, book, why);
}
