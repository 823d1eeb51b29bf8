#include "store/db.h"

#include "store/sql.h"

#include "support/row.h"
#include "support/scratch.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a database comes to be and is opened. */

TestSuite(db_open, .timeout = 60);

static const char VERSION[] = "PRAGMA user_version";

static mode_t mode_of(const struct scratch *s, const char *suffix)
{
	char name[100];
	struct stat file;

	snprintf(name, sizeof(name), "%s%s", s->path, suffix);
	return stat(name, &file) == 0 ? file.st_mode & 07777 : 0;
}

static const struct {
	const char *label;
	mode_t mask;
} masks[] = {
	{ "none", 0 },
	{ "usual", 022 },
	{ "own", 077 },
	{ "everything", 0777 },
};

EACH(db_open, files_are_their_owners_alone, masks)
{
	struct scratch s = { 0 };
	struct db *db;

	scratch_open(&s);
	scratch_close(&s);
	cr_assert_eq(mkdir(s.folder, 0700), 0);
	umask(row->mask);
	db = scratch_db(&s);
	cr_assert(db_run(db, "CREATE TABLE x (y)", NULL));
	cr_expect_eq(mode_of(&s, ""), 0600, "%s", row->label);
	cr_expect_eq(mode_of(&s, "-wal"), 0600, "%s", row->label);
	cr_expect_eq(mode_of(&s, "-shm"), 0600, "%s", row->label);
	db_close(db);
	scratch_close(&s);
}

Test(db_open, a_file_that_is_there_keeps_its_mode)
{
	struct scratch s = { 0 };

	scratch_open(&s);
	cr_assert_eq(chmod(s.path, 0660), 0);
	db_close(scratch_db(&s));
	cr_expect_eq(mode_of(&s, ""), 0660);
	scratch_close(&s);
}

static const struct {
	const char *label, *journal, *synchronous, *question;
	int64_t answer;
} properties[] = {
	{ "page size", "wal", "normal", "PRAGMA page_size", 1024 },
	{ "page size", "rollback", "normal", "PRAGMA page_size", 1024 },
	{ "normal", "wal", "normal", "PRAGMA synchronous", 1 },
	{ "full", "wal", "full", "PRAGMA synchronous", 2 },
	{ "normal", "rollback", "normal", "PRAGMA synchronous", 1 },
	{ "references", "wal", "normal", "PRAGMA foreign_keys", 1 },
	{ "schema is not trusted", "wal", "normal", "PRAGMA trusted_schema",
	  0 },
	{ "no checkpoints by commits", "wal", "normal",
	  "PRAGMA wal_autocheckpoint", 0 },
	{ "nothing mapped", "wal", "normal", "PRAGMA mmap_size", 0 },
	{ "cache", "wal", "normal", "PRAGMA cache_size", -256 },
	{ "temporary tables", "wal", "normal", "PRAGMA temp_store", 2 },
	{ "wal", "wal", "normal",
	  "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
	{ "rollback", "rollback", "normal",
	  "SELECT journal_mode = 'truncate' FROM pragma_journal_mode", 1 },
};

EACH(db_open, a_connection_has_its_properties, properties)
{
	struct scratch s = { .settings = { .journal = row->journal,
					   .synchronous = row->synchronous } };

	scratch_open(&s);
	cr_expect_eq(scratch_number(&s, row->question), row->answer, "%s",
		     row->label);
	scratch_close(&s);
}

Test(db_open, the_log_stays_when_the_last_one_leaves)
{
	struct scratch s = { 0 };
	struct db *db;

	scratch_open(&s);
	db = scratch_db(&s);
	cr_assert(db_do(db, NULL, TALLY_ADD, "n", (int64_t)1));
	db_close(db);
	cr_expect_gt(scratch_bytes(&s, "-wal"), 0);
	cr_expect_eq(scratch_number(&s, TALLY_SUM), 1);
	scratch_close(&s);
}

/* An operator may change his mind; what was in the log comes along. */
Test(db_open, the_journal_can_be_changed)
{
	struct scratch s = { 0 };
	struct db *db;

	scratch_open(&s);
	db = scratch_db(&s);
	cr_assert(db_do(db, NULL, TALLY_ADD, "n", (int64_t)1));
	db_close(db);
	s.settings.journal = "rollback";
	cr_expect_eq(scratch_number(&s, TALLY_SUM), 1);
	s.settings.journal = "wal";
	cr_expect_eq(scratch_number(&s, TALLY_SUM), 1);
	scratch_close(&s);
}

static const struct {
	const char *label, *journal, *synchronous, *damage, *says;
} refusals[] = {
	{ "journal", "memory", "normal", NULL, "only wal and rollback" },
	{ "synchronous", "wal", "off", NULL, "only normal and full" },
	{ "newer schema", "wal", "normal", "PRAGMA user_version = 1000",
	  "install the newer release" },
	{ "damaged schema", "wal", "normal", "PRAGMA user_version = 0",
	  "already exists" },
};

EACH(db_open, a_refusal_says_what_to_do, refusals)
{
	struct scratch s = { 0 };
	struct fault why = { 0 };
	struct db_options options;
	struct db *db;

	scratch_open(&s);
	if (row->damage) {
		db = scratch_db(&s);
		cr_assert(db_run(db, row->damage, NULL));
		db_close(db);
	}
	s.settings.journal = row->journal;
	s.settings.synchronous = row->synchronous;
	options = scratch_options(&s);
	cr_expect(!db_open(&options, &db, &why), "%s", row->label);
	cr_expect_eq(why.kind, FAULT_INTERNAL, "%s", row->label);
	cr_expect(strstr(why.text, row->says), "%s: %s", row->label, why.text);
	scratch_close(&s);
}

static const struct {
	const char *label, *path, *says;
} places[] = {
	{ "no such folder", "/tmp/turnpike-no-folder/db",
	  "/tmp/turnpike-no-folder/db: No such file" },
	{ "a folder", "/tmp", "/tmp" },
	{ "no database", "/proc/self/status", "database" },
	{ "nameless", "", "No such file" },
};

EACH(db_open, what_cannot_be_opened_is_named, places)
{
	struct db_options options = { .path = row->path,
				      .journal = "wal",
				      .synchronous = "normal" };
	struct fault why = { 0 };
	struct db *db = NULL;

	cr_expect(!db_open(&options, &db, &why), "%s", row->label);
	cr_expect_null(db);
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect(strstr(why.text, row->says), "%s: %s", row->label, why.text);
}

/* As it happens when the operator's command and the web server run as two
 * users. Root may write what it likes, so it becomes nobody. */
Test(db_open, a_file_of_somebody_else_is_refused)
{
	struct scratch s = { 0 };
	struct db_options options;
	struct fault why = { 0 };
	struct db *db;

	scratch_open(&s);
	options = scratch_options(&s);
	cr_assert_eq(chmod(s.folder, 0755), 0);
	cr_assert_eq(chmod(s.path, 0444), 0);
	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	cr_expect(!db_open(&options, &db, &why));
	cr_expect(strstr(why.text, "may only be read"), "%s", why.text);
	(void)!seteuid(getuid());
	scratch_close(&s);
}

Test(db_open, a_file_that_is_no_database_is_left_as_it_is)
{
	char text[] = "This is somebody's letter, long enough to have a "
		      "header's hundred bytes, were it a database at all. It "
		      "is none.";
	char path[] = "/tmp/turnpike-letter-XXXXXX", after[sizeof(text)];
	struct db_options options = { .path = path,
				      .journal = "wal",
				      .synchronous = "normal" };
	struct fault why = { 0 };
	struct db *db;
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, text, sizeof(text)), (ssize_t)sizeof(text));
	cr_expect(!db_open(&options, &db, &why));
	cr_expect(strstr(why.text, "not a database"), "%s", why.text);
	cr_assert_eq(pread(fd, after, sizeof(after), 0), (ssize_t)sizeof(text));
	cr_expect_arr_eq(after, text, sizeof(text));
	close(fd);
	unlink(path);
}

