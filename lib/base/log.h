#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/fault.h"

/*
 * An append-only file of lines: time, program, process, text. Each is one
 * write(), so that the lines of many threads and processes never mix. What
 * looks like a key never gets into it. A file that somebody moved away or
 * deleted is followed by a new one, so that logs are rotated without a signal.
 */
struct log {
	int fd;
	const char *program;
	const char *path; /* NULL: not a file of ours */
};

/* An empty PATH is standard error. PATH and PROGRAM must outlive LOG. */
bool log_init(struct log *log, const char *path, const char *program,
	      struct fault *why);
void log_done(struct log *log);

/* Write a line. Control characters come out as spaces, and the end of what is
 * longer than 8 KiB not at all. LOG may be NULL: standard error. */
void log_line(const struct log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Put "***" in place of whatever looks like a key: ours, the providers', a
 * bearer token, a "key" parameter of a URL. TEXT never gets longer.
 */
void log_redact(char *text);

#endif
