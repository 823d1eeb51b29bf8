#include "store/later.h"

#include "support/row.h"
#include "support/scratch.h"

#include <signal.h>
#include <string.h>

static const char PUT[] =
	"INSERT INTO tally (id, n, note) VALUES (:id, :n, :t)";
static const char COUNT_ALL[] = "SELECT count(*) FROM tally WHERE id > 8";
static const char NUMBER[] = "SELECT n FROM tally WHERE id = :id";

static struct db *db;

static void open_memory(void)
{
	struct db_options options = {
		.path = ":memory:", .journal = "wal", .synchronous = "normal"
	};
	struct fault why = { 0 };

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	scratch_table(db);
}

static void close_memory(void)
{
	db_close(db);
}

TestSuite(later, .init = open_memory, .fini = close_memory, .timeout = 30);

static int64_t number(const char *sql, int64_t id)
{
	struct rows *rows =
		sql == NUMBER ? db_ask(db, sql, "n", id) : db_ask(db, sql, "");
	int64_t n = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, NULL));
	return n;
}

/* One row for each sum, so that two for the same place cannot both be there. */
static bool put(struct db *to, const struct addition *sum, struct fault *why)
{
	return db_do(to, why, PUT, "nnt", sum->places[0], sum->numbers[0],
		     sum->texts[0]);
}

static bool put_high(struct db *to, const struct addition *sum,
		     struct fault *why)
{
	return db_do(to, why, PUT, "nnt", sum->places[0] + 1000,
		     sum->numbers[0], sum->texts[0]);
}

static void add(int64_t place, const char *text, int64_t n)
{
	later_add(db, &(struct addition){ .write = put,
					  .texts = { text },
					  .places = { place },
					  .numbers = { n } });
}

Test(later, what_goes_to_one_row_is_written_once)
{
	cr_assert(db_begin(db, NULL));
	for (int64_t i = 0; i < 40; i++)
		add(10 + i % 2, "x", i);
	cr_expect_eq(number(COUNT_ALL, 0), 0, "nothing is written before");
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(COUNT_ALL, 0), 2);
	cr_expect_eq(number(NUMBER, 10), 380);
	cr_expect_eq(number(NUMBER, 11), 400);
}

/* Each differs from the first in one thing. */
Test(later, rows_are_told_apart_by_all_that_names_them)
{
	struct addition a = { .write = put,
			      .texts = { "a", "b" },
			      .places = { 10 },
			      .numbers = { 1 } };

	cr_assert(db_begin(db, NULL));
	later_add(db, &a);
	a.write = put_high;
	later_add(db, &a);
	a = (struct addition){ .write = put,
			       .texts = { "a" },
			       .places = { 12 },
			       .numbers = { 1 } };
	later_add(db, &a);
	a.places[0] = 13;
	later_add(db, &a);
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(COUNT_ALL, 0), 4);
}

static bool count_texts(struct db *to, const struct addition *sum,
			struct fault *why)
{
	static int64_t id = 100;

	return db_do(to, why, PUT, "nnt", ++id, sum->numbers[0], NULL);
}

Test(later, texts_are_told_apart_by_number_and_place)
{
	static const char *const lists[][2] = {
		{ NULL, NULL }, { "", NULL }, { "", "" },
		{ "a", NULL },	{ "a", "b" }, { "ab", "" },
	};

	cr_assert(db_begin(db, NULL));
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(lists); i++)
			later_add(db,
				  &(struct addition){
					  .write = count_texts,
					  .texts = { lists[i][0], lists[i][1] },
					  .numbers = { 1 } });
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(COUNT_ALL, 0), COUNT(lists));
}

Test(later, texts_need_not_outlive_the_call)
{
	char text[] = "before";

	cr_assert(db_begin(db, NULL));
	add(10, text, 1);
	memcpy(text, "behind", sizeof(text));
	add(10, "before", 2);
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(NUMBER, 10), 3);
}

static const char APPEND[] =
	"INSERT INTO tally (id, n) SELECT max(id) + 1, :n FROM tally";
static const char SUM[] = "SELECT sum(n) FROM tally WHERE id > 1";

/* What earlier steps added may be written when a later one is undone. */
static bool append(struct db *to, const struct addition *sum, struct fault *why)
{
	return db_do(to, why, APPEND, "n", sum->numbers[0]);
}