Test(db_open, an_older_schema_is_brought_up_to_date)
{
	struct scratch s = { 0 };
	sqlite3 *old;

	scratch_open(&s);
	scratch_close(&s);
	cr_assert_eq(mkdir(s.folder, 0700), 0);
	cr_assert_gt(SQL_SCHEMA_STEPS, 1);
	sqlite3_open(s.path, &old);
	sqlite3_exec(old, SQL_SCHEMA[0], NULL, NULL, NULL);
	sqlite3_exec(old, "PRAGMA user_version = 1", NULL, NULL, NULL);
	sqlite3_close(old);
	cr_expect_eq(scratch_number(&s, "SELECT count(*) FROM generation"), 0);
	cr_expect_eq(scratch_number(&s, VERSION), (int64_t)SQL_SCHEMA_STEPS);
	scratch_close(&s);
}

enum { STARTERS = 8, STARTS = 5 };

/* Open at the same moment as the others, and say by the exit status how. */
static void start_at(const struct scratch *s, int gun)
{
	struct db_options options = scratch_options(s);
	struct fault why = { 0 };
	struct db *db;
	char byte;

	(void)!read(gun, &byte, 1);
	if (db_open(&options, &db, &why))
		_exit(0);
	fprintf(stderr, "%s\n", why.text);
	_exit(1);
}

static const struct {
	const char *label, *journal;
} journals[] = {
	{ "wal", "wal" },
	{ "rollback", "rollback" },
};

EACH(db_open, processes_that_open_a_new_file_at_once_all_succeed, journals)
{
	struct scratch s = { .settings = { .journal = row->journal } };

	scratch_open(&s);
	for (int start = 0; start < STARTS; start++) {
		int gun[2], status, bad = 0;

		scratch_close(&s);
		cr_assert_eq(mkdir(s.folder, 0700), 0);
		cr_assert_eq(pipe(gun), 0);
		for (int i = 0; i < STARTERS; i++)
			if (fork() == 0) {
				close(gun[1]);
				start_at(&s, gun[0]);
			}
		close(gun[0]);
		close(gun[1]);
		for (int i = 0; i < STARTERS; i++)
			bad += wait(&status) < 0 || status != 0;
		cr_expect_eq(bad, 0, "%s", row->label);
		cr_expect_eq(scratch_number(&s, VERSION),
			     (int64_t)SQL_SCHEMA_STEPS);
	}
	scratch_close(&s);
}

Test(db_open, leaves_no_descriptor_behind)
{
	struct scratch s = { 0 };
	int before, after;

	scratch_open(&s);
	before = open("/dev/null", O_RDONLY);
	close(before);
	for (int i = 0; i < 20; i++)
		db_close(scratch_db(&s));
	after = open("/dev/null", O_RDONLY);
	close(after);
	cr_expect_eq(after, before);
	db_close(NULL);
	scratch_close(&s);
}
