#include "base/log.h"

#include "base/arena.h"
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_ROOM = 8 * 1024 };

#define HEX   "0123456789abcdefABCDEF"
#define ALNUM "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TOKEN ALNUM "-_"

/*
 * What a key begins with, what it is made of and how short it can be. Labels
 * of keys ("lr_live_1a2b...9f0e") and prose are shorter than that.
 */
static const struct {
	const char *prefix, *letters;
	size_t least;
} keys[] = {
	{ "lr_live_", HEX, 8 },
	{ "lr_mgmt_", HEX, 8 },
	{ "sk-", TOKEN, 8 },
	{ "AIza", TOKEN, 8 },
	{ "gsk_", TOKEN, 8 },
	{ "xai-", TOKEN, 8 },
	{ "Bearer ", TOKEN ".~+/=", 6 },
	{ "?key=", TOKEN ".~+/=%", 1 },
	{ "&key=", TOKEN ".~+/=%", 1 },
};

/* What any of the prefixes begins with: each byte of the log comes by here,
 * and most are let go at once. */
static const char firsts[] = "lLsSaAgGxXbB?&";

/* How much of AT is a key's prefix, or 0; *LEN is how much follows. INSIDE
 * of a word none begins with a letter: "task-force-one" is no key. */
static size_t key_at(const char *at, bool inside, size_t *len)
{
	if ((inside && isalnum((unsigned char)*at)) || !strchr(firsts, *at))
		return 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t prefix = strlen(keys[i].prefix);

		if (strncasecmp(at, keys[i].prefix, prefix) != 0)
			continue;
		*len = strspn(at + prefix, keys[i].letters);
		if (*len >= keys[i].least)
			return prefix;
	}
	return 0;
}

/* Is the letter or digit that START to END ends with a piece of a word? An
 * escape of JSON or C ("\n", "\u000a") looks like one. */
static bool in_word(const char *start, const char *end)
{
	size_t len = (size_t)(end - start);

	return !(len >= 2 && end[-2] == '\\') &&
	       !(len >= 6 && end[-6] == '\\' && end[-5] == 'u');
}

void log_redact(char *text)
{
	char *start = text, *to = text;
	bool inside = false;

	while (*text) {
		size_t len = 0, prefix = key_at(text, inside, &len);

		if (prefix) {
			memmove(to, text, prefix);
			to += prefix;
			for (size_t i = 0; i < len && i < 3; i++)
				*to++ = '*';
			text += prefix + len;
		} else {
			*to++ = *text++;
		}
		inside = isalnum((unsigned char)to[-1]) && in_word(start, to);
	}
	*to = '\0';
}

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool log_init(struct log *log, const char *path, const char *program,
	      struct fault *why)
{
	int fd = STDERR_FILENO;

	if (*path)
		fd = open_file(path);
	if (fd < 0)
		return fault_set(why, FAULT_INTERNAL,
				 "cannot open the log '%s': %s", path,
				 strerror(errno));
	*log = (struct log){
		.fd = fd,
		.program = program,
		.path = *path ? path : NULL,
	};
	return true;
}

void log_done(struct log *log)
{
	if (log->fd != STDERR_FILENO)
		close(log->fd);
}

static bool is_there(const struct log *log)
{
	struct stat open, named;

	return fstat(log->fd, &open) == 0 && stat(log->path, &named) == 0 &&
	       open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

/* The number of the descriptor stays, so that other threads notice nothing. A
 * file that cannot be made anew is no reason to lose the line. */
static void follow(const struct log *log)
{
	int fd;

	if (!log || !log->path || is_there(log))
		return;
	fd = open_file(log->path);
	if (fd < 0)
		return;
	dup3(fd, log->fd, O_CLOEXEC);
	close(fd);
}

static void write_all(int fd, const char *line, size_t len)
{
	ssize_t done;

	do
		done = write(fd, line, len);
	while (done < 0 && errno == EINTR);
}

void log_line(const struct log *log, const char *format, ...)
{
	struct arena *a = arena_new();
	char *text = arena_take(a, LINE_ROOM), *line;
	va_list args;

	va_start(args, format);
	vsnprintf(text, LINE_ROOM, format, args);
	va_end(args);
	log_redact(text);
	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	line = arena_print(a, "%s %s[%ld] %s\n", clock_print(a, clock_now_ms()),
			   log ? log->program : "turnpike", (long)getpid(),
			   text);
	follow(log);
	write_all(log ? log->fd : STDERR_FILENO, line, strlen(line));
	arena_free(a);
}
