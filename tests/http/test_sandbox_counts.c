#include "http/sandbox_counts.h"

#include "support/row.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Counts in a folder of their own. */
struct desk {
	char home[32];
	struct sandbox_counts *counts;
};

static void open_desk(struct desk *d)
{
	*d = (struct desk){ .home = "/tmp/sandbox-XXXXXX" };
	cr_assert(mkdtemp(d->home));
	d->counts = sandbox_counts_new(d->home);
}

static void close_desk(struct desk *d)
{
	char path[64];

	sandbox_counts_free(d->counts);
	snprintf(path, sizeof(path), "%s/sandbox.log", d->home);
	unlink(path);
	rmdir(d->home);
}

static void visit(struct sandbox_counts *c, struct sandbox_visit v,
		  enum sandbox_end end, int64_t events)
{
	struct sandbox_outcome outcome = { end, 200, events };

	sandbox_counts_begin(c, &v);
	sandbox_counts_end(c, &v, &outcome);
}

static json_int_t number(json_t *sums, const char *name)
{
	cr_expect(json_is_integer(json_object_get(sums, name)), "%s", name);
	return json_integer_value(json_object_get(sums, name));
}

/* Seven visits by two users, over three connections, at two mounts. */
static void fill(struct sandbox_counts *c)
{
	visit(c, (struct sandbox_visit){ "sandbox", "lorem", "me", "a:1" },
	      SANDBOX_ANSWERED, 9);
	visit(c, (struct sandbox_visit){ "sandbox", "lorem", "me", "a:1" },
	      SANDBOX_ABORTED, 3);
	visit(c, (struct sandbox_visit){ "sandbox", "lorem", "you", "a:2" },
	      SANDBOX_BROKEN, 2);
	visit(c, (struct sandbox_visit){ "sandbox", "echo", NULL, "a:2" },
	      SANDBOX_REFUSED, 0);
	visit(c, (struct sandbox_visit){ "sandbox", "echo", "me", NULL },
	      SANDBOX_STOPPED, 1);
	visit(c, (struct sandbox_visit){ "sandbox2", "echo", "me", "a:9" },
	      SANDBOX_ANSWERED, 1);
	sandbox_counts_begin(
		c, &(struct sandbox_visit){ "sandbox", "echo", "me", "a:1" });
}

static const struct {
	const char *label;
	struct sandbox_visit which;
	json_int_t requests, connections, answered, refused, broken, aborted,
		stopped, open, events, aborted_events;
	size_t models, users, aborts;
} sums[] = {
	{ "a mount",
	  { "sandbox", NULL, NULL, NULL },
	  6,
	  3,
	  1,
	  1,
	  1,
	  1,
	  1,
	  1,
	  15,
	  3,
	  2,
	  3,
	  1 },
	{ "the other",
	  { "sandbox2", NULL, NULL, NULL },
	  1,
	  1,
	  1,
	  0,
	  0,
	  0,
	  0,
	  0,
	  1,
	  0,
	  1,
	  1,
	  0 },
	{ "a model",
	  { "sandbox", "lorem", NULL, NULL },
	  3,
	  2,
	  1,
	  0,
	  1,
	  1,
	  0,
	  0,
	  14,
	  3,
	  1,
	  2,
	  1 },
	{ "a user",
	  { "sandbox", NULL, "you", NULL },
	  1,
	  1,
	  0,
	  0,
	  1,
	  0,
	  0,
	  0,
	  2,
	  0,
	  1,
	  1,
	  0 },
	{ "both",
	  { "sandbox", "echo", "me", NULL },
	  2,
	  2,
	  0,
	  0,
	  0,
	  0,
	  1,
	  1,
	  1,
	  0,
	  1,
	  1,
	  0 },
	{ "nobody",
	  { "sandbox", NULL, "none", NULL },
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0,
	  0 },
};

EACH(sandbox_counts, are_summed_up, sums)
{
	struct desk d;
	json_t *s;

	open_desk(&d);
	fill(d.counts);
	cr_assert(sandbox_counts_sum(d.counts, &row->which, &s, NULL));
	cr_expect_eq(number(s, "requests"), row->requests, "%s", row->label);
	cr_expect_eq(number(s, "connections"), row->connections, "%s",
		     row->label);
	cr_expect_eq(number(s, "answered"), row->answered, "%s", row->label);
	cr_expect_eq(number(s, "refused"), row->refused, "%s", row->label);
	cr_expect_eq(number(s, "broken"), row->broken, "%s", row->label);
	cr_expect_eq(number(s, "aborted"), row->aborted, "%s", row->label);
	cr_expect_eq(number(s, "stopped"), row->stopped, "%s", row->label);
	cr_expect_eq(number(s, "open"), row->open, "%s", row->label);
	cr_expect_eq(number(s, "events"), row->events, "%s", row->label);
	cr_expect_eq(number(s, "aborted_events"), row->aborted_events, "%s",
		     row->label);
	cr_expect_eq(json_object_size(json_object_get(s, "models")),
		     row->models, "%s", row->label);
	cr_expect_eq(json_object_size(json_object_get(s, "users")), row->users,
		     "%s", row->label);
	cr_expect_eq(json_array_size(json_object_get(s, "aborts")), row->aborts,
		     "%s", row->label);
	json_decref(s);
	close_desk(&d);
}

