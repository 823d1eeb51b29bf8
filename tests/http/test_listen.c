#include "http/listen.h"

#include "support/row.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A path in a fresh folder, which stays empty unless a test fails. */
static void fresh(char path[64])
{
	char folder[] = "/tmp/test_listen_XXXXXX";

	cr_assert(mkdtemp(folder));
	snprintf(path, 64, "%s/s", folder);
}

static void clear(char path[64])
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	cr_expect_eq(rmdir(path), 0);
}

Test(listen, makes_a_socket_for_owner_and_group)
{
	struct listener listener;
	struct fault why = { 0 };
	struct stat st;
	char path[64];

	fresh(path);
	umask(0);
	cr_assert(listen_at(path, &listener, &why), "%s", why.text);
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0660);
	cr_expect_eq(umask(0), 0);
	listen_end(&listener);
	cr_expect_neq(stat(path, &st), 0);
	clear(path);
}

Test(listen, takes_the_place_of_a_dead_socket)
{
	struct listener dead, listener;
	struct fault why = { 0 };
	char path[64];

	fresh(path);
	cr_assert(listen_at(path, &dead, &why));
	close(dead.fd);
	cr_expect(listen_at(path, &listener, &why), "%s", why.text);
	listen_end(&dead); /* no longer its own */
	cr_expect_eq(access(path, F_OK), 0);
	listen_end(&listener);
	clear(path);
}

Test(listen, leaves_a_live_socket_alone)
{
	struct listener live, second = { .fd = 77 };
	struct fault why = { 0 };
	char path[64];

	fresh(path);
	cr_assert(listen_at(path, &live, &why));
	cr_expect_not(listen_at(path, &second, &why));
	cr_expect_eq(why.kind, FAULT_CONFLICT);
	cr_expect_eq(second.fd, 77);
	cr_expect_eq(access(path, F_OK), 0);
	listen_end(&live);
	clear(path);
}

Test(listen, leaves_other_files_alone)
{
	struct listener listener;
	struct fault why = { 0 };
	char path[64];

	fresh(path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	cr_expect_not(listen_at(path, &listener, &why));
	cr_expect(strstr(why.text, "is no socket"), "%s", why.text);
	cr_expect_eq(access(path, F_OK), 0);
	clear(path);
}

static const struct {
	const char *label;
	size_t len;
	bool fits;
} paths[] = {
	{ "empty", 0, false },
	{ "the longest", sizeof(((struct sockaddr_un *)0)->sun_path) - 1,
	  true },
	{ "one too long", sizeof(((struct sockaddr_un *)0)->sun_path), false },
	{ "far too long", 4000, false },
};

EACH(listen, checks_the_paths_length, paths)
{
	struct listener listener;
	struct fault why = { 0 };
	char path[4100] = "";

	if (row->len) {
		memset(path, 'x', row->len);
		memcpy(path, "/tmp/", 5);
	}
	cr_expect_eq(listen_at(path, &listener, &why), row->fits, "%s: %s",
		     row->label, why.text);
	if (row->fits)
		listen_end(&listener);
	else
		cr_expect(strstr(why.text, "1 to 107 bytes"), "%s", why.text);
}
