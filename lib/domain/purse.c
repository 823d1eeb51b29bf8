#include "domain/purse.h"

#include "base/clock.h"
#include "base/wide.h"
#include "store/later.h"
#include "store/sql.h"

/* The days on which the windows of a key's limit begin. */
struct windows {
	int64_t day, week, month;
};

static struct windows windows_at(int64_t at)
{
	return (struct windows){ clock_day_start(at), clock_week_start(at),
				 clock_month_start(at) };
}

/* A row of api_key, with what is pending. */
struct allowance {
	struct windows in;
	bool usable, limited;
	int64_t expires_at, limit, held;
	int64_t used; /* in the limit's window, which `in` tells */
};

/* The account's row of book, with what is pending. */
struct credit {
	int64_t balance, held;
};

static const char allowances, credits; /* what is remembered of which table */

static bool read_allowance(struct db *db, const struct purse *p,
			   struct allowance *a, struct fault *why)
{
	struct windows in = windows_at(p->at);
	struct rows *rows = db_ask(db, SQL_PURSE_KEY, "nnnt", in.day, in.week,
				   in.month, p->key);

	a->in = in;
	if (rows_next(rows)) {
		a->usable = rows_number(rows, 0);
		a->expires_at =
			rows_null(rows, 1) ? INT64_MAX : rows_number(rows, 1);
		a->limited = !rows_null(rows, 2);
		a->limit = rows_number(rows, 2);
		a->held = rows_number(rows, 3);
		a->used = rows_number(rows, 4);
	}
	return rows_end(rows, why);
}

static bool read_credit(struct db *db, const struct purse *p, struct credit *c,
			struct fault *why)
{
	struct rows *rows = db_ask(db, SQL_PURSE_CREDIT, "t", p->account);

	/* Nobody's book: not even nothing can be had. */
	c->balance = -1;
	if (rows_next(rows)) {
		c->balance = rows_number(rows, 0);
		c->held = rows_number(rows, 1);
	}
	return rows_end(rows, why);
}

static bool same_windows(const struct windows *a, const struct windows *b)
{
	return a->day == b->day && a->week == b->week && a->month == b->month;
}

/* A window that has ended in the middle of a change is counted anew. */
static bool leave_old_windows(struct db *db, const struct purse *p,
			      struct fault *why)
{
	const struct allowance *a = later_known(db, &allowances, p->key);
	struct windows now = windows_at(p->at);

	return !a || same_windows(&a->in, &now) || later_write(db, why);
}

static bool look(struct db *db, const struct purse *p, struct allowance **a,
		 struct credit **c, struct fault *why)
{
	bool fresh, ok;

	if (!leave_old_windows(db, p, why))
		return false;
	*a = later_note(db, &allowances, p->key, sizeof(**a), &fresh);
	ok = !fresh || read_allowance(db, p, *a, why);
	*c = later_note(db, &credits, p->account, sizeof(**c), &fresh);
	ok = ok && (!fresh || read_credit(db, p, *c, why));
	if (!ok) /* what could not be read is not remembered */
		(void)later_write(db, NULL);
	return ok;
}

static bool allows(const struct allowance *a, int64_t amount, int64_t at)
{
	if (!a->usable || a->expires_at <= at)
		return false;
	return !a->limited ||
	       (a->limit > 0 &&
		(amount == 0 || (wide)a->held + amount + a->used <= a->limit));
}

static bool has(const struct credit *c, int64_t amount)
{
	return amount ? (wide)c->balance - c->held >= amount : c->balance >= 0;
}

static bool write_key(struct db *db, const struct addition *sum,
		      struct fault *why)
{
	const int64_t *latest = sum->latest ? &sum->latest : NULL;

	return db_do(db, why, SQL_PURSE_ADD_KEY, "nnnnnmt", sum->numbers[0],
		     sum->numbers[1], sum->places[0], sum->places[1],
		     sum->places[2], latest, sum->texts[0]);
}

static bool write_credit(struct db *db, const struct addition *sum,
			 struct fault *why)
{
	return db_do(db, why, SQL_PURSE_ADD_CREDIT, "nnt", sum->numbers[0],
		     sum->numbers[1], sum->texts[0]);
}

static void add(struct db *db, const struct purse *p, int64_t held,
		int64_t charge, int64_t used_at)
{
	struct windows in = windows_at(p->at);

	later_add(db, &(struct addition){
			      .write = write_key,
			      .texts = { p->key },
			      .places = { in.day, in.week, in.month },
			      .numbers = { held, charge },
			      .latest = used_at,
		      });
	later_add(db, &(struct addition){ .write = write_credit,
					  .texts = { p->account },
					  .numbers = { held, charge } });
}

enum taken purse_take(struct db *db, const struct purse *purse, int64_t amount,
		      struct fault *why)
{
	struct allowance *a;
	struct credit *c;

	if (!look(db, purse, &a, &c, why))
		return FAILED;
	if (!allows(a, amount, purse->at) || !has(c, amount))
		return SHORT;
	a->held += amount;
	c->held += amount;
	add(db, purse, amount, 0, 0);
	return TAKEN;
}

bool purse_room(struct db *db, const struct purse *purse, struct room *room,
		struct fault *why)
{
	struct allowance *a;
	struct credit *c;
	wide limit, credit;

	if (!look(db, purse, &a, &c, why))
		return false;
	credit = (wide)c->balance - c->held;
	limit = (wide)a->limit - a->held - a->used;
	room->blocked = a->limited && a->limit == 0;
	room->by_key = a->limited && (room->blocked || limit < credit);
	room->nano = wide_narrow(room->by_key ? limit : credit);
	if (room->nano < 0 || room->blocked)
		room->nano = 0;
	return true;
}

void purse_settle(struct db *db, const struct spending *s)
{
	struct allowance *a = later_known(db, &allowances, s->of.key);
	struct credit *c = later_known(db, &credits, s->of.account);

	if (a) {
		a->held -= s->held;
		a->used += s->charge;
	}
	if (c) {
		c->held -= s->held;
		c->balance -= s->charge;
	}
	add(db, &s->of, -s->held, s->charge, s->of.at);
}
