/*
 * The built programs, started and asked as web servers do it.
 */
#include "support/fcgi.h"
#include "support/row.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* A program that runs, where it listens, and the folder of its files. */
struct run {
	pid_t pid;
	int listener;
	char home[64], socket[80], set_home[90];
	struct buf answer;
};

static void prepare(struct run *run)
{
	*run = (struct run){ .home = "/tmp/test_main_XXXXXX" };
	cr_assert(mkdtemp(run->home));
	snprintf(run->socket, sizeof(run->socket), "%s/socket", run->home);
	snprintf(run->set_home, sizeof(run->set_home), "TURNPIKE_HOME=%s",
		 run->home);
	buf_init(&run->answer, 1 << 20);
}

/* Start PROGRAM on the listening socket; SETTINGS may be NULL. */
static void start_other(struct run *run, const char *program,
			const char *const settings[3])
{
	const char *environment[5] = { run->set_home };

	for (int i = 0; settings && i < 3; i++)
		environment[i + 1] = settings[i];
	run->pid = fcgi_start(&(struct start){ .program = program,
					       .in = run->listener,
					       .out = -1,
					       .environment = environment });
}

static void start(struct run *run, const char *setting)
{
	start_other(run, "healthz", (const char *const[3]){ setting });
}

static void open_run(struct run *run, const char *setting)
{
	prepare(run);
	run->listener = fcgi_listen(run->socket);
	start(run, setting);
}

static void clear(struct run *run)
{
	char command[90];

	snprintf(command, sizeof(command), "rm -r %s", run->home);
	cr_expect_eq(system(command), 0);
	buf_done(&run->answer);
}

/* Stop it, and see that it ends well. */
static void close_run(struct run *run)
{
	kill(run->pid, SIGTERM);
	cr_expect_eq(fcgi_wait(run->pid), 0);
	clear(run);
}

static void expect_ok(struct run *run)
{
	buf_clear(&run->answer);
	cr_expect_eq(fcgi_ask(run->socket, "/healthz", &run->answer), 200, "%s",
		     run->answer.text);
	cr_expect(strstr(run->answer.text, "{\"status\":\"ok\"}"));
}

static void wait_for_threads(pid_t pid, int want)
{
	while (fcgi_threads(pid) != want)
		usleep(2000);
}

Test(main, answers_as_FastCGI, .timeout = 60)
{
	struct run run;

	open_run(&run, NULL);
	for (int i = 0; i < 20; i++)
		expect_ok(&run);
	buf_clear(&run.answer);
	cr_expect_eq(fcgi_ask(run.socket, "/x", &run.answer), 404);
	close_run(&run);
}

static const struct {
	const char *label, *method, *length, *body;
	int status;
} plain[] = {
	{ "GET", "GET", NULL, "", 200 },
	{ "HEAD", "HEAD", NULL, "", 200 },
	{ "GET that nobody ends", "GET", NULL, NULL, 200 },
	{ "POST", "POST", "3", "abc", 405 },
	{ "POST in chunks", "POST", NULL, "abc", 405 },
	{ "POST that nobody ends", "POST", "3", "abcdef", 405 },
	{ "POST that breaks off", "POST", "30", "abc", 405 },
};

EACH(main, answers_as_CGI, plain)
{
	char method[40], length[40], answer[4000] = "";
	const char *environment[6] = { method, "REQUEST_URI=/healthz" };
	int in[2], out[2];
	struct run run;

	prepare(&run);
	snprintf(method, sizeof(method), "REQUEST_METHOD=%s", row->method);
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%s", row->length);
	environment[2] = run.set_home;
	environment[3] = row->length ? length : NULL;
	cr_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	run.pid = fcgi_start(&(struct start){ .program = "healthz",
					      .in = in[0],
					      .out = out[1],
					      .environment = environment });
	close(out[1]);
	if (row->body)
		cr_assert_geq(write(in[1], row->body, strlen(row->body)), 0);
	if (row->body && !strstr(row->label, "nobody ends"))
		close(in[1]);
	for (size_t at = 0; at < sizeof(answer) - 1;) {
		ssize_t got = read(out[0], answer + at, sizeof(answer) - at);

		if (got <= 0)
			break;
		at += (size_t)got;
	}
	cr_expect_eq(fcgi_wait(run.pid), 0, "%s", row->label);
	cr_expect_eq(strtol(answer + 8, NULL, 10), row->status, "%s: %s",
		     row->label, answer);
	cr_expect_eq(strstr(answer, "\r\n\r\n{") != NULL,
		     strcmp(row->method, "HEAD") != 0, "%s", answer);
	clear(&run);
}

