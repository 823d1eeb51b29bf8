#include "support/fcgi.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };
enum { RESPONDER = 1, KEEP_CONN = 1, MOST_WORDS = 32 };

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	cr_assert_lt(strlen(path), sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path));
	return at;
}

int fcgi_listen(const char *path)
{
	struct sockaddr_un at = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	cr_assert(listen(fd, 1024) == 0);
	return fd;
}

int fcgi_dial(const char *path)
{
	struct sockaddr_un at = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	for (int tries = 0; tries < 2000; tries++) {
		if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return fd;
		usleep(5000);
	}
	cr_assert_fail("nobody listens at %s", path);
	return -1;
}

static void send_record(int fd, int type, const void *bytes, size_t len)
{
	unsigned char head[8] = { 1, (unsigned char)type };

	head[3] = 1; /* the request's number */
	head[4] = (unsigned char)(len >> 8);
	head[5] = (unsigned char)len;
	cr_assert_eq(send(fd, head, 8, MSG_NOSIGNAL), 8);
	if (len)
		cr_assert_eq(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

static void add_pair(struct buf *b, const char *name, const char *value)
{
	unsigned char lens[2] = { (unsigned char)strlen(name),
				  (unsigned char)strlen(value) };

	cr_assert(strlen(name) < 128 && strlen(value) < 128);
	buf_add(b, lens, 2);
	buf_text(b, name);
	buf_text(b, value);
}

void fcgi_begin(int fd, const char *method, const char *uri, bool keep)
{
	unsigned char begin[8] = { 0, RESPONDER, keep ? KEEP_CONN : 0 };
	struct buf b;

	buf_init(&b, 10000);
	add_pair(&b, "REQUEST_METHOD", method);
	add_pair(&b, "REQUEST_URI", uri);
	send_record(fd, BEGIN, begin, sizeof(begin));
	send_record(fd, PARAMS, b.text, b.len);
	send_record(fd, PARAMS, "", 0);
	buf_done(&b);
}

void fcgi_body(int fd, const char *text)
{
	send_record(fd, STDIN, text, strlen(text));
}

void fcgi_end(int fd)
{
	send_record(fd, STDIN, "", 0);
}

static bool take(int fd, void *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t got = recv(fd, (char *)bytes + at, len - at, 0);

		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

bool fcgi_answer(int fd, struct buf *answer)
{
	unsigned char head[8];
	static char body[65536 + 256];

	while (take(fd, head, sizeof(head))) {
		size_t len = (size_t)head[4] << 8 | head[5];

		if (!take(fd, body, len + head[6]))
			return false;
		if (head[1] == STDOUT)
			buf_add(answer, body, len);
		if (head[1] == END)
			return true;
	}
	return false;
}

int fcgi_ask(const char *path, const char *uri, struct buf *answer)
{
	int fd = fcgi_dial(path), status = 0;

	fcgi_begin(fd, "GET", uri, false);
	fcgi_end(fd);
	if (fcgi_answer(fd, answer) && !strncmp(answer->text, "Status: ", 8))
		status = (int)strtol(answer->text + 8, NULL, 10);
	close(fd);
	return status;
}

/* Programs are built beside the tests: build/tests/http/test_x, build/cgi-bin.
 */
static void program_path(const char *name, char path[4096])
{
	ssize_t len = readlink("/proc/self/exe", path, 4000);

	cr_assert_gt(len, 0);
	path[len] = '\0';
	for (int up = 0; up < 3; up++)
		*strrchr(path, '/') = '\0';
	snprintf(path + strlen(path), 90, "/cgi-bin/%s.fcgi", name);
}

static size_t add_words(const char *words[], size_t at, const char *const *more)
{
	for (; more && *more; more++) {
		cr_assert_lt(at, MOST_WORDS);
		words[at++] = *more;
	}
	return at;
}

/* execve() changes no words, whatever its type says. */
static char *const *unchanged(const char *const *words)
{
	union {
		const char *const *in;
		char *const *out;
	} both = { .in = words };

	return both.out;
}

pid_t fcgi_start(const struct start *start)
{
	const char *arguments[MOST_WORDS + 1] = { start->program };
	const char *environment[MOST_WORDS + 1] = { NULL };
	char path[4096];
	pid_t pid;

	add_words(arguments, 1, start->arguments);
	add_words(environment, 0, start->environment);
	program_path(start->program, path);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* no test leaves one behind */
	if (start->in >= 0)
		dup2(start->in, STDIN_FILENO);
	if (start->out >= 0)
		dup2(start->out, STDOUT_FILENO);
	execve(path, unchanged(arguments), unchanged(environment));
	_exit(127);
}

int fcgi_wait(pid_t pid)
{
	int status;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int fcgi_threads(pid_t pid)
{
	char path[64], line[256];
	int threads = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "Threads:", 8))
			threads = (int)strtol(line + 8, NULL, 10);
	if (file)
		fclose(file);
	return threads;
}
