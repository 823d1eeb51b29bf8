#include "store/db_backup.h"

#include "base/arena.h"
#include "store/sql.h"
#include "support/row.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(db_backup, .timeout = 30);

/* A folder with a database that is too large for one step of the copy. */
struct place {
	struct arena *arena;
	const char *folder, *path, *copy;
	struct db *db;
};

static struct db *opened(const char *path, const char *journal)
{
	/* As long as the connections, of which a test has a few. */
	static struct db_options all[8];
	static size_t used;
	struct db_options *options = &all[used++];
	struct fault why = { 0 };
	struct db *db;

	cr_assert_leq(used, sizeof(all) / sizeof(all[0]));
	*options = (struct db_options){ .path = path,
					.journal = journal,
					.synchronous = "normal",
					.busy_wait_ms = 20 };
	cr_assert(db_open(options, &db, &why), "%s", why.text);
	return db;
}

static void run(struct db *db, const char *sql)
{
	struct fault why = { 0 };

	cr_assert(db_run(db, sql, &why), "%s", why.text);
}

static int64_t number(struct db *db, const char *sql)
{
	struct rows *rows = db_ask(db, sql, "");
	struct fault why = { 0 };
	int64_t found = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, &why), "%s", why.text);
	return found;
}

static struct place place(const char *journal)
{
	struct place p = { .arena = arena_new() };
	char *folder = arena_print(p.arena, "/tmp/backup.XXXXXX");

	cr_assert_not_null(mkdtemp(folder));
	p.folder = folder;
	p.path = arena_print(p.arena, "%s/own.db", folder);
	p.copy = arena_print(p.arena, "%s/copy.db", folder);
	p.db = opened(p.path, journal);
	run(p.db, "CREATE TABLE ballast (text TEXT);"
		  "WITH RECURSIVE n(i) AS"
		  " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
		  "INSERT INTO ballast SELECT hex(randomblob(400)) FROM n");
	return p;
}

static int files_in(const struct place *p)
{
	char command[128];
	int count = -1;
	FILE *list;

	snprintf(command, sizeof(command), "ls %s | wc -l", p->folder);
	list = popen(command, "r");
	cr_assert_eq(fscanf(list, "%d", &count), 1);
	pclose(list);
	return count;
}

static void leave(struct place *p)
{
	char command[128];

	db_close(p->db);
	snprintf(command, sizeof(command), "rm -r %s", p->folder);
	cr_expect_eq(system(command), 0);
	arena_free(p->arena);
}

/* Hears of each step, and may write in the middle of the copy. */
struct hearing {
	struct db *other;
	int steps, stop_at;
	int64_t all;
	bool blocked;
};

static bool heard(void *who, int64_t done, int64_t all)
{
	struct hearing *h = who;

	cr_expect(done >= 0 && done <= all);
	h->all = all;
	h->steps++;
	if (h->other)
		h->blocked |= !db_run(h->other, "DELETE FROM ballast", NULL);
	return h->steps != h->stop_at;
}

static bool back_up(struct place *p, struct hearing *h, bool replace,
		    struct fault *why)
{
	const struct backup_ear ear = { .progress = heard, .who = h };

	return db_backup(p->db, p->copy, replace, &ear, why);
}

Test(db_backup, is_of_the_moment_when_it_began)
{
	struct place p = place("wal");
	struct hearing h = { .other = opened(p.path, "wal") };
	struct fault why = { 0 };
	struct db *copy;

	cr_assert(back_up(&p, &h, false, &why), "%s", why.text);
	cr_expect_gt(h.steps, 1, "it was all in one step");
	cr_expect(!h.blocked, "a writer had to wait");
	cr_expect_eq(number(p.db, "SELECT count(*) FROM ballast"), 0);
	copy = opened(p.copy, "wal");
	cr_expect_eq(number(copy, "SELECT count(*) FROM ballast"), 6000);
	db_close(copy);
	db_close(h.other);
	leave(&p);
}

Test(db_backup, makes_writers_wait_with_the_rollback_journal)
{
	struct place p = place("rollback");
	struct hearing h = { .other = opened(p.path, "rollback") };
	struct fault why = { 0 };
	struct db *copy;

	cr_assert(back_up(&p, &h, false, &why), "%s", why.text);
	cr_expect(h.blocked);
	copy = opened(p.copy, "rollback");
	cr_expect_eq(number(copy, "SELECT count(*) FROM ballast"), 6000);
	db_close(copy);
	db_close(h.other);
	leave(&p);
}

Test(db_backup, is_one_file_for_its_owner_alone)
{
	struct place p = place("wal");
	struct hearing h = { 0 };
	struct fault why = { 0 };
	struct stat facts;
	int before = files_in(&p);

	umask(0);
	cr_assert(back_up(&p, &h, false, &why), "%s", why.text);
	cr_assert_eq(stat(p.copy, &facts), 0);
	cr_expect_eq(facts.st_mode & 07777, 0600);
	cr_expect_eq(files_in(&p), before + 1);
	leave(&p);
}

static const struct {
	const char *label;
	bool replace;
	int stop_at;
	const char *there; /* what is at the copy's place before */
	enum fault_kind kind;
} refusals[] = {
	{ "there already", false, 0, "precious", FAULT_CONFLICT },
	{ "given up at once", false, 1, NULL, FAULT_GONE },
	{ "given up later", true, 2, "precious", FAULT_GONE },
};

EACH(db_backup, leaves_all_as_it_was_when_it_fails, refusals)
{
	struct place p = place("wal");
	struct hearing h = { .stop_at = row->stop_at };
	struct fault why = { 0 };
	char text[16] = "";
	int before, fd;

	if (row->there) {
		fd = open(p.copy, O_WRONLY | O_CREAT, 0644);
		cr_assert_eq(write(fd, row->there, 8), 8);
		close(fd);
	}
	before = files_in(&p);
	cr_expect(!back_up(&p, &h, row->replace, &why), "%s", row->label);
	cr_expect_eq(why.kind, row->kind, "%s: %s", row->label, why.text);
	cr_expect_eq(files_in(&p), before, "%s", row->label);
	if (row->there) {
		fd = open(p.copy, O_RDONLY);
		cr_expect_eq(read(fd, text, sizeof(text)), 8);
		cr_expect_str_eq(text, row->there);
		close(fd);
	}
	cr_expect(!db_changing(p.db), "%s", row->label);
	leave(&p);
}

Test(db_backup, is_never_put_over_the_database_itself)
{
	struct place p = place("wal");
	struct hearing h = { 0 };
	struct fault why = { 0 };

	cr_assert_eq(symlink(p.path, p.copy), 0);
	cr_expect(!back_up(&p, &h, true, &why));
	cr_expect_eq(why.kind, FAULT_CONFLICT);
	cr_expect_eq(number(p.db, "SELECT count(*) FROM ballast"), 6000);
	leave(&p);
}
