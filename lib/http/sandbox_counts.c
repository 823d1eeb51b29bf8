#include "http/sandbox_counts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FULL = 64 << 20, /* bytes of the file */
	LINE = 512,
	WORD = 64,
	NAMES = 1000,
	ABORTS = 100,
};

struct sandbox_counts {
	char *path;
	int fd; /* -1: it could not be opened */
};

static const char *const ends[] = {
	[SANDBOX_ANSWERED] = "answered", [SANDBOX_REFUSED] = "refused",
	[SANDBOX_BROKEN] = "broken",	 [SANDBOX_ABORTED] = "aborted",
	[SANDBOX_STOPPED] = "stopped",
};

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

struct sandbox_counts *sandbox_counts_new(const char *home)
{
	struct sandbox_counts *c = calloc(1, sizeof(*c));

	if (!c || asprintf(&c->path, "%s/sandbox.log", home) < 0)
		abort();
	c->fd = open(c->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0660);
	return c;
}

void sandbox_counts_free(struct sandbox_counts *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->path);
	free(c);
}

static bool is_full(const struct sandbox_counts *c)
{
	struct stat info;

	return fstat(c->fd, &info) != 0 || info.st_size >= FULL;
}

/* TEXT as one word of printable ASCII; "-" for nothing. */
static void word(const char *text, char out[WORD + 1])
{
	size_t len = 0;

	for (; text && text[len] && len < WORD; len++) {
		out[len] = text[len];
		if (text[len] <= ' ' || text[len] >= 0x7f)
			out[len] = '_';
	}
	if (!len)
		out[len++] = '-';
	out[len] = '\0';
}

/* One write() for a line, so that those of several processes never mix. */
static void append(struct sandbox_counts *c, const struct sandbox_visit *visit,
		   const char *rest)
{
	char model[WORD + 1], user[WORD + 1], line[LINE];
	int len;

	if (c->fd < 0 || is_full(c))
		return;
	word(visit->model, model);
	word(visit->user, user);
	len = snprintf(line, sizeof(line), "%s %s %s %s\n", visit->mount, model,
		       user, rest);
	if (write(c->fd, line, (size_t)len) != len)
		return; /* the disk is full: the request is not the worse */
}

void sandbox_counts_begin(struct sandbox_counts *c,
			  const struct sandbox_visit *visit)
{
	char peer[WORD + 1], rest[WORD + 16];

	word(visit->peer, peer);
	snprintf(rest, sizeof(rest), "begin %s", peer);
	append(c, visit, rest);
}

void sandbox_counts_end(struct sandbox_counts *c,
			const struct sandbox_visit *visit,
			const struct sandbox_outcome *outcome)
{
	char rest[WORD];

	snprintf(rest, sizeof(rest), "%s %lld", ends[outcome->end],
		 (long long)outcome->events);
	append(c, visit, rest);
}

/* A line of the file, taken apart. */
struct entry {
	char mount[WORD + 1], model[WORD + 1], user[WORD + 1];
	char what[WORD + 1], detail[WORD + 1];
};

static bool read_entry(const char *line, struct entry *e)
{
	return sscanf(line, "%64s %64s %64s %64s %64s", e->mount, e->model,
		      e->user, e->what, e->detail) == 5;
}

static bool matches(const struct sandbox_visit *which, const struct entry *e)
{
	char model[WORD + 1], user[WORD + 1];

	word(which->model, model);
	word(which->user, user);
	return !strcmp(which->mount, e->mount) &&
	       (!which->model || !strcmp(model, e->model)) &&
	       (!which->user || !strcmp(user, e->user));
}

static void add(json_t *tally, const char *name, int64_t amount)
{
	json_t *number = json_object_get(tally, name);

	json_integer_set(number, json_integer_value(number) + amount);
}

static json_t *new_tally(void)
{
	json_t *tally = json_pack("{s:i, s:i, s:i, s:i}", "requests", 0, "open",
				  0, "events", 0, "aborted_events", 0);

	for (size_t i = 0; i < ENDS; i++)
		json_object_set_new(tally, ends[i], json_integer(0));
	return tally;
}

/* The tally of NAME among others; beyond a thousand names they share one. */
static json_t *tally_of(json_t *tallies, const char *name)
{
	json_t *tally = json_object_get(tallies, name);

	if (!tally && json_object_size(tallies) >= NAMES)
		tally = json_object_get(tallies, name = "(others)");
	if (!tally)
		json_object_set_new(tallies, name, tally = new_tally());
	return tally;
}

static void count(json_t *tally, const struct entry *e)
{
	int64_t events = strtoll(e->detail, NULL, 10);

	if (!strcmp(e->what, "begin")) {
		add(tally, "requests", 1);
		add(tally, "open", 1);
		return;
	}
	add(tally, e->what, 1);
	if (json_integer_value(json_object_get(tally, "open")) > 0)
		add(tally, "open", -1); /* its beginning may be forgotten */
	add(tally, "events", events);
	if (!strcmp(e->what, ends[SANDBOX_ABORTED]))
		add(tally, "aborted_events", events);
}

/* Everything that is summed up. */
struct sums {
	json_t *all, *models, *users, *peers, *aborts;
};

static void note_abort(json_t *aborts, const struct entry *e)
{
	if (json_array_size(aborts) == ABORTS)
		json_array_remove(aborts, 0);
	json_array_append_new(
		aborts,
		json_pack("{s:s, s:s, s:I}", "model", e->model, "user", e->user,
			  "events", (json_int_t)strtoll(e->detail, NULL, 10)));
}

static void sum_up(struct sums *s, const struct entry *e)
{
	count(s->all, e);
	count(tally_of(s->models, e->model), e);
	count(tally_of(s->users, e->user), e);
	if (!strcmp(e->what, "begin"))
		json_object_set_new(s->peers, e->detail, json_true());
	if (!strcmp(e->what, ends[SANDBOX_ABORTED]))
		note_abort(s->aborts, e);
}

static void sum_file(FILE *file, const struct sandbox_visit *which,
		     struct sums *s)
{
	char line[LINE];
	struct entry e;

	while (fgets(line, sizeof(line), file))
		if (read_entry(line, &e) && matches(which, &e))
			sum_up(s, &e);
}

bool sandbox_counts_sum(struct sandbox_counts *c,
			const struct sandbox_visit *which, json_t **sums,
			struct fault *why)
{
	FILE *file = c->fd < 0 ? NULL : fopen(c->path, "re");
	struct sums s;

	if (!file)
		return fault_set(why, FAULT_INTERNAL, "cannot open %s: %s",
				 c->path, strerror(errno));
	s = (struct sums){ new_tally(), json_object(), json_object(),
			   json_object(), json_array() };
	sum_file(file, which, &s);
	fclose(file);
	json_object_set_new(
		s.all, "connections",
		json_integer((json_int_t)json_object_size(s.peers)));
	json_object_set_new(s.all, "full", json_boolean(is_full(c)));
	json_object_set_new(s.all, "models", s.models);
	json_object_set_new(s.all, "users", s.users);
	json_object_set_new(s.all, "aborts", s.aborts);
	json_decref(s.peers);
	*sums = s.all;
	return true;
}

bool sandbox_counts_clear(struct sandbox_counts *c, struct fault *why)
{
	if (c->fd < 0 || ftruncate(c->fd, 0) != 0)
		return fault_set(why, FAULT_INTERNAL, "cannot empty %s: %s",
				 c->path, strerror(errno));
	return true;
}
