#include "domain/tally.h"

#include "base/clock.h"
#include "base/keep.h"
#include "store/sql.h"

static const int64_t hour_ms = 3600000, day_ms = 86400000;

void sums_add(struct sums *to, const struct sums *more)
{
	to->requests += more->requests;
	to->charged += more->charged;
	to->failed += more->failed;
	to->prompt += more->prompt;
	to->cached += more->cached;
	to->completion += more->completion;
	to->reasoning += more->reasoning;
	to->charge += more->charge;
	to->cost += more->cost;
}

bool tally_add(struct db *db, const char *generation, struct fault *why)
{
	if (!db_do(db, why, SQL_TALLY_ADD, "t", generation))
		return false;
	if (db_changed(db) > 0)
		return true;
	if (!db_do(db, why, SQL_TALLY_OPEN_LINE, "t", generation) ||
	    !db_do(db, why, SQL_TALLY_ADD, "t", generation))
		return false;
	return db_changed(db) > 0 ||
	       fault_set(why, FAULT_INTERNAL,
			 "generation '%.100s' is not settled", generation);
}

int64_t slot_start(enum slot slot, int64_t at)
{
	switch (slot) {
	case SLOT_HOUR: return at - at % hour_ms;
	case SLOT_DAY: return clock_day_start(at);
	case SLOT_MONTH: return clock_month_start(at);
	case SLOT_ALL:
	case SLOTS: break;
	}
	return 0;
}

int64_t slot_next(enum slot slot, int64_t at)
{
	enum { MORE_THAN_A_MONTH = 32 };
	int64_t start = slot_start(slot, at);

	switch (slot) {
	case SLOT_HOUR: return start + hour_ms;
	case SLOT_DAY: return start + day_ms;
	case SLOT_MONTH:
		return clock_month_start(start + MORE_THAN_A_MONTH * day_ms);
	case SLOT_ALL:
	case SLOTS: break;
	}
	return INT64_MAX;
}

/* A range of time that is read from one place: WIDTH is that of its rows, 0
 * for the generations themselves. */
struct piece {
	int64_t width, from, to;
};

enum { PIECES = 5 };

static int64_t up(int64_t at, int64_t width)
{
	return at % width ? at - at % width + width : at;
}

static int64_t down(int64_t at, int64_t width)
{
	return at - at % width;
}

/* FROM and TO are whole hours. */
static size_t cut_hours(int64_t from, int64_t to, bool by_day,
			struct piece *pieces)
{
	int64_t first = up(from, day_ms), last = down(to, day_ms);

	if (!by_day || first >= last) {
		pieces[0] = (struct piece){ hour_ms, from, to };
		return 1;
	}
	pieces[0] = (struct piece){ hour_ms, from, first };
	pieces[1] = (struct piece){ day_ms, first, last };
	pieces[2] = (struct piece){ hour_ms, last, to };
	return 3;
}

static size_t cut(const struct tally_query *q, struct piece pieces[PIECES])
{
	int64_t first = up(q->from, hour_ms), last = down(q->to, hour_ms);
	size_t count;

	if (first >= last) {
		pieces[0] = (struct piece){ 0, q->from, q->to };
		return 1;
	}
	count = cut_hours(first, last, q->slot != SLOT_HOUR, pieces);
	pieces[count++] = (struct piece){ 0, q->from, first };
	pieces[count++] = (struct piece){ 0, last, q->to };
	return count;
}

/* The columns of both queries, in their order. */
enum column {
	LINE,
	API_KEY,
	MODEL,
	ENDPOINT,
	PROVIDER,
	START,
	REQUESTS,
	CHARGED,
	FAILED,
	PROMPT,
	CACHED,
	COMPLETION,
	REASONING,
	CHARGE,
	COST,
};

static struct sums sums(struct rows *rows)
{
	return (struct sums){
		.requests = rows_number(rows, REQUESTS),
		.charged = rows_number(rows, CHARGED),
		.failed = rows_number(rows, FAILED),
		.prompt = rows_number(rows, PROMPT),
		.cached = rows_number(rows, CACHED),
		.completion = rows_number(rows, COMPLETION),
		.reasoning = rows_number(rows, REASONING),
		.charge = rows_number(rows, CHARGE),
		.cost = rows_number(rows, COST),
	};
}

/* What is being gone through; the last line's texts are kept for its rows,
 * which come together. */
struct walk {
	const struct tally_query *query;
	struct arena *arena;
	struct tally tally;
	void (*each)(void *who, const struct tally *tally);
	void *who;
};

static void hear(struct walk *w, struct rows *rows)
{
	struct tally *t = &w->tally;
	int64_t line = rows_number(rows, LINE);

	if (line != t->line)
		*t = (struct tally){
			.line = line,
			.api_key = keep(w->arena, rows_text(rows, API_KEY)),
			.model = keep(w->arena, rows_text(rows, MODEL)),
			.endpoint = keep(w->arena, rows_text(rows, ENDPOINT)),
			.provider = keep(w->arena, rows_text(rows, PROVIDER)),
		};
	t->start = slot_start(w->query->slot, rows_number(rows, START));
	t->sums = sums(rows);
	w->each(w->who, t);
}

static struct rows *ask(struct db *db, const struct tally_query *q,
			const struct piece *p)
{
	if (p->width == 0)
		return db_ask(db, SQL_TALLY_EDGE, "ttttnn", q->account, q->key,
			      q->model, q->provider, p->from, p->to);
	return db_ask(db, SQL_TALLY_SUMS, "ttttnnn", q->account, q->key,
		      q->model, q->provider, p->width, p->from, p->to);
}

bool tally_each(struct db *db, struct arena *a, const struct tally_query *query,
		void (*each)(void *who, const struct tally *tally), void *who,
		struct fault *why)
{
	struct walk w = {
		.query = query, .arena = a, .each = each, .who = who
	};
	struct piece pieces[PIECES];
	size_t count = cut(query, pieces);

	for (size_t i = 0; i < count; i++) {
		struct rows *rows;

		if (pieces[i].from >= pieces[i].to)
			continue;
		rows = ask(db, query, &pieces[i]);
		while (rows_next(rows))
			hear(&w, rows);
		if (!rows_end(rows, why))
			return false;
	}
	return true;
}
