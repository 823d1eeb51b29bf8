#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_script.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What names stand for. curl's look-ups come to the function here. */
TestSuite(names, .timeout = 60);

typedef int look_up(const char *name, const char *service,
		    const struct addrinfo *hints, struct addrinfo **found);

/* "two.test" has two addresses, of which the first does not answer;
 * everything else takes longer than a test may. */
int getaddrinfo(const char *name, const char *service,
		const struct addrinfo *hints, struct addrinfo **found)
{
	look_up *real;
	int failed;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (strcmp(name, "two.test")) {
		sleep(600);
		return EAI_FAIL;
	}
	failed = real("127.0.0.2", service, hints, found);
	return failed ? failed
		      : real("127.0.0.1", service, hints, &(*found)->ai_next);
}

Test(names, are_not_waited_for_past_the_call_s_end)
{
	struct pool *pool = pool_new();
	struct call call = upstream_call("http://slow.test/v1");
	struct upstream_ear ear;
	struct call_report report;

	upstream_ear_init(&ear);
	call.clocks.connect = 200;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_NO_CONNECT,
		     "%s", report.text);
	ear.stop_at_tick = ear.ticks + 1;
	call.clocks.connect = 0;
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_STOPPED);
	cr_expect_not(report.sent);
	upstream_ear_done(&ear);
	pool_free(pool);
}

/* Nobody takes what knocks at 127.0.0.2 and the queue at the door is full, so
 * that further knocks are not even answered. */
static void block(int port, int knocks[4])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((in_port_t)port) };
	int door = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.2", &at.sin_addr);
	cr_assert_not(bind(door, (struct sockaddr *)&at, sizeof(at)));
	cr_assert_not(listen(door, 0));
	for (int i = 0; i < 4; i++) {
		knocks[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(knocks[i], (struct sockaddr *)&at, sizeof(at));
	}
}

Test(names, lead_to_the_next_address_when_the_first_is_silent)
{
	static const struct upstream_step hello[] = {
		SAY(OK_HEAD "Content-Length: 5\r\n\r\nhello"),
		THE_END,
	};
	const struct upstream_step *const scripts[] = { hello, NULL };
	struct upstream_server *server = upstream_server_new(scripts);
	struct pool *pool = pool_new();
	struct upstream_ear ear;
	struct call_report report;
	struct call call;
	char url[64];
	int knocks[4];

	block(upstream_server_port(server), knocks);
	snprintf(url, sizeof(url), "http://two.test:%d/",
		 upstream_server_port(server));
	call = upstream_call(url);
	call.clocks.connect = 2000;
	upstream_ear_init(&ear);
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_DONE, "%s",
		     report.text);
	upstream_ear_done(&ear);
	pool_free(pool);
	upstream_server_free(server);
}
