#include "upstream/call.h"
#include "upstream/pool.h"

#include "support/row.h"
#include "support/upstream_ear.h"
#include "support/upstream_server.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(tls, .timeout = 60);

static bool answers(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((in_port_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool open = !connect(fd, (struct sockaddr *)&at, sizeof(at));

	close(fd);
	return open;
}

/* OpenSSL's own web server, with a certificate that nobody has vouched for. */
static pid_t serve(int port)
{
	const char make[] =
		"cd $(mktemp -d) && openssl req -x509 -newkey rsa:2048 -nodes "
		"-keyout k -out c -subj /CN=127.0.0.1 -addext "
		"subjectAltName=IP:127.0.0.1 2>/dev/null && "
		"exec openssl s_server -accept 127.0.0.1:$0 -key k -cert c "
		"-www >/dev/null 2>&1";
	char number[16];
	pid_t pid;

	snprintf(number, sizeof(number), "%d", port);
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", make, number, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 1000 && !answers(port); i++)
		usleep(20 * 1000);
	return pid;
}

Test(tls, believes_no_certificate_that_nobody_vouches_for)
{
	int port = upstream_server_free_port();
	struct pool *pool = pool_new();
	struct call_report report;
	struct upstream_ear ear;
	struct call call;
	char url[64];
	pid_t pid;

	if (system("command -v openssl >/dev/null"))
		cr_skip_test("there is no openssl command");
	pid = serve(port);
	cr_assert(answers(port));
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", port);
	call = upstream_call(url);
	upstream_ear_init(&ear);
	cr_expect_eq(call_run(pool, &call, &ear.ear, &report), CALL_NO_CONNECT);
	cr_expect(strstr(report.text, "certificate"), "%s", report.text);
	cr_expect_not(report.sent);
	upstream_ear_done(&ear);
	pool_free(pool);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}