/* All have begun before the first can end. */
Test(main, serves_50_requests_at_once, .timeout = 60)
{
	struct run run;
	int fds[50];

	open_run(&run, "TURNPIKE_SPARE_THREADS=2");
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = fcgi_dial(run.socket);
		fcgi_begin(fds[i], "GET", "/healthz", false);
		fcgi_body(fds[i], "a piece of a body");
	}
	wait_for_threads(run.pid, 1 + 50 + 1);
	for (size_t i = 0; i < COUNT(fds); i++)
		fcgi_end(fds[i]);
	for (size_t i = 0; i < COUNT(fds); i++) {
		buf_clear(&run.answer);
		cr_expect(fcgi_answer(fds[i], &run.answer));
		cr_expect(!strncmp(run.answer.text, "Status: 200", 11));
		close(fds[i]);
	}
	close_run(&run);
}

Test(main, has_no_more_threads_than_allowed, .timeout = 60)
{
	struct run run;
	int fds[8];

	open_run(&run, "TURNPIKE_MAX_THREADS=3");
	for (size_t i = 0; i < COUNT(fds); i++) {
		fds[i] = fcgi_dial(run.socket);
		fcgi_begin(fds[i], "GET", "/healthz", false);
	}
	wait_for_threads(run.pid, 1 + 3);
	for (size_t i = 0; i < COUNT(fds); i++)
		fcgi_end(fds[i]);
	for (size_t i = 0; i < COUNT(fds); i++) {
		cr_expect(fcgi_answer(fds[i], &run.answer));
		cr_expect_leq(fcgi_threads(run.pid), 1 + 3);
		close(fds[i]);
	}
	close_run(&run);
}

static const struct {
	const char *label;
	int signal;
} signals[] = {
	{ "SIGTERM", SIGTERM },
	{ "SIGUSR1", SIGUSR1 },
	{ "SIGINT", SIGINT },
};

EACH(main, ends_when_idle, signals)
{
	struct run run;

	open_run(&run, NULL);
	expect_ok(&run);
	kill(run.pid, row->signal);
	cr_expect_eq(fcgi_wait(run.pid), 0, "%s", row->label);
	clear(&run);
}

EACH(main, ends_what_is_under_way_first, signals)
{
	struct run run;
	int fd;

	open_run(&run, "TURNPIKE_STOP_MS=60000");
	fd = fcgi_dial(run.socket);
	fcgi_begin(fd, "GET", "/healthz", false);
	fcgi_body(fd, "a piece");
	expect_ok(&run); /* so the other one has been accepted */
	kill(run.pid, row->signal);
	wait_for_threads(run.pid, 2);
	kill(run.pid, row->signal);
	fcgi_body(fd, "another");
	fcgi_end(fd);
	cr_expect(fcgi_answer(fd, &run.answer), "%s", row->label);
	cr_expect(strstr(run.answer.text, "{\"status\":\"ok\"}"));
	cr_expect_eq(fcgi_wait(run.pid), 0, "%s", row->label);
	clear(&run);
}

Test(main, waits_no_longer_than_stop_ms, .timeout = 60)
{
	struct run run;
	int fd;

	open_run(&run, "TURNPIKE_STOP_MS=50");
	fd = fcgi_dial(run.socket);
	fcgi_begin(fd, "GET", "/healthz", false);
	fcgi_body(fd, "a body without end");
	expect_ok(&run);
	kill(run.pid, SIGTERM);
	cr_expect_eq(fcgi_wait(run.pid), 0);
	cr_expect_not(fcgi_answer(fd, &run.answer));
	clear(&run);
}

