#include "support/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char TALLY_ADD[] = "UPDATE tally SET n = n + :n WHERE id = 1";
const char TALLY_PUT[] = "INSERT INTO tally (id, n) VALUES (:id, :n)";
const char TALLY_SUM[] = "SELECT sum(n) FROM tally";

static const char MAKE[] = "CREATE TABLE IF NOT EXISTS tally ("
			   " id INTEGER PRIMARY KEY, n INTEGER, note TEXT);"
			   "INSERT INTO tally (id, n) VALUES (1, 0)"
			   " ON CONFLICT DO NOTHING";

static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

void scratch_open(struct scratch *scratch)
{
	struct settings *s = &scratch->settings;
	struct db *db;

	snprintf(scratch->folder, sizeof(scratch->folder),
		 "/tmp/turnpike-test-XXXXXX");
	cr_assert(mkdtemp(scratch->folder));
	snprintf(scratch->path, sizeof(scratch->path), "%s/turnpike.db",
		 scratch->folder);
	s->database = scratch->path;
	s->journal = s->journal ? s->journal : "wal";
	s->synchronous = s->synchronous ? s->synchronous : "normal";
	s->busy_wait_ms = s->busy_wait_ms ? s->busy_wait_ms : 30000;
	db = scratch_db(scratch);
	scratch_table(db);
	db_close(db);
}

void scratch_close(struct scratch *scratch)
{
	char name[100];

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", scratch->path,
			 suffixes[i]);
		unlink(name);
	}
	rmdir(scratch->folder);
}

struct db_options scratch_options(const struct scratch *scratch)
{
	return (struct db_options){
		.path = scratch->settings.database,
		.journal = scratch->settings.journal,
		.synchronous = scratch->settings.synchronous,
		.busy_wait_ms = scratch->settings.busy_wait_ms,
	};
}

struct db *scratch_db(const struct scratch *scratch)
{
	struct db_options options = scratch_options(scratch);
	struct fault why = { 0 };
	struct db *db;

	cr_assert(db_open(&options, &db, &why), "%s", why.text);
	return db;
}

void scratch_table(struct db *db)
{
	struct fault why = { 0 };

	cr_assert(db_run(db, MAKE, &why), "%s", why.text);
}

int64_t scratch_number(const struct scratch *scratch, const char *sql)
{
	struct db *db = scratch_db(scratch);
	struct fault why = { 0 };
	struct rows *rows = db_ask(db, sql, "");
	int64_t number = rows_next(rows) ? rows_number(rows, 0) : -1;

	cr_assert(rows_end(rows, &why), "%s", why.text);
	db_close(db);
	return number;
}

int64_t scratch_bytes(const struct scratch *scratch, const char *suffix)
{
	char name[100];
	struct stat file;

	snprintf(name, sizeof(name), "%s%s", scratch->path, suffix);
	return stat(name, &file) == 0 ? file.st_size : -1;
}
