#include "bin/commands/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SECRET_MOST = 16384 };

static const char *trimmed(struct call *c, const char *text, size_t len)
{
	for (; len && isspace((unsigned char)*text); len--)
		text++;
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return arena_copy(c->arena, text, len);
}

/* All that FD gives, or, with LINE, up to the first newline. */
static bool read_from(struct call *c, int fd, const char *name, bool line,
		      const char **secret, struct fault *why)
{
	char text[SECRET_MOST];
	size_t len = 0;
	ssize_t got = 1;

	while (got > 0 && len < sizeof(text)) {
		got = read(fd, text + len, sizeof(text) - len);
		if (got > 0)
			len += (size_t)got;
		if (line && memchr(text, '\n', len))
			break;
	}
	if (got < 0)
		return fault_set(why, FAULT_INTERNAL, "%s: %s", name,
				 errno == EINTR ? "interrupted"
						: strerror(errno));
	if (len == sizeof(text))
		return fault_set(why, FAULT_TOO_LARGE,
				 "%s: this is too long for a secret", name);
	if (memchr(text, '\0', len))
		return fault_set(why, FAULT_BAD_REQUEST, "%s: this is no text",
				 name);
	*secret = trimmed(c, text, len);
	explicit_bzero(text, sizeof(text));
	return true;
}

static bool from_file(struct call *c, const char *path, const char **secret,
		      struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return fault_set(why, FAULT_NOT_FOUND, "%s: %s", path,
				 strerror(errno));
	ok = read_from(c, fd, path, false, secret, why);
	close(fd);
	return ok;
}

/* Nothing to do: it is there to interrupt the read. */
static void wake(int signal)
{
	(void)signal;
}

/* From a terminal, which shows nothing meanwhile and is left as it was even
 * when Ctrl-C ends it. */
static bool ask(struct call *c, const char **secret, struct fault *why)
{
	struct sigaction awake = { .sa_handler = wake }, before;
	struct termios shown, hidden;
	bool ok;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return fault_set(why, FAULT_INTERNAL, "standard input: %s",
				 strerror(errno));
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	sigaction(SIGINT, &awake, &before);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fputs("Secret (it is not shown): ", stderr);
	ok = read_from(c, STDIN_FILENO, "standard input", true, secret, why);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	sigaction(SIGINT, &before, NULL);
	return ok;
}

static bool from_environment(struct call *c, const char *name,
			     const char **secret, struct fault *why)
{
	const char *text = getenv(name);

	if (!text)
		return fault_set(why, FAULT_NOT_FOUND,
				 "the variable %.100s is not set", name);
	*secret = trimmed(c, text, strlen(text));
	return true;
}

bool secret_read(struct call *c, const char **secret, struct fault *why)
{
	const struct given *file = given(c, "file");
	const struct given *variable = given(c, "environment");

	if (!only_one(c, "file", "environment", why))
		return false;
	if (variable->set)
		return from_environment(c, variable->text, secret, why);
	if (file->set && strcmp(file->text, "-") != 0)
		return from_file(c, file->text, secret, why);
	if (isatty(STDIN_FILENO))
		return ask(c, secret, why);
	return read_from(c, STDIN_FILENO, "standard input", false, secret, why);
}
