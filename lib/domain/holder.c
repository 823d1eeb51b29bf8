#include "domain/holder.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACE_ROOM = 128, STAT_ROOM = 1024, STAT_START_FIELD = 22 };

static size_t read_file(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "re");
	size_t len = 0;

	if (file) {
		len = fread(text, 1, room - 1, file);
		fclose(file);
	}
	text[len] = '\0';
	return len;
}

/* Boot and process namespace: where a process id means the same thing. */
static void place(char text[PLACE_ROOM])
{
	char boot[64], space[64];
	ssize_t len = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);

	space[len > 0 ? len : 0] = '\0';
	read_file("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(text, PLACE_ROOM, "%.36s.%lld", boot,
		 strtoll(space + strcspn(space, "0123456789"), NULL, 10));
}

/*
 * When the process started, in clock ticks since boot: the 22nd field of its
 * stat, counted behind the name, which may hold spaces and brackets
 * (proc_pid_stat(5)). 0: there is no such process, or it cannot be seen.
 */
static uint64_t start_of(long pid)
{
	char path[64], text[STAT_ROOM], *at;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if (!read_file(path, text, sizeof(text)))
		return 0;
	at = strrchr(text, ')');
	if (!at || at[1] != ' ' || at[2] == 'Z')
		return 0;
	for (int field = 2; at && field < STAT_START_FIELD; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

const char *holder_self(struct arena *a)
{
	char where[PLACE_ROOM];
	long pid = (long)getpid();

	place(where);
	return arena_print(a, "%s:%ld:%" PRIu64, where, pid, start_of(pid));
}

enum holder_state holder_state(const char *holder)
{
	const char *colon = strchr(holder, ':');
	char where[PLACE_ROOM], *end;
	uint64_t started, now;
	long pid;

	place(where);
	if (!colon || strlen(where) != (size_t)(colon - holder) ||
	    strncmp(where, holder, strlen(where)) != 0)
		return HOLDER_UNSEEN;
	pid = strtol(colon + 1, &end, 10);
	started = strtoull(*end == ':' ? end + 1 : end, NULL, 10);
	now = start_of(pid);
	if (now != 0 && now == started)
		return HOLDER_ALIVE;
	if (now == 0 && kill((pid_t)pid, 0) != 0 && errno == EPERM)
		return HOLDER_UNSEEN; /* hidden from us */
	return HOLDER_DEAD;
}
