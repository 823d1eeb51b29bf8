#include "domain/holder.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(holder, this_process_is_alive)
{
	struct arena *a = arena_new();

	cr_expect_eq(holder_state(holder_self(a)), HOLDER_ALIVE);
	arena_free(a);
}

Test(holder, P4_a_process_that_ended_is_dead)
{
	struct arena *a = arena_new();
	char name[256] = "";
	int pipes[2];
	pid_t child;

	cr_assert_eq(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		const char *self = holder_self(a);

		_exit(write(pipes[1], self, strlen(self)) > 0 ? 0 : 1);
	}
	cr_assert_gt(read(pipes[0], name, sizeof(name) - 1), 0);
	waitpid(child, NULL, 0);
	cr_expect_eq(holder_state(name), HOLDER_DEAD);
	arena_free(a);
}

Test(holder, a_later_process_is_not_taken_for_it)
{
	struct arena *a = arena_new();
	const char *self = holder_self(a);
	const char *start = strrchr(self, ':');
	char *earlier = arena_print(a, "%.*s:1", (int)(start - self), self);

	cr_expect_eq(holder_state(earlier), HOLDER_DEAD);
	arena_free(a);
}

Test(holder, elsewhere_only_time_can_tell)
{
	cr_expect_eq(holder_state("another-boot.1:1:1"), HOLDER_UNSEEN);
	cr_expect_eq(holder_state(""), HOLDER_UNSEEN);
}