/* What comes while it stops is answered by the next process. */
Test(main, accepts_nothing_while_it_stops, .timeout = 60)
{
	struct run run;
	int busy, late;

	open_run(&run, "TURNPIKE_STOP_MS=60000");
	busy = fcgi_dial(run.socket);
	fcgi_begin(busy, "GET", "/healthz", false);
	expect_ok(&run);
	kill(run.pid, SIGTERM);
	wait_for_threads(run.pid, 2);
	late = fcgi_dial(run.socket);
	fcgi_begin(late, "GET", "/healthz", false);
	fcgi_end(late);
	fcgi_end(busy);
	buf_clear(&run.answer);
	cr_expect(fcgi_answer(busy, &run.answer));
	cr_expect_eq(fcgi_wait(run.pid), 0);
	start(&run, NULL);
	buf_clear(&run.answer);
	cr_expect(fcgi_answer(late, &run.answer));
	cr_expect(strstr(run.answer.text, "{\"status\":\"ok\"}"));
	close_run(&run);
}

/* A web server that keeps connections pins threads to them; others must get
 * through all the same, and the process must end at once. */
Test(main, serves_kept_connections, .timeout = 60)
{
	struct run run;
	int fds[10];

	open_run(&run, "TURNPIKE_STOP_MS=600000");
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < COUNT(fds); i++) {
			if (!round)
				fds[i] = fcgi_dial(run.socket);
			fcgi_begin(fds[i], "GET", "/healthz", true);
			fcgi_end(fds[i]);
			buf_clear(&run.answer);
			cr_expect(fcgi_answer(fds[i], &run.answer));
			cr_expect(strstr(run.answer.text, "\"ok\""));
		}
	expect_ok(&run);
	close_run(&run);
}

static const struct {
	const char *label, *bytes;
	size_t len;
} rubbish[] = {
	{ "nothing", "", 0 },
	{ "text", "GET / HTTP/1.0\r\n\r\n", 18 },
	{ "half a head", "\1\1\0\1", 4 },
	{ "a record of no request", "\1\5\0\1\0\0\0\0", 8 },
	{ "an unknown role", "\1\1\0\1\0\10\0\0\0\7\0\0\0\0\0\0", 16 },
	{ "parameters without end",
	  "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\2\0\0\377\377", 26 },
	{ "no REQUEST_URI",
	  "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\0\0\0\1\5\0\1\0\0\0\0",
	  32 },
};

EACH(main, survives_rubbish, rubbish)
{
	struct run run;

	open_run(&run, "TURNPIKE_STOP_MS=60000");
	for (int i = 0; i < 10; i++) {
		int fd = fcgi_dial(run.socket);

		cr_expect_eq(send(fd, row->bytes, row->len, MSG_NOSIGNAL),
			     (ssize_t)row->len);
		close(fd);
	}
	expect_ok(&run);
	close_run(&run);
}

Test(main, survives_clients_that_leave, .timeout = 60)
{
	struct run run;

	open_run(&run, "TURNPIKE_STOP_MS=60000");
	for (int i = 0; i < 30; i++) {
		int fd = fcgi_dial(run.socket);

		fcgi_begin(fd, "GET", "/healthz", i % 2);
		if (i % 3)
			fcgi_body(fd, "a piece");
		if (i % 3 == 2)
			fcgi_end(fd);
		close(fd);
	}
	expect_ok(&run);
	close_run(&run);
}

