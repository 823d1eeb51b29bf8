#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How a call ends that somebody on this side does not want to go on. */
TestSuite(ending, .timeout = 60);

static const struct upstream_step silence[] = { HOLD };
static const struct upstream_step a_piece[] = {
	SAY(CHUNKED "5\r\nhello\r\n"),
	HOLD,
};
static const struct upstream_step whole[] = {
	SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello"),
	HOLD,
};
static const struct upstream_step empty[] = {
	SAY(OK_HEAD "Content-Length: 0\r\n\r\n"),
	HOLD,
};

static const struct {
	const char *label;
	const struct upstream_step *script;
	bool in_head;
	size_t after;
	int at_tick;
	int heads;
	const char *body;
} stops[] = {
	{ "in the head", a_piece, .in_head = true, .heads = 1, .body = "" },
	{ "in the head of an empty answer", empty, .in_head = true, .heads = 1,
	  .body = "" },
	{ "in the first piece", a_piece, .after = 1, .heads = 1,
	  .body = "hello" },
	{ "in the last piece", whole, .after = 5, .heads = 1, .body = "hello" },
	{ "at the first tick, before the answer", silence, .at_tick = 1,
	  .body = "" },
	{ "at the third tick, in the answer", a_piece, .at_tick = 3, .heads = 1,
	  .body = "hello" },
};

EACH(ending, stops_when_the_ear_says_so, stops)
{
	const struct upstream_step *const scripts[] = { row->script, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	struct upstream_ear ear;

	upstream_ear_init(&ear);
	ear.stop_in_head = row->in_head;
	ear.stop_after = row->after;
	ear.stop_at_tick = row->at_tick;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_STOPPED,
		     "%s: %s", row->label, report.text);
	cr_expect_eq(ear.heads, row->heads, "%s", row->label);
	cr_expect_str_eq(ear.body.text, row->body, "%s", row->label);
	cr_expect_eq(upstream_server_wait_ended(server, 1), 1,
		     "%s: the provider does not see it", row->label);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}

/* Where the client sits, and what it does. */
enum client { A_SOCKET, A_PIPE };

static void hang_up(int client)
{
	close(client);
}

static void say_something(int client)
{
	cr_assert_eq(write(client, "x", 1), 1);
}

static void half_close(int client)
{
	shutdown(client, SHUT_WR);
}

static const struct {
	const char *label;
	const struct upstream_step *script;
	enum client client;
	short events;
	void (*leave)(int client);
	bool at_once; /* else when the first piece comes */
	const char *body;
} leavers[] = {
	{ "left before the answer", silence, A_SOCKET, POLLIN, hang_up, true,
	  "" },
	{ "left in the answer", a_piece, A_SOCKET, POLLIN, hang_up, false,
	  "hello" },
	{ "says something", silence, A_SOCKET, POLLIN, say_something, true,
	  "" },
	{ "left, only its hang-up is watched for", silence, A_SOCKET, 0,
	  hang_up, true, "" },
	{ "left, as FastCGI watches", a_piece, A_SOCKET,
	  POLLIN | POLLRDHUP | POLLHUP, hang_up, false, "hello" },
	{ "half closed", silence, A_SOCKET, POLLRDHUP, half_close, true, "" },
	{ "CGI: nobody reads the pipe", silence, A_PIPE, 0, hang_up, true, "" },
	{ "CGI: nobody reads the pipe any more", a_piece, A_PIPE, 0, hang_up,
	  false, "hello" },
};

/* Two ends: [0] the client's, [1] ours. */
static void open_client(enum client kind, int ends[2])
{
	if (kind == A_PIPE)
		cr_assert_not(pipe(ends));
	else
		cr_assert_not(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

EACH(ending, ends_when_the_client_is_gone, leavers)
{
	const struct upstream_step *const scripts[] = { row->script, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	struct upstream_ear ear;
	int ends[2];

	upstream_ear_init(&ear);
	open_client(row->client, ends);
	call.watch = ends[1];
	call.watch_events = row->events;
	if (row->at_once)
		row->leave(ends[0]);
	else
		ear.break_off_fd = ends[0];
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_GONE,
		     "%s: %s", row->label, report.text);
	cr_expect_str_eq(ear.body.text, row->body, "%s", row->label);
	cr_expect_eq(upstream_server_wait_ended(server, 1), 1,
		     "%s: the provider does not see it", row->label);
	close(ends[1]);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}

Test(ending, goes_on_while_the_client_is_there)
{
	static const struct upstream_step slow[] = {
		PAUSE(250),
		SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello"),
		THE_END,
	};
	const struct upstream_step *const scripts[] = { slow, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	struct upstream_ear ear;
	int ends[2];

	upstream_ear_init(&ear);
	open_client(A_SOCKET, ends);
	call.watch = ends[1];
	call.watch_events = POLLIN | POLLRDHUP;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_DONE, "%s",
		     report.text);
	cr_expect_gt(ear.ticks, 0);
	close(ends[0]);
	close(ends[1]);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}

static volatile sig_atomic_t signals;

static void note_signal(int number)
{
	(void)number;
	signals++;
}

static void *send_signals(void *arg)
{
	const pthread_t *to = arg;

	for (int i = 0; i < 20; i++) {
		pthread_kill(*to, SIGUSR1);
		usleep(10 * 1000);
	}
	return NULL;
}

Test(ending, is_not_brought_about_by_a_signal)
{
	static const struct upstream_step slow[] = {
		PAUSE(300),
		SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello"),
		THE_END,
	};
	const struct upstream_step *const scripts[] = { slow, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	struct upstream_ear ear;
	pthread_t sender, self = pthread_self();

	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = note_signal },
		  NULL);
	upstream_ear_init(&ear);
	cr_assert_not(pthread_create(&sender, NULL, send_signals, &self));
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_DONE, "%s",
		     report.text);
	pthread_join(sender, NULL);
	cr_expect_gt(signals, 0);
	cr_expect_str_eq(ear.body.text, "hello");
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}

Test(ending, needs_no_tick)
{
	const struct upstream_step *const scripts[] = { silence, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct call call = upstream_call(upstream_server_url(server));
	struct call_report report;
	struct upstream_ear ear;

	upstream_ear_init(&ear);
	ear.ear.tick = NULL;
	call.clocks.head = 300;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_HEAD_LATE);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}
