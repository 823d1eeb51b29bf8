#include "http/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, MODE = 0660 };

static bool address(const char *path, struct sockaddr_un *at, struct fault *why)
{
	size_t len = strlen(path);

	if (!len || len >= sizeof(at->sun_path))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "the socket's path must have 1 to %zu bytes: "
				 "'%s'",
				 sizeof(at->sun_path) - 1, path);
	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(at->sun_path, path, len);
	return true;
}

static int open_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static bool refused(const struct sockaddr_un *at)
{
	int fd = open_socket();
	bool dead;

	if (fd < 0)
		return false;
	dead = connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
	       errno == ECONNREFUSED;
	close(fd);
	return dead;
}

/* Only a socket that refuses connections is nobody's. */
static bool clear_away(const struct sockaddr_un *at, struct fault *why)
{
	struct stat st;

	if (lstat(at->sun_path, &st) < 0)
		return errno == ENOENT ||
		       fault_set(why, FAULT_BAD_REQUEST, "'%s': %s",
				 at->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "'%s' is there already and is no socket",
				 at->sun_path);
	if (!refused(at))
		return fault_set(why, FAULT_CONFLICT,
				 "another process listens at '%s'",
				 at->sun_path);
	unlink(at->sun_path);
	return true;
}

/* The mode holds from the first moment on: nobody slips in before a chmod. */
static bool bind_and_listen(int fd, const struct sockaddr_un *at)
{
	mode_t mask = umask(0777 & ~MODE);
	bool bound = bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;

	umask(mask);
	return bound && listen(fd, BACKLOG) == 0;
}

bool listen_at(const char *path, struct listener *listener, struct fault *why)
{
	struct sockaddr_un at;
	struct stat st;
	int fd;

	if (!address(path, &at, why) || !clear_away(&at, why))
		return false;
	fd = open_socket();
	if (fd < 0 || !bind_and_listen(fd, &at) || lstat(path, &st) < 0) {
		fault_set(why, FAULT_BAD_REQUEST, "cannot listen at '%s': %s",
			  path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	*listener = (struct listener){
		.fd = fd,
		.path = path,
		.made = st.st_ctim,
		.device = st.st_dev,
		.inode = st.st_ino,
	};
	return true;
}

static bool is_same(const struct listener *listener, const struct stat *st)
{
	return st->st_dev == listener->device &&
	       st->st_ino == listener->inode &&
	       st->st_ctim.tv_sec == listener->made.tv_sec &&
	       st->st_ctim.tv_nsec == listener->made.tv_nsec;
}

void listen_end(const struct listener *listener)
{
	struct stat st;

	if (lstat(listener->path, &st) == 0 && is_same(listener, &st))
		unlink(listener->path);
}
