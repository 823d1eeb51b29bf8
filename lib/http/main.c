/* The only file that knows libfcgi. */
#include "base/hash.h"
#include "base/log.h"
#include "http/cgi.h"
#include "http/crew.h"
#include "http/listen.h"
#include "http/options.h"
#include "http/serve.h"
#include "http/stop.h"
#include "store/store.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Arenas of malloc: each takes 64 MiB of the address space that some hosts
 * limit, and a few are enough for many threads that mostly wait. */
enum { MALLOC_ARENAS = 4 };

/* How long a thread is kept that nobody needs. */
enum { TRIM_MS = 10000 };

/* A process from its beginning to its end. */
struct life {
	const struct program *program; /* what is served */
	bool started;
	struct arena *arena;
	struct settings settings;
	struct log log;
	struct suite suite;
	struct listener listener; /* with --socket */
};

/* ---------------------------------------------------------------- FastCGI */

struct visit {
	FCGX_Request request;
	bool ended; /* the body has been read to its end */
	bool gone;
};

static const char *fcgi_variable(void *state, const char *name)
{
	struct visit *visit = state;

	return FCGX_GetParam(name, visit->request.envp);
}

static size_t fcgi_read(void *state, char *bytes, size_t room)
{
	struct visit *visit = state;
	int most = room < INT_MAX ? (int)room : INT_MAX;
	int got = FCGX_GetStr(bytes, most, visit->request.in);

	visit->ended = got <= 0;
	return got > 0 ? (size_t)got : 0;
}

static bool fcgi_cut(void *state)
{
	struct visit *visit = state;

	return visit->ended && FCGX_GetError(visit->request.in) != 0;
}

/* libfcgi tells of an error once and then pretends; its error stays. */
static bool fcgi_stands(struct visit *visit)
{
	visit->gone = visit->gone || FCGX_GetError(visit->request.out) != 0;
	return !visit->gone;
}

static bool fcgi_write(void *state, const char *bytes, size_t len)
{
	struct visit *visit = state;

	while (len && fcgi_stands(visit)) {
		int part = len < INT_MAX ? (int)len : INT_MAX;

		visit->gone =
			FCGX_PutStr(bytes, part, visit->request.out) != part;
		bytes += part;
		len -= (size_t)part;
	}
	return fcgi_stands(visit);
}

static bool fcgi_flush(void *state)
{
	struct visit *visit = state;

	if (fcgi_stands(visit))
		visit->gone = FCGX_FFlush(visit->request.out) != 0;
	return fcgi_stands(visit);
}

static int fcgi_watch(void *state, short *events)
{
	struct visit *visit = state;

	*events = POLLIN | POLLRDHUP;
	return visit->ended ? visit->request.ipcFd : -1;
}

/* Neither side waits for ever for the other. */
static void bound_silence(int connection, int64_t send_ms)
{
	struct timeval most = { .tv_sec = send_ms / 1000,
				.tv_usec = send_ms % 1000 * 1000 };

	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
}

/*
 * The connection is closed as soon as the answer is out: libfcgi would first
 * wait for the web server to close it, which costs two wake-ups and is only
 * needed where input is left unread. To one that is gone nothing is written
 * any more.
 */
static void end_visit(struct visit *visit)
{
	FCGX_Detach(&visit->request);
	if (visit->gone)
		FCGX_Free(&visit->request, 1);
	else
		FCGX_Finish_r(&visit->request);
}

static void serve_request(const struct life *life, struct visit *visit)
{
	struct channel channel = {
		.variable = fcgi_variable,
		.read = fcgi_read,
		.cut = fcgi_cut,
		.write = fcgi_write,
		.flush = fcgi_flush,
		.watch = fcgi_watch,
		.state = visit,
	};

	visit->ended = false;
	visit->gone = false;
	serve_one(life->program, &life->suite, &channel);
}

/*
 * The crew accepts, and libfcgi is handed a connection as if the web server
 * had kept it from an earlier request. So it never waits in accept() itself,
 * and a thread that a kept connection pins is not taken for one that waits.
 */