Test(sandbox_counts, begin_again_with_nothing)
{
	struct desk d;
	json_t *s;

	open_desk(&d);
	fill(d.counts);
	cr_expect(sandbox_counts_clear(d.counts, NULL));
	visit(d.counts, (struct sandbox_visit){ "sandbox", NULL, NULL, NULL },
	      SANDBOX_ANSWERED, 1);
	cr_assert(sandbox_counts_sum(
		d.counts, &(struct sandbox_visit){ .mount = "sandbox" }, &s,
		NULL));
	cr_expect_eq(number(s, "requests"), 1);
	json_decref(s);
	close_desk(&d);
}

/* Names come from clients: none can forge a line, or fill the file. */
Test(sandbox_counts, take_any_name_for_one_word)
{
	char name[2000];
	struct desk d;
	json_t *s;

	open_desk(&d);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memcpy(name, "a\nsandbox b c begin d\n\xc3", 23);
	visit(d.counts, (struct sandbox_visit){ "sandbox", name, name, name },
	      SANDBOX_ANSWERED, 1);
	cr_assert(sandbox_counts_sum(
		d.counts,
		&(struct sandbox_visit){ "sandbox", name, name, NULL }, &s,
		NULL));
	cr_expect_eq(number(s, "requests"), 1);
	cr_expect_eq(number(s, "answered"), 1);
	cr_expect(json_object_get(json_object_get(s, "models"),
				  "a_sandbox_b_c_begin_d__"
				  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
	json_decref(s);
	close_desk(&d);
}

Test(sandbox_counts, put_names_beyond_a_thousand_together)
{
	struct desk d;
	json_t *s, *others;
	char name[16];

	open_desk(&d);
	for (int i = 0; i < 1010; i++) {
		snprintf(name, sizeof(name), "u%d", i);
		visit(d.counts,
		      (struct sandbox_visit){ "sandbox", "m", name, NULL },
		      SANDBOX_ANSWERED, 1);
	}
	cr_assert(sandbox_counts_sum(
		d.counts, &(struct sandbox_visit){ .mount = "sandbox" }, &s,
		NULL));
	others = json_object_get(json_object_get(s, "users"), "(others)");
	cr_expect_eq(number(others, "requests"), 10);
	json_decref(s);
	close_desk(&d);
}

/* Each process opens the file for itself, as the programs do. */
static void visit_often(const char *home)
{
	struct sandbox_counts *c = sandbox_counts_new(home);

	for (int i = 0; i < 500; i++)
		visit(c, (struct sandbox_visit){ "sandbox", "m", "u", "a:1" },
		      SANDBOX_ANSWERED, 1);
	sandbox_counts_free(c);
	_exit(0);
}

Test(sandbox_counts, hold_for_several_processes)
{
	struct desk d;
	pid_t children[4];
	json_t *s;

	open_desk(&d);
	for (int i = 0; i < 4; i++)
		if (!(children[i] = fork()))
			visit_often(d.home);
	for (int i = 0; i < 4; i++)
		waitpid(children[i], NULL, 0);
	cr_assert(sandbox_counts_sum(
		d.counts, &(struct sandbox_visit){ .mount = "sandbox" }, &s,
		NULL));
	cr_expect_eq(number(s, "requests"), 2000);
	cr_expect_eq(number(s, "answered"), 2000);
	cr_expect_eq(number(s, "open"), 0);
	json_decref(s);
	close_desk(&d);
}

Test(sandbox_counts, stop_and_say_so_when_the_file_is_full)
{
	struct desk d;
	char path[64];
	json_t *s;

	open_desk(&d);
	snprintf(path, sizeof(path), "%s/sandbox.log", d.home);
	cr_assert_eq(truncate(path, 64 << 20), 0);
	visit(d.counts, (struct sandbox_visit){ "sandbox", "m", "u", NULL },
	      SANDBOX_ANSWERED, 1);
	cr_assert(sandbox_counts_sum(
		d.counts, &(struct sandbox_visit){ .mount = "sandbox" }, &s,
		NULL));
	cr_expect(json_is_true(json_object_get(s, "full")));
	cr_expect_eq(number(s, "requests"), 0);
	json_decref(s);
	close_desk(&d);
}

Test(sandbox_counts, cannot_be_had_without_a_place)
{
	struct sandbox_counts *c = sandbox_counts_new("/nonexistent");
	struct fault why = { 0 };
	json_t *s;

	visit(c, (struct sandbox_visit){ "sandbox", "m", "u", NULL },
	      SANDBOX_ANSWERED, 1);
	cr_expect_not(sandbox_counts_sum(
		c, &(struct sandbox_visit){ .mount = "sandbox" }, &s, &why));
	cr_expect_eq(why.kind, FAULT_INTERNAL);
	cr_expect_not(sandbox_counts_clear(c, NULL));
	sandbox_counts_free(c);
}
