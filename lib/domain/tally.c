#include "domain/tally.h"

#include "base/clock.h"
#include "base/keep.h"
#include "store/later.h"
#include "store/sql.h"

static const int64_t hour_ms = 3600000, day_ms = 86400000;

static int64_t up(int64_t at, int64_t width)
{
	return at % width ? at - at % width + width : at;
}

static int64_t down(int64_t at, int64_t width)
{
	return at - at % width;
}

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

/* What an addition's numbers are, in their order. */
static struct sums sums_of(const int64_t numbers[LATER_NUMBERS])
{
	return (struct sums){
		.requests = numbers[0],
		.charged = numbers[1],
		.failed = numbers[2],
		.prompt = numbers[3],
		.cached = numbers[4],
		.completion = numbers[5],
		.reasoning = numbers[6],
		.charge = numbers[7],
		.cost = numbers[8],
	};
}

static bool take_line(struct rows *rows, int64_t *line, struct fault *why)
{
	*line = rows_next(rows) ? rows_number(rows, 0) : 0;
	return rows_end(rows, why);
}

/* The line of account, key, model, endpoint and provider, opened if need be. */
static bool find_line(struct db *db, const char *const *texts, int64_t *line,
		      struct fault *why)
{
	return take_line(db_ask(db, SQL_TALLY_LINE, "ttttt", texts[0], texts[1],
				texts[2], texts[3], texts[4]),
			 line, why) &&
	       (*line ||
		take_line(db_ask(db, SQL_TALLY_OPEN_LINE, "ttttt", texts[0],
				 texts[1], texts[2], texts[3], texts[4]),
			  line, why));
}

static bool write_sums(struct db *db, const struct addition *sum,
		       struct fault *why)
{
	const struct sums s = sums_of(sum->numbers);
	const int64_t widths[] = { hour_ms, day_ms };
	int64_t line;
	bool ok = find_line(db, sum->texts, &line, why);

	for (size_t i = 0; ok && i < sizeof(widths) / sizeof(widths[0]); i++)
		ok = db_do(db, why, SQL_TALLY_ADD, "nnnnnnnnnnnn", line,
			   widths[i], down(sum->places[0], widths[i]),
			   s.requests, s.charged, s.failed, s.prompt, s.cached,
			   s.completion, s.reasoning, s.charge, s.cost);
	return ok;
}

void tally_add(struct db *db, const struct settlement *s, int64_t made_at)
{
	const struct addition addition = {
		.write = write_sums,
		.texts = { s->account, s->key, s->model,
			   s->endpoint ? s->endpoint : "", s->provider },
		.places = { down(made_at, hour_ms) },
		.numbers = { 1, s->charge > 0, s->outcome == OUTCOME_FAILED,
			     tokens_prompt(&s->tokens), s->tokens.cache_read,
			     tokens_completion(&s->tokens), s->tokens.reasoning,
			     s->charge, s->cost },
	};

	later_add(db, &addition);
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

/* START is the column that the sums are behind. */
static struct sums sums(struct rows *rows, int start)
{
	const int gone = START - start;

	return (struct sums){
		.requests = rows_number(rows, REQUESTS - gone),
		.charged = rows_number(rows, CHARGED - gone),
		.failed = rows_number(rows, FAILED - gone),
		.prompt = rows_number(rows, PROMPT - gone),
		.cached = rows_number(rows, CACHED - gone),
		.completion = rows_number(rows, COMPLETION - gone),
		.reasoning = rows_number(rows, REASONING - gone),
		.charge = rows_number(rows, CHARGE - gone),
		.cost = rows_number(rows, COST - gone),
	};
}

/* What is being gone through; the last line's texts are kept for its rows,
 * which come together. Without an arena it is not asked which line. */
struct walk {
	const struct tally_query *query;
	struct arena *arena;
	struct tally tally;
	tally_hearer *each;
	void *who;
};

static void hear_line(struct walk *w, struct rows *rows)
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
}

static void hear(struct walk *w, struct rows *rows, int start)
{
	struct tally *t = &w->tally;

	if (w->arena)
		hear_line(w, rows);
	t->start = slot_start(w->query->slot, rows_number(rows, start));
	t->sums = sums(rows, start);
	w->each(w->who, t);
}

static struct rows *ask(struct db *db, const struct walk *w,
			const struct piece *p, int *start)
{
	const struct tally_query *q = w->query;

	*start = START;
	if (p->width == 0)
		return db_ask(db, SQL_TALLY_EDGE, "ttttnn", q->account, q->key,
			      q->model, q->provider, p->from, p->to);
	if (w->arena)
		return db_ask(db, SQL_TALLY_SUMS, "ttttnnn", q->account, q->key,
			      q->model, q->provider, p->width, p->from, p->to);
	*start = 0;
	return db_ask(db, SQL_TALLY_SLOTS, "ttttnnn", q->account, q->key,
		      q->model, q->provider, p->width, p->from, p->to);
}

static bool go(struct db *db, struct walk *w, struct fault *why)
{
	struct piece pieces[PIECES];
	size_t count = cut(w->query, pieces);

	for (size_t i = 0; i < count; i++) {
		struct rows *rows;
		int start;

		if (pieces[i].from >= pieces[i].to)
			continue;
		rows = ask(db, w, &pieces[i], &start);
		while (rows_next(rows))
			hear(w, rows, start);
		if (!rows_end(rows, why))
			return false;
	}
	return true;
}

bool tally_each(struct db *db, struct arena *a, const struct tally_query *query,
		tally_hearer *each, void *who, struct fault *why)
{
	struct walk w = {
		.query = query, .arena = a, .each = each, .who = who
	};

	return go(db, &w, why);
}

bool tally_each_slot(struct db *db, const struct tally_query *query,
		     tally_hearer *each, void *who, struct fault *why)
{
	struct walk w = { .query = query, .each = each, .who = who };

	return go(db, &w, why);
}
