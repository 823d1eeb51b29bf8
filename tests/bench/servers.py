"""What the suite is measured against and with: nginx as the provider, as a
plain proxy to it, and as another front of `chat`."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# What a provider says, about 600 bytes with its head.
ANSWER = (
    '{"id":"chatcmpl-0123456789abcdef","object":"chat.completion","created":1760000000,'
    '"model":"echo","choices":[{"index":0,"message":{"role":"assistant","content":'
    '"The quick brown fox jumps over the lazy dog, and the lazy dog does not mind."},'
    '"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,'
    '"completion_tokens":18,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":0},'
    '"completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp_0123456789"}')

COMMON = """
{user}
daemon off;
worker_processes 2;
worker_rlimit_nofile 16384;
error_log stderr crit;
pid {place}/pid;
events {{ worker_connections 8192; }}
http {{
	access_log off;
	default_type application/json;
	keepalive_requests 100000000;
	client_body_temp_path {place}/body;
	proxy_temp_path {place}/proxy;
	fastcgi_temp_path {place}/fastcgi;
	uwsgi_temp_path {place}/uwsgi;
	scgi_temp_path {place}/scgi;
	{servers}
}}
"""

PROVIDER = """
	server {{
		listen 127.0.0.1:{port} backlog=4096;
		location / {{ return 200 '{answer}'; }}
	}}
"""

PROXY = """
	upstream provider {{ server 127.0.0.1:{provider}; keepalive 256; }}
	server {{
		listen 127.0.0.1:{port} backlog=4096;
		location / {{
			proxy_pass http://provider;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
		}}
	}}
"""

FRONT = """
	upstream chat {{ server unix:{socket}; keepalive 256; }}
	server {{
		listen 127.0.0.1:{port} backlog=4096;
		include /etc/nginx/fastcgi_params;
		fastcgi_read_timeout 300s;
		fastcgi_buffering off;
		fastcgi_keep_conn on;
		location / {{ fastcgi_pass chat; }}
	}}
"""


def wait_for_port(port, process):
    for _ in range(500):
        if process.poll() is not None:
            raise RuntimeError(f"ended at once: {process.args}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"does not listen: {process.args}")


class Nginx:
    """One nginx with its own folder, for as long as a `with` block."""

    def __init__(self, template, port, **values):
        self.port = port
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-bench-"))
        servers = template.format(port=port, **values)
        (self.place / "nginx.conf").write_text(COMMON.format(
            place=self.place, servers=servers, user="user root;" if os.geteuid() == 0 else ""))

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-e", "stderr", "-p", self.place, "-c", self.place / "nginx.conf"],
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        wait_for_port(self.port, self.process)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(5)
        shutil.rmtree(self.place, ignore_errors=True)
