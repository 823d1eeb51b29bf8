#include "bin/commands/init_home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool no_file(const char *path, struct fault *why)
{
	return fault_set(why, FAULT_INTERNAL, "%s: %s", path, strerror(errno));
}

static bool is_folder(const char *path)
{
	struct stat facts;

	return !stat(path, &facts) && S_ISDIR(facts.st_mode);
}

static bool make_folder(const char *path, mode_t mode, struct fault *why)
{
	if (!mkdir(path, mode))
		return true;
	if (errno != EEXIST)
		return no_file(path, why);
	return is_folder(path) ||
	       fault_set(why, FAULT_CONFLICT, "%s is there and is no folder",
			 path);
}

static void unlock(void *fd)
{
	close(*(int *)fd);
	*(int *)fd = -1;
}

static bool lock_folder(struct arena *a, const char *path, struct fault *why)
{
	int *fd = arena_take(a, sizeof(*fd));

	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return no_file(path, why);
	arena_defer(a, unlock, fd);
	return !flock(*fd, LOCK_EX) || no_file(path, why);
}

bool home_make(struct call *c, struct fault *why)
{
	const char *home;
	char *path;

	if (!call_settings(c, why))
		return false;
	home = c->settings.home;
	path = arena_copy(c->arena, home, strlen(home));
	for (char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (!make_folder(path, 0755, why))
			return false;
		*slash = '/';
	}
	return make_folder(path, 0700, why) && lock_folder(c->arena, path, why);
}

/* FILE with the line "#NAME = ..." made into "NAME = VALUE". */
static const char *with(struct arena *a, const char *file, const char *name,
			const char *value)
{
	const char *line = strstr(file, arena_print(a, "\n#%s =", name)) + 1;

	return arena_print(a, "%.*s%s = %s%s", (int)(line - file), file, name,
			   value, line + strcspn(line, "\n"));
}

static bool write_new(const char *path, const char *text, struct fault *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t len = strlen(text);

	if (fd < 0)
		return errno == EEXIST || no_file(path, why);
	if (write(fd, text, len) == (ssize_t)len && !close(fd))
		return true;
	unlink(path);
	return no_file(path, why);
}

bool home_configure(struct call *c, const char *sandbox, struct fault *why)
{
	const char *path =
		arena_print(c->arena, "%s/turnpike.conf", c->settings.home);
	const char *text = settings_print(c->arena);

	if (sandbox)
		text = with(c->arena, text, "sandbox", sandbox);
	if (!write_new(path, text, why) || !call_settings(c, why))
		return false;
	if (sandbox && c->settings.sandbox != !strcmp(sandbox, "on"))
		notice(c, "%s is kept as it is: set 'sandbox = %s' in it", path,
		       sandbox);
	return true;
}

bool home_hand_over(const struct call *c, struct fault *why)
{
	const struct settings *s = &c->settings;
	const char *const files[] = {
		arena_print(c->arena, "%s/turnpike.conf", s->home),
		s->sealing_key,
		s->database,
		arena_print(c->arena, "%s-wal", s->database),
		arena_print(c->arena, "%s-shm", s->database),
	};
	struct stat home, facts;

	if (geteuid() != 0)
		return true;
	if (stat(s->home, &home) != 0)
		return no_file(s->home, why);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!lstat(files[i], &facts) && facts.st_uid == 0 &&
		    home.st_uid != 0 &&
		    lchown(files[i], home.st_uid, home.st_gid) != 0)
			return no_file(files[i], why);
	return true;
}