Test(later, what_a_step_added_goes_with_it)
{
	cr_assert(db_begin(db, NULL));
	for (int64_t i = 0; i < 6; i++) {
		cr_assert(db_step_begin(db, NULL));
		later_add(db, &(struct addition){ .write = append,
						  .numbers = { 1 << i } });
		db_step_end(db, i % 2 == 0, NULL);
	}
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(SUM, 0), 1 + 4 + 16);
}

Test(later, what_was_undone_is_forgotten)
{
	cr_assert(db_begin(db, NULL));
	add(10, "x", 1);
	db_end(db, false, NULL);
	cr_assert(db_begin(db, NULL));
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(COUNT_ALL, 0), 0);
}

static bool refuse(struct db *to, const struct addition *sum, struct fault *why)
{
	(void)to, (void)sum;
	return fault_set(why, FAULT_INTERNAL, "refused");
}

Test(later, what_cannot_be_written_undoes_the_change)
{
	struct fault why = { 0 };

	cr_assert(db_begin(db, NULL));
	cr_assert(db_do(db, NULL, PUT, "nnt", (int64_t)9, (int64_t)1, "x"));
	later_add(db, &(struct addition){ .write = refuse });
	cr_expect_not(db_end(db, true, &why));
	cr_expect_str_eq(why.text, "refused");
	cr_expect_eq(number(COUNT_ALL, 0), 0);
	cr_assert(db_begin(db, NULL));
	cr_expect(db_end(db, true, NULL), "it is not tried again");
}

/* A purse whose windows have ended does so, and may be refused then. */
Test(later, what_a_failing_step_had_written_is_others_and_stays)
{
	cr_assert(db_begin(db, NULL));
	add(10, "x", 1);
	cr_assert(db_step_begin(db, NULL));
	add(11, "x", 1);
	cr_assert(later_write(db, NULL));
	db_step_end(db, false, NULL);
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(NUMBER, 10), 1);
	cr_expect_eq(number(COUNT_ALL, 0), 1);
}

/* Written additions do not make up for changes, or a step's harm would not be
 * seen. */
Test(later, changes_only_grow)
{
	int64_t before;

	cr_assert(db_begin(db, NULL));
	for (int64_t i = 0; i < 5; i++)
		add(10, "x", i);
	before = db_changes(db);
	cr_assert(later_write(db, NULL));
	cr_expect_gt(db_changes(db), before);
	cr_assert(db_end(db, true, NULL));
}

static bool put_latest(struct db *to, const struct addition *sum,
		       struct fault *why)
{
	return db_do(to, why, PUT, "nnt", sum->places[0], sum->latest, NULL);
}

Test(later, keeps_the_latest)
{
	static const int64_t times[] = { 5, 9, 7 };

	cr_assert(db_begin(db, NULL));
	for (size_t i = 0; i < COUNT(times); i++)
		later_add(db, &(struct addition){ .write = put_latest,
						  .places = { 10 },
						  .latest = times[i] });
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(NUMBER, 10), 9);
}

static const char one_table, other_table;

static int64_t *note(const void *table, const char *text)
{
	bool fresh;
	int64_t *bytes = later_note(db, table, text, sizeof(*bytes), &fresh);

	cr_expect_eq(fresh, *bytes == 0);
	return bytes;
}

Test(later, remembers_a_row_while_the_change_lasts)
{
	cr_assert(db_begin(db, NULL));
	*note(&one_table, "a") = 1;
	*note(&one_table, "b") = 2;
	*note(&other_table, "a") = 3;
	cr_expect_eq(*note(&one_table, "a"), 1);
	cr_expect_eq(*note(&one_table, "b"), 2);
	cr_expect_eq(*note(&other_table, "a"), 3);
	cr_expect_null(later_known(db, &other_table, "b"));
	cr_assert(db_end(db, true, NULL));
	cr_expect_null(later_known(db, &one_table, "a"));
}

/* What earlier steps added is in the rows then, for whoever reads again. */
Test(later, a_step_that_is_undone_leaves_nothing_remembered)
{
	cr_assert(db_begin(db, NULL));
	add(10, "x", 1);
	*note(&one_table, "a") = 1;
	cr_assert(db_step_begin(db, NULL));
	add(11, "x", 1);
	db_step_end(db, false, NULL);
	cr_expect_null(later_known(db, &one_table, "a"));
	cr_expect_eq(number(COUNT_ALL, 0), 1);
	cr_expect_eq(number(NUMBER, 10), 1);
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(COUNT_ALL, 0), 1);
}

Test(later, outside_a_change_it_ends_the_process, .signal = SIGABRT)
{
	add(10, "x", 1);
}
