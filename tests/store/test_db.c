#include "store/db.h"

#include "support/row.h"
#include "support/scratch.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* One connection, in memory: questions, values, changes. */

static const char PUT_NOTE[] =
	"INSERT INTO tally (id, n, note) VALUES (:id, :n, :note)";
static const char TYPES[] =
	"SELECT typeof(n), n, typeof(note), note FROM tally WHERE id = :id";
static const char COUNT_ALL[] = "SELECT count(*) FROM tally";
static const char UP_TO[] = "SELECT n FROM tally WHERE n <= :n ORDER BY n";
static const char TWICE[] = "SELECT :a + :b + :a";
static const char BROKEN[] = "SELECT missing FROM nowhere";
static const char DOUBLE[] = "INSERT INTO tally (id, n) VALUES (1, 1)";

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

TestSuite(db, .init = open_memory, .fini = close_memory, .timeout = 30);

static int64_t number(const char *sql)
{
	struct rows *rows = db_ask(db, sql, "");
	int64_t n = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, NULL));
	return n;
}

static const int64_t seven = 7, nought = 0, most = INT64_MAX;

static const struct {
	const char *label;
	const char kinds[4];
	int64_t n;
	const int64_t *maybe;
	const char *note;
	const char *n_type, *note_type;
} values[] = {
	{ "number and text", "nnt", 3, NULL, "three", "integer", "text" },
	{ "null text", "nnt", 3, NULL, NULL, "integer", "null" },
	{ "empty text", "nnt", 3, NULL, "", "integer", "text" },
	{ "text like a number", "nnt", 3, NULL, "0012", "integer", "text" },
	{ "maybe: it is", "nmt", 7, &seven, "x", "integer", "text" },
	{ "maybe: nought", "nmt", 0, &nought, "x", "integer", "text" },
	{ "maybe: largest", "nmt", INT64_MAX, &most, "x", "integer", "text" },
	{ "maybe not", "nmt", 0, NULL, "x", "null", "text" },
	{ "smallest", "nnt", INT64_MIN, NULL, "x", "integer", "text" },
	{ "quotes", "nnt", 1, NULL, "'; DROP TABLE tally; --", "integer",
	  "text" },
};

EACH(db, values_come_back_as_they_went_in, values)
{
	struct rows *rows;

	if (row->kinds[1] == 'm')
		cr_assert(db_do(db, NULL, PUT_NOTE, row->kinds, (int64_t)5,
				row->maybe, row->note));
	else
		cr_assert(db_do(db, NULL, PUT_NOTE, row->kinds, (int64_t)5,
				row->n, row->note));
	rows = db_ask(db, TYPES, "n", (int64_t)5);
	cr_assert(rows_next(rows), "%s", row->label);
	cr_expect_str_eq(rows_text(rows, 0), row->n_type, "%s", row->label);
	cr_expect_eq(rows_number(rows, 1), row->n, "%s", row->label);
	cr_expect_eq(rows_null(rows, 1), !strcmp(row->n_type, "null"), "%s",
		     row->label);
	cr_expect_str_eq(rows_text(rows, 2), row->note_type, "%s", row->label);
	cr_expect_str_eq(rows_text(rows, 3), row->note ? row->note : "", "%s",
			 row->label);
	cr_expect_eq(rows_null(rows, 3), !row->note, "%s", row->label);
	cr_expect(!rows_next(rows));
	cr_expect(rows_end(rows, NULL));
}

Test(db, a_name_that_appears_again_takes_one_value)
{
	struct rows *rows = db_ask(db, TWICE, "nn", (int64_t)100, (int64_t)1);

	cr_assert(rows_next(rows));
	cr_expect_eq(rows_number(rows, 0), 201);
	rows_end(rows, NULL);
}

Test(db, text_is_read_before_db_ask_returns)
{
	char note[] = "before";
	struct rows *rows;

	db_do(db, NULL, PUT_NOTE, "nnt", (int64_t)2, (int64_t)2, note);
	rows = db_ask(db, "SELECT :note", "t", note);
	memcpy(note, "after!", 6);
	cr_assert(rows_next(rows));
	cr_expect_str_eq(rows_text(rows, 0), "before");
	rows_end(rows, NULL);
}

Test(db, a_question_left_in_the_middle_starts_anew)
{
	for (int64_t i = 2; i < 10; i++)
		cr_assert(db_do(db, NULL, TALLY_PUT, "nn", i, i));
	for (int i = 0; i < 3; i++) {
		struct rows *rows = db_ask(db, UP_TO, "n", (int64_t)5);

		cr_assert(rows_next(rows));
		cr_expect_eq(rows_number(rows, 0), 0);
		cr_expect(rows_end(rows, NULL));
	}
}

/* Each number's own smaller ones, by the same statement, three deep. */
static int64_t steps_down(int64_t n)
{
	struct rows *rows = db_ask(db, UP_TO, "n", n);
	int64_t found = 0;

	while (rows_next(rows)) {
		int64_t below = rows_number(rows, 0);

		found += 1 + (below > 0 && below < n ? steps_down(below) : 0);
	}
	cr_expect(rows_end(rows, NULL));
	return found;
}