/* Clients of a stream that goes on for an hour, or as fast as it can. */
static const struct {
	const char *label, *body;
	bool leaves; /* or else stays, but does not read */
} listeners[] = {
	{ "leaves a slow stream",
	  "{\"model\":\"lorem-100000+pace=50\",\"stream\":true,\"messages\":"
	  "[{\"role\":\"user\",\"content\":\"x\"}]}",
	  true },
	{ "leaves a fast stream",
	  "{\"model\":\"lorem-1000000\",\"stream\":true,\"messages\":"
	  "[{\"role\":\"user\",\"content\":\"x\"}]}",
	  true },
	{ "does not read",
	  "{\"model\":\"lorem-1000000\",\"stream\":true,\"messages\":"
	  "[{\"role\":\"user\",\"content\":\"x\"}]}",
	  false },
};

/* The only thread must come free for the next one. */
EACH(main, is_not_held_up_by_a_client_that, listeners)
{
	static const char *const settings[3] = {
		"TURNPIKE_SANDBOX=on",
		"TURNPIKE_MAX_THREADS=1",
		"TURNPIKE_SEND_MS=100",
	};
	char head[20] = ""; /* a record's, and the status */
	struct run run;
	int fd;

	prepare(&run);
	run.listener = fcgi_listen(run.socket);
	start_other(&run, "sandbox", settings);
	fd = fcgi_dial(run.socket);
	fcgi_begin(fd, "POST", "/sandbox/v1/chat/completions", false);
	fcgi_body(fd, row->body);
	fcgi_end(fd);
	cr_expect_eq(recv(fd, head, 19, MSG_WAITALL), 19, "%s", row->label);
	cr_expect_str_eq(head + 8, "Status: 200", "%s", row->label);
	if (row->leaves)
		close(fd);
	cr_expect_eq(fcgi_ask(run.socket, "/sandbox/v1/models", &run.answer),
		     200, "%s: %s", row->label, run.answer.text);
	close_run(&run);
}

/* Clients get a reason in their own format. */
Test(main, answers_even_when_it_cannot_start, .timeout = 60)
{
	struct run run;

	open_run(&run, "TURNPIKE_BODY_LIMIT=much");
	for (int i = 0; i < 3; i++) {
		buf_clear(&run.answer);
		cr_expect_eq(fcgi_ask(run.socket, "/v1/x", &run.answer), 503);
		cr_expect(strstr(run.answer.text, "could not start"), "%s",
			  run.answer.text);
		cr_expect_null(strstr(run.answer.text, "much"));
	}
	close_run(&run);
}

Test(main, listens_by_itself, .timeout = 60)
{
	struct run run;
	struct stat st;

	prepare(&run);
	run.pid = fcgi_start(&(struct start){
		.program = "healthz",
		.in = -1,
		.out = -1,
		.environment = (const char *const[]){ run.set_home, NULL },
		.arguments = (const char *const[]){ "--socket", run.socket,
						    NULL } });
	expect_ok(&run);
	cr_expect_eq(stat(run.socket, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0660);
	kill(run.pid, SIGTERM);
	cr_expect_eq(fcgi_wait(run.pid), 0);
	cr_expect_neq(stat(run.socket, &st), 0);
	clear(&run);
}

static const struct {
	const char *label, *setting, *arguments[3];
	int status;
} refusals[] = {
	{ "not started by anybody", NULL, { NULL }, 2 },
	{ "an unknown option", NULL, { "--frob" }, 2 },
	{ "an option too many", NULL, { "frob" }, 2 },
	{ "an option without its value", NULL, { "--socket" }, 2 },
	{ "an impossible socket", NULL, { "--socket", "/nonexistent/x" }, 1 },
	{ "a bad setting",
	  "TURNPIKE_BODY_LIMIT=much",
	  { "--socket", "/tmp/test_main_bad_setting" },
	  1 },
	{ "help", NULL, { "--help" }, 0 },
	{ "version", NULL, { "--version" }, 0 },
};

EACH(main, ends_with_a_status, refusals)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = fcgi_start(&(struct start){
		.program = "healthz",
		.in = null,
		.out = null,
		.environment = (const char *const[]){ row->setting, NULL },
		.arguments = row->arguments });

	cr_expect_eq(fcgi_wait(pid), row->status, "%s", row->label);
	cr_expect_neq(access("/tmp/test_main_bad_setting", F_OK), 0);
}
