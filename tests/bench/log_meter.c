/*
 * Counts what SQLite writes into write-ahead logs: preloaded into a suite's
 * programs, it sums up, in the shared file $LOG_METER, the bytes written and
 * the commits, which are the frames that name a database size.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FRAME_HEADER = 24, LINK = 64, NAME = 4096 };

/* As bench.py reads it. */
struct meter {
	_Atomic uint64_t bytes, commits;
};

static struct meter *meter;
static ssize_t (*write_there)(int, const void *, size_t, off_t);

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("LOG_METER");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *found = dlsym(RTLD_NEXT, "pwrite64");
	void *shared = MAP_FAILED;

	memcpy(&write_there, &found, sizeof(write_there));
	if (fd >= 0)
		shared = mmap(NULL, sizeof(*meter), PROT_READ | PROT_WRITE,
			      MAP_SHARED, fd, 0);
	if (shared != MAP_FAILED)
		meter = shared;
	if (fd >= 0)
		close(fd);
}

static int is_log(int fd)
{
	char link[LINK], name[NAME];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, sizeof(name));
	return len > 4 && !memcmp(name + len - 4, "-wal", 4);
}

static uint32_t database_size(const unsigned char *frame)
{
	return (uint32_t)frame[4] << 24 | (uint32_t)frame[5] << 16 |
	       (uint32_t)frame[6] << 8 | frame[7];
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at);

ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
	if (meter && is_log(fd)) {
		meter->bytes += len;
		if (len == FRAME_HEADER && database_size(bytes))
			meter->commits++;
	}
	return write_there(fd, bytes, len, at);
}
