#include "base/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char FILE_NAME[] = "turnpike.conf";

/* The directory that the running program is in, or NULL. */
static const char *program_place(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path));
	const char *slash;

	if (len <= 0 || (size_t)len == sizeof(path))
		return NULL;
	slash = memrchr(path, '/', (size_t)len);
	return slash ? arena_copy(a, path, (size_t)(slash - path)) : NULL;
}

static const char *default_home(struct arena *a)
{
	static const char *const beside[] = { "../var", "../../var",
					      "../../../turnpike" };
	const char *place = program_place(a), *home;

	for (size_t i = 0; place && i < sizeof(beside) / sizeof(*beside); i++) {
		home = arena_print(a, "%s/%s", place, beside[i]);
		if (!access(arena_print(a, "%s/%s", home, FILE_NAME), F_OK))
			return home;
	}
	return "/var/lib/turnpike";
}

/* PATH from the root, without links and dots as far as it exists. */
static const char *absolute(struct arena *a, const char *path)
{
	char found[PATH_MAX];

	if (realpath(path, found))
		return arena_copy(a, found, strlen(found));
	if (*path == '/' || !getcwd(found, sizeof(found)))
		return path;
	return arena_print(a, "%s/%s", found, path);
}

static const char *in_home(struct arena *a, const char *home, const char *name)
{
	return !*name || *name == '/' ? name
				      : arena_print(a, "%s/%s", home, name);
}

/* Is there no such file at all? One that cannot be read is another matter. */
static bool missing(const char *path)
{
	return access(path, F_OK) && (errno == ENOENT || errno == ENOTDIR);
}

bool settings_find(struct arena *a, struct settings *s, struct fault *why)
{
	const char *home = getenv("TURNPIKE_HOME"), *path;
	struct settings read;

	home = absolute(a, home && *home ? home : default_home(a));
	path = arena_print(a, "%s/%s", home, FILE_NAME);
	if (!settings_read(a, missing(path) ? NULL : path, &read, why))
		return false;
	read.home = arena_copy(a, home, strlen(home));
	read.database = in_home(a, home, read.database);
	read.sealing_key = in_home(a, home, read.sealing_key);
	read.log_file = in_home(a, home, read.log_file);
	read.metrics_token = in_home(a, home, read.metrics_token);
	*s = read;
	return true;
}