static void serve_connection(void *what, int connection)
{
	const struct life *life = what;
	struct visit visit;

	bound_silence(connection, life->settings.send_ms);
	FCGX_InitRequest(&visit.request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	visit.request.ipcFd = connection;
	visit.request.keepConnection = 1;
	while (FCGX_Accept_r(&visit.request) == 0) {
		serve_request(life, &visit);
		end_visit(&visit);
		if (visit.request.ipcFd < 0)
			return;
		if (!crew_await(connection, life->settings.send_ms))
			break;
	}
	FCGX_Free(&visit.request, 1);
}

/* ------------------------------------------------------------------ lives */

/* Each request may have a connection on both sides, and what curl wakes with.
 */
static void allow_descriptors(int64_t threads)
{
	rlim_t want = (rlim_t)threads * 4 + 256;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool open_suite(struct life *life, struct fault *why)
{
	const struct program *program = life->program;

	life->suite.settings = &life->settings;
	if (!settings_find(life->arena, &life->settings, why) ||
	    !log_init(&life->log, life->settings.log_file, program->name, why))
		return false;
	life->suite.store = store_new(&life->settings);
	return !program->start || program->start(&life->suite, why);
}

static bool unavailable(struct exchange *x, struct fault *why)
{
	(void)x;
	if (why)
		why->type = "server";
	return fault_set(why, FAULT_NO_ROUTE,
			 "this program could not start; its log says why");
}

/* What a program that could not start answers: clients get a reason in their
 * own format, instead of a web server's page. */
static const struct route no_routes[] = {
	{ .method = "*", .path = "/", .answer = unavailable },
	{ .method = "*", .path = "/*", .answer = unavailable },
	{ 0 },
};

static const struct program broken = {
	.name = "broken",
	.routes = no_routes,
	.bare = true,
};

static bool start(struct life *life)
{
	struct fault why = { 0 };

	life->arena = arena_new();
	life->suite.log = &life->log;
	life->started = open_suite(life, &why);
	if (life->started)
		return true;
	fprintf(stderr, "%s: %s\n", life->program->name, why.text);
	if (life->log.fd != STDERR_FILENO)
		log_line(&life->log, "cannot start: %s", why.text);
	life->program = &broken;
	return false;
}

static void end(struct life *life)
{
	if (life->started && life->program->stop)
		life->program->stop(&life->suite);
	if (life->suite.store)
		store_free(life->suite.store);
	log_done(&life->log);
	arena_free(life->arena);
}

static void leave_socket(void *what)
{
	const struct life *life = what;

	if (life->listener.path)
		listen_end(&life->listener);
}

static int live_fcgi(struct life *life, int listener)
{
	const struct settings *s = &life->settings;
	struct crew crew = {
		.listener = listener,
		.most = life->started ? s->max_threads : 1,
		.spare = life->started ? s->spare_threads : 1,
		.trim_ms = TRIM_MS,
		.stop_ms = s->stop_ms,
		.log = life->suite.log,
		.serve = serve_connection,
		.stop = leave_socket,
		.what = life,
	};

	/* Somebody who shares the socket may have made it non-blocking. */
	fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) & ~O_NONBLOCK);
	allow_descriptors(crew.most);
	if (life->started)
		store_tend(life->suite.store);
	if (!crew_run(&crew)) {
		log_line(life->suite.log, "stopped, with requests cut off");
		_exit(EXIT_SUCCESS);
	}
	end(life);
	return EXIT_SUCCESS;
}

static void note_stop(int signal)
{
	(void)signal;
	stop_begin();
}

/* Without SA_RESTART, so that whoever waits looks up. */
static void note_signals(void)
{
	struct sigaction note = { .sa_handler = note_stop };

	sigaction(SIGTERM, &note, NULL);
	sigaction(SIGUSR1, &note, NULL);
}

static int live_cgi(struct life *life)
{
	struct channel channel;
	struct cgi cgi;

	note_signals();
	start(life);
	cgi_init(&cgi, life->settings.send_ms);
	channel = cgi_channel(&cgi);
	serve_one(life->program, &life->suite, &channel);
	cgi_end(&cgi);
	if (life->started)
		store_tidy(life->suite.store);
	end(life);
	return life->started ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Whoever started this sees that it failed, so nothing is served then. */
static int live_listening(struct life *life, const char *path)
{
	struct fault why = { 0 };

	if (!listen_at(path, &life->listener, &why)) {
		fprintf(stderr, "%s: %s\n", life->program->name, why.text);
		return EXIT_FAILURE;
	}
	crew_block_signals();
	if (start(life))
		return live_fcgi(life, life->listener.fd);
	leave_socket(life);
	end(life);
	return EXIT_FAILURE;
}

static int live(struct life *life, const char *path)
{
	bool plain = FCGX_Init() == 0 && !path && FCGX_IsCGI();

	signal(SIGPIPE, SIG_IGN);
	if (path)
		return live_listening(life, path);
	if (plain && !getenv("REQUEST_METHOD")) {
		options_explain(life->program, stderr);
		return EXIT_USAGE;
	}
	if (plain)
		return live_cgi(life);
	crew_block_signals();
	start(life);
	return live_fcgi(life, STDIN_FILENO);
}

int serve(const struct program *program, int argc, char **argv)
{
	/* What a program lives by that can't read its settings. */
	struct life life = {
		.program = program,
		.settings = { .base_path = "",
			      .send_ms = 30000,
			      .stop_ms = 2000 },
		.log = { .fd = STDERR_FILENO, .program = program->name },
	};
	struct options options;
	int status;

	if (!options_read(program, argc, argv, &options, &status))
		return status;
	mallopt(M_ARENA_MAX, MALLOC_ARENAS);
	mallopt(M_MXFAST, 0);
	hash_init();
	return live(&life, options.socket);
}