Test(db, a_question_can_be_asked_while_its_rows_are_read)
{
	for (int64_t i = 1; i < 4; i++)
		cr_assert(db_do(db, NULL, TALLY_PUT, "nn", i + 10, i));
	/* 0 1 2 3, below 1: 0 1, below 2: 0 1 2 and below 1 again */
	cr_expect_eq(steps_down(3), 4 + 2 + (3 + 2));
	cr_expect_eq(steps_down(1), 2);
}

Test(db, many_statements_are_kept)
{
	static char sql[500][32];

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 500; i++) {
			if (!round)
				snprintf(sql[i], sizeof(sql[i]), "SELECT %d",
					 i);
			cr_expect_eq(number(sql[i]), i);
		}
}

Test(db, an_unfit_question_says_so_at_its_end)
{
	struct fault why = { 0 };
	struct rows *rows = db_ask(db, BROKEN, "");

	cr_expect(!rows_next(rows));
	cr_expect(!rows_next(rows));
	cr_expect(!rows_end(rows, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect(strstr(why.text, "nowhere"), "%s", why.text);
	cr_expect(!db_do(db, NULL, BROKEN, ""));
}

Test(db, a_fault_is_told_in_its_own_words)
{
	struct fault why = { 0 };
	struct rows *rows = db_ask(db, DOUBLE, "");

	cr_expect(!rows_next(rows));
	cr_expect_eq(number(COUNT_ALL), 1);
	cr_expect(!rows_end(rows, &why));
	cr_expect(strstr(why.text, "UNIQUE"), "%s", why.text);
}

Test(db, a_statement_works_again_after_it_failed)
{
	cr_expect(!db_do(db, NULL, TALLY_PUT, "nn", (int64_t)1, (int64_t)1));
	cr_expect(db_do(db, NULL, TALLY_PUT, "nn", (int64_t)2, (int64_t)1));
	cr_expect_eq(number(COUNT_ALL), 2);
}

static const struct {
	const char *label, *sql;
	int64_t id, changed;
} changes[] = {
	{ "one", "UPDATE tally SET n = 1 WHERE id = ?", 1, 1 },
	{ "none", "UPDATE tally SET n = 1 WHERE id = ?", 99, 0 },
	{ "none deleted", "DELETE FROM tally WHERE id = ?", 99, 0 },
	{ "all", "UPDATE tally SET n = 1 WHERE id > ?", 0, 3 },
	{ "none inserted",
	  "INSERT INTO tally (id) VALUES (?) ON CONFLICT DO NOTHING", 1, 0 },
};

EACH(db, changed_rows_are_counted, changes)
{
	struct fault why = { 0 };
	bool found;

	db_do(db, NULL, TALLY_PUT, "nn", (int64_t)2, (int64_t)0);
	db_do(db, NULL, TALLY_PUT, "nn", (int64_t)3, (int64_t)0);
	found = db_must(db, &why, "no such tally", row->sql, "n", row->id);
	cr_expect_eq(db_changed(db), row->changed, "%s", row->label);
	cr_expect_eq(found, row->changed > 0, "%s", row->label);
	cr_expect_eq(why.kind, found ? FAULT_NONE : FAULT_NOT_FOUND);
	cr_expect_str_eq(why.text, found ? "" : "no such tally");
}

Test(db, a_change_stands_or_falls_whole)
{
	cr_assert(db_begin(db, NULL));
	cr_expect(db_changing(db));
	db_do(db, NULL, TALLY_ADD, "n", (int64_t)5);
	cr_expect(!db_end(db, false, NULL));
	cr_expect(!db_changing(db));
	cr_expect_eq(number(TALLY_SUM), 0);

	cr_assert(db_begin(db, NULL));
	db_do(db, NULL, TALLY_ADD, "n", (int64_t)5);
	cr_expect(db_end(db, true, NULL));
	cr_expect_eq(number(TALLY_SUM), 5);
}

Test(db, a_step_falls_alone)
{
	cr_assert(db_begin(db, NULL));
	for (int64_t i = 0; i < 6; i++) {
		cr_assert(db_step_begin(db, NULL));
		db_do(db, NULL, TALLY_ADD, "n", (int64_t)1 << i);
		db_do(db, NULL, TALLY_PUT, "nn", i + 2, (int64_t)0);
		cr_expect_eq(db_step_end(db, i % 2 == 0, NULL), i % 2 == 0);
	}
	cr_assert(db_end(db, true, NULL));
	cr_expect_eq(number(TALLY_SUM), 1 + 4 + 16);
	cr_expect_eq(number(COUNT_ALL), 1 + 3);
}

/* Statements whose kinds do not fit, or that are not constants, are faults of
 * ours, which would otherwise show as null in the books. */
Test(db, too_few_values_end_the_process, .signal = SIGABRT)
{
	db_do(db, NULL, TALLY_PUT, "n", (int64_t)1);
}

Test(db, an_unknown_kind_ends_the_process, .signal = SIGABRT)
{
	db_do(db, NULL, TALLY_ADD, "x", (int64_t)1);
}

Test(db, text_that_is_no_constant_ends_the_process, .signal = SIGABRT)
{
	char sql[] = "SELECT 1";

	number(sql);
	sql[7] = '2';
	number(sql);
}
